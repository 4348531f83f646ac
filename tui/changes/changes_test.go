package changes

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// screen is a Host that records what the status bar shows.
type screen struct {
	words  *locale.Locale
	notice string
	bad    bool
}

func (s *screen) Say(bad bool, words locale.Words) { s.notice, s.bad = words(s.words), bad }
func (s *screen) ShowError(words locale.Words)     { s.Say(true, words) }
func (s *screen) ShowsError() bool                 { return s.bad }
func (*screen) Explain(err error) string           { return err.Error() }
func (*screen) Note(bool, locale.Words)            {}
func (*screen) RefreshSide(change.Side) tea.Cmd    { return nil }
func (*screen) DriveChanged() tea.Cmd              { return nil }

// bench is the feature without a server: its batches start, and none ends.
type bench struct {
	*Changes
	screen  *screen
	dialogs *dialog.Stack
}

func newBench(t *testing.T) *bench {
	t.Helper()
	words := locale.New(locale.English)
	b := &bench{screen: &screen{words: words}, dialogs: dialog.NewStack(dialog.Look{
		Theme: theme.New(theme.Options{}), Locale: words, Registry: command.NewRegistry(dialog.Commands()),
	})}
	pane := func() *browse.Pane {
		return browse.New(browse.Options{
			Theme: theme.New(theme.Options{}), Locale: words,
			Source: func(r browse.Request) tea.Cmd {
				return func() tea.Msg {
					return browse.Page{Request: r, Listing: wire.Listing{Entries: []wire.Entry{{Name: "a"}, {Name: "b"}, {Name: "c"}}}}
				}
			},
		})
	}
	b.Changes = New(t.Context(), Options{
		Host: b.screen, Locale: words, Dialogs: b.dialogs.For(func(msg tea.Msg) tea.Msg { return msg }),
		Panes: [2]*browse.Pane{pane(), pane()},
		Label: func(name command.Name) string {
			return map[command.Name]string{"drive.undo": "z", "drive.local_undo": "z", "drive.back": "esc"}[name]
		},
	})
	b.Enter(t.Context(), new(session.Session))
	for _, p := range b.Panes {
		p.Resize(80, 20)
		run(p, p.Open(wire.Root))
	}
	return b
}

// run carries out a command of a pane.
func run(pane *browse.Pane, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if all, ok := msg.(tea.BatchMsg); ok {
		for _, one := range all {
			run(pane, one)
		}
		return
	}
	run(pane, pane.Update(msg))
}

// What deletes for good, and what replaces, is not answered by a key that was
// meant for something else.
func TestQuestionsThatOpenByThemselvesAreDeaf(t *testing.T) {
	b := newBench(t)
	tests := []struct {
		name    string
		summary *change.Summary
		key     rune
	}{
		{"for good", &change.Summary{NoTrash: []wire.Path{"/none"}}, 'd'},
		{"taken", &change.Summary{Batch: new(change.Batch), Taken: []change.Step{change.Move("/a", "/b", "")}}, 'r'},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b.askAbout(tt.summary)
			if answer, _ := b.dialogs.Update(tea.KeyPressMsg{Code: tt.key, Text: string(tt.key)}); answer != nil || b.dialogs.Pop() == nil {
				t.Errorf("the key answers %v", answer)
			}
		})
	}
}

// A name that another file has is refused before any file is renamed. The name of a
// file that is renamed itself is free.
func TestRenamesToTakenNames(t *testing.T) {
	b := newBench(t)
	items := []wire.Found{{Path: "/a", Entry: wire.Entry{Name: "a"}}}
	if renames, wrong := b.planNames(change.Drive, items, []string{"x"}, 0); wrong != nil || len(renames) != 1 {
		t.Errorf("%v", renames)
	}
	for above, want := range []string{"Line 1: c already exists", "Line 2: c already exists"} {
		if _, wrong := b.planNames(change.Drive, items, []string{"c"}, above); wrong == nil || wrong(b.Locale) != want {
			t.Errorf("%s is not refused", want)
		}
	}
	items = append(items, wire.Found{Path: "/c", Entry: wire.Entry{Name: "c"}})
	if _, wrong := b.planNames(change.Drive, items, []string{"c", "d"}, 0); wrong != nil {
		t.Error(wrong(b.Locale))
	}
}

