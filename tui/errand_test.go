//go:build !windows

package tui

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wangpan/wire"
	"wangpan/wire/client"
)

// worked makes so many steps that work, each with a way back.
func worked(n int) []step {
	some := make([]step, n)
	for i := range some {
		path := wire.Path("/" + strconv.Itoa(i))
		back := step{path: path, do: func(context.Context, *client.Client, wire.Version) (step, error) { return step{}, nil }}
		some[i] = step{path: path, do: func(context.Context, *client.Client, wire.Version) (step, error) { return back, nil }}
	}
	return some
}

// Requests that the server has are waited for, so that each of them is told and
// can be undone.
func TestWhatIsUnderWayIsWaitedFor(t *testing.T) {
	m := newPlace(t).ready(t)
	e := &errand{what: moving, steps: worked(3 * sideBySide)}
	asked := make(chan struct{})
	answer := make(chan struct{})
	e.steps[0].do = func(ctx context.Context, _ *client.Client, _ wire.Version) (step, error) {
		close(asked)
		<-answer
		return moveStep("/b", "/a", ""), ctx.Err()
	}
	next := m.start(e)
	ended := make(chan result, 1)
	go func() {
		msg, _ := stepped(next)
		ended <- msg
	}()
	<-asked
	m.hit("esc")
	close(answer)
	(<-ended).apply(m)
	if got, want := m.notice.words(m.locale), "Stopped: 16 of 48 are done"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if len(m.drive.undone) != 1 || len(m.drive.undone[0].steps) != sideBySide {
		t.Errorf("not all of it can be undone: %d", len(m.drive.undone))
	}
}

// The name that is told is that of what was done, not of what is asked about.
func TestWhatIsToldIsWhatWasDone(t *testing.T) {
	m := newPlace(t).ready(t)
	e := &errand{what: moving, steps: worked(2)}
	e.steps[0] = step{
		path: "/taken", to: "/folder/taken",
		free: func(wire.Path) step { return step{} },
		do: func(context.Context, *client.Client, wire.Version) (step, error) {
			return step{}, wire.Errorf(wire.Exists, "it is there")
		},
	}
	m.start(e)().(steppedMsg).apply(m) //nolint:forcetypeassert // it is an errand's command
	if got, want := m.notice.words(m.locale), "1 is moved: z undoes it"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

// Who mistyped a folder has given a file a new name, and is told so.
func TestWhereThingsCameTo(t *testing.T) {
	to := func(from, to wire.Path) step {
		return step{path: from, to: to, do: func(context.Context, *client.Client, wire.Version) (step, error) {
			return moveStep(to, from, ""), nil
		}}
	}
	tests := []struct {
		name  string
		what  *errandKind
		steps []step
		want  string
	}{
		{"into a folder", moving, []step{to("/a.txt", "/资料/a.txt")}, "a.txt is moved to /资料/: z undoes it"},
		{"into the first folder", moving, []step{to("/b/a.txt", "/a.txt")}, "a.txt is moved to /: z undoes it"},
		{"another name", moving, []step{to("/b/a.txt", "/资科")}, "a.txt is now /资科: z undoes it"},
		{"several", moving, []step{to("/a", "/b/a"), to("/c", "/b/c")}, "2 are moved to /b/: z undoes it"},
		{"a copy", copying, []step{to("/a.txt", "/b/a.txt")}, "a.txt is copied to /b/: z undoes it"},
		{"a copy with another name", copying, []step{to("/a.txt", "/b.txt")}, "a.txt is copied as /b.txt: z undoes it"},
		{"a new name", renaming, []step{to("/a.txt", "/b.txt")}, "a.txt is renamed: z undoes it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newPlace(t).ready(t)
			e := &errand{what: tt.what, steps: tt.steps}
			m.drive.errand, e.drive, e.ctx = e, m.drive, m.drive.ctx
			e.more()().(steppedMsg).apply(m) //nolint:forcetypeassert // it is an errand's command
			if got := m.notice.words(m.locale); got != tt.want {
				t.Errorf("it says %q, want %q", got, tt.want)
			}
		})
	}
}

// A long name pushes neither what became of it nor the way back off the line.
func TestALongNameLeavesRoom(t *testing.T) {
	m := newPlace(t).ready(t)
	m.width = 80
	long := wire.Path("/" + strings.Repeat("很长的名字", 12) + ".txt")
	e := &errand{what: renaming, steps: []step{{path: long, do: func(context.Context, *client.Client, wire.Version) (step, error) {
		return moveStep("/b", long, ""), nil
	}}}}
	m.drive.errand, e.drive, e.ctx = e, m.drive, m.drive.ctx
	e.more()().(steppedMsg).apply(m) //nolint:forcetypeassert // it is an errand's command
	if got := ansi.Strip(m.status()); !strings.Contains(got, "很长的") || !strings.HasSuffix(got, "is renamed: z undoes it") || ansi.StringWidth(got) > 80 {
		t.Errorf("the line says %q", got)
	}
}
