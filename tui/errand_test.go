package tui

import (
	"context"
	"strconv"
	"testing"

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
	ended := make(chan steppedMsg, 1)
	go func() { ended <- next().(steppedMsg) }() //nolint:forcetypeassert // it is an errand's command
	<-asked
	giveUpMsg{e.waiting}.apply(m)
	close(answer)
	(<-ended).apply(m)
	if got, want := m.notice.words(m.locale), "Given up: 16 of 48 are done"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if len(m.drive.undone) != 1 || len(m.drive.undone[0]) != sideBySide {
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