// A batch that is refused leaves the marks of its files; one that waits does not.
func TestMarksOfARefusedBatchStay(t *testing.T) {
	removal := func() *change.Batch {
		return &change.Batch{Kind: change.Removing, Marked: true, Steps: []change.Step{change.Remove("/a", "")}}
	}
	want := func(b *bench, marked int, bad bool) {
		t.Helper()
		selection := b.Panes[change.Drive].Selection()
		if n := selection.Count(); n != marked || b.screen.bad != bad {
			t.Errorf("%d are selected, want %d; the status bar shows %q", n, marked, b.screen.notice)
		}
	}
	b := newBench(t)
	b.Start(&change.Batch{Kind: change.Copying, Own: true, Steps: []change.Step{change.Copy("/a", "/b", "")}})
	mark(b.Panes[change.Drive])
	b.Start(removal())
	want(b, 3, true)

	b = newBench(t)
	for range 2 { // the second one waits
		mark(b.Panes[change.Drive])
		b.Start(removal())
		want(b, 1, false)
	}
}

// mark marks every entry of a pane.
func mark(pane *browse.Pane) {
	for _, c := range pane.Commands() {
		if c.Name == "list.mark_all" {
			c.Run(nil)
		}
	}
}

// Only changes of the drive that are shown end with the drive.
func TestLeavingTheDrive(t *testing.T) {
	b := newBench(t)
	for range 2 {
		b.Start(&change.Batch{Kind: change.Removing, Steps: []change.Step{change.Remove("/a", "")}})
	}
	b.Start(&change.Batch{Kind: change.Making, Side: change.Here, Steps: []change.Step{change.MakeHere("/none/none")}})
	if said := b.Farewell(); len(said) != 1 || !strings.HasPrefix(said[0](b.Locale), "1 change is queued") {
		t.Errorf("%d sentences about what waits", len(said))
	}
	b.Leave()
	if b.Farewell() != nil || b.Busy() || b.Engine.Running(change.Here) == nil {
		t.Error("a change of the drive goes on, or one on this computer does not")
	}
	if cmd := b.Start(&change.Batch{Steps: []change.Step{change.Remove("/a", "")}}); cmd != nil {
		t.Error("a change starts without a drive")
	}
	b.Close()
}

// Several batches of a queue that fail are named together at the end.
func TestFailuresOfAQueue(t *testing.T) {
	b := newBench(t)
	b.failed[change.Here] = []locale.Words{locale.Quote("one")}
	out := &change.Outcome{Summary: change.Summary{Batch: &change.Batch{Side: change.Here}}}
	if b.startNext(out); b.screen.notice != "one" || !b.screen.bad {
		t.Errorf("the status bar shows %q", b.screen.notice)
	}
	b.failed[change.Here] = []locale.Words{locale.Quote("one"), locale.Quote("two")}
	if b.startNext(out); b.dialogs.Len() != 1 || b.failed[change.Here] != nil {
		t.Errorf("%d dialogs", b.dialogs.Len())
	}
}

// What prevents an undo is said.
func TestNothingIsUndone(t *testing.T) {
	for err, want := range map[error]string{
		change.ErrBusy: "Another change is in progress", change.ErrNothing: "There is nothing to undo", errors.New("another"): "There is nothing to undo",
	} {
		b := newBench(t)
		if b.undone(nil, nil, err); !strings.HasPrefix(b.screen.notice, want) {
			t.Errorf("%v: the status bar shows %q", err, b.screen.notice)
		}
	}
}
