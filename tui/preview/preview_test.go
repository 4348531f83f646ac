package preview

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// screen is a Host of a fixed size.
type screen struct {
	preview *Preview
	beside  bool
	cursor  Cursor
	known   bool
	list    int // the columns that remain for the list
	refresh int // how often Refresh was called
}

func (s *screen) Cursor() (Cursor, bool) { return s.cursor, s.known }
func (s *screen) Layout()                { s.list = s.preview.Resize(s.beside, 120, 50, 20) }
func (s *screen) Explain(err error) string {
	return err.Error()
}

func (s *screen) Refresh() tea.Cmd {
	s.refresh++
	return nil
}

func (s *screen) Store(do func() error) tea.Cmd {
	return func() tea.Msg { return do() }
}

func newScreen(t *testing.T, env map[string]string) *screen {
	t.Helper()
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{beside: true, known: true}
	s.preview = New(Options{
		Host: s, Theme: theme.New(trueColour), Locale: locale.New(locale.English), Keeper: keeper,
		Env: func(name string) string { return env[name] },
	})
	s.Layout()
	t.Cleanup(func() { s.preview.Leave()() })
	return s
}

// run runs a command of the preview by its name.
func (s *screen) run(t *testing.T, name string) tea.Msg {
	t.Helper()
	for _, c := range s.preview.Commands() {
		if c.Name.ID() != name {
			continue
		}
		cmd, wrong := c.Run(nil)
		if wrong != nil {
			t.Fatal("the command takes no arguments")
		}
		if cmd == nil {
			return nil
		}
		return cmd()
	}
	t.Fatalf("no command %q", name)
	return nil
}

func TestOnlyThePreviewBesideTheListIsASetting(t *testing.T) {
	tests := []struct {
		name   string
		beside bool
		list   int // the columns of the list while the preview is shown
		width  int
		want   bool // the setting
	}{
		{"beside", true, 80, 40, true},
		{"in place of the list", false, 120, 50, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, nil)
			s.beside = tt.beside
			s.Layout()
			if msg := s.run(t, "preview"); msg != nil {
				t.Fatalf("store: %v", msg)
			}
			if s.list != tt.list || s.preview.Width() != tt.width || s.preview.Covers() == tt.beside {
				t.Errorf("the list has %d columns and the preview %d, want %d and %d", s.list, s.preview.Width(), tt.list, tt.width)
			}
			if got := s.preview.Keeper.Settings().Preview; got != tt.want {
				t.Errorf("the setting is %v, want %v", got, tt.want)
			}
			s.run(t, "preview")
			if s.preview.Width() != 0 || s.list != 120 || s.preview.Keeper.Settings().Preview {
				t.Errorf("hidden again, it has %d columns and the list %d", s.preview.Width(), s.list)
			}
		})
	}
}

// The preview reads through its own connection while a user is signed in, keeps
// its content while the list is loading, and refreshes the list when its entry is
// out of date.
func TestPreviewOfADrive(t *testing.T) {
	s := newScreen(t, map[string]string{"TMUX": "1"})
	opened, _ := signedIn(t)
	s.cursor = Cursor{Path: "/gone.txt", Entry: wire.Entry{Name: "gone.txt", Size: 5, Version: "v"}}
	s.run(t, "preview")
	if s.preview.Look() != nil {
		t.Error("it reads before a user is signed in")
	}
	s.preview.Enter(opened)
	for _, msg := range messages(s.preview.Look()) {
		cmd, mine := s.preview.Update(msg)
		if !mine {
			t.Fatalf("it does not take %T", msg)
		}
		for _, msg := range messages(cmd) {
			cmd, _ = s.preview.Update(msg)
			for _, msg := range messages(cmd) {
				s.preview.Update(msg)
			}
		}
	}
	view := ansi.Strip(s.preview.Beside(strings.Repeat("\n", 19), 120))
	if s.refresh != 1 || !strings.Contains(view, "It no longer exists.") {
		t.Errorf("the list is refreshed %d times, and the view is\n%s", s.refresh, view)
	}
	s.known = false
	s.cursor = Cursor{}
	if s.preview.Look(); ansi.Strip(s.preview.Beside(strings.Repeat("\n", 19), 120)) != view {
		t.Error("the content is lost while the list is loading")
	}
	remote := s.preview.remote
	s.preview.Leave()()
	if view := s.preview.Cover(); strings.TrimSpace(view) != "" || !remote.ended {
		t.Errorf("after the user signed out the view is\n%s", view)
	}
	if _, mine := s.preview.Update("a message of another feature"); mine {
		t.Error("it takes a message that is not its own")
	}
}

// messages runs a command and returns its messages, but for those of clocks that
// are still to come.
func messages(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case nil, slow:
		return nil
	case tea.BatchMsg:
		var all []tea.Msg
		for _, cmd := range msg {
			all = append(all, messages(cmd)...)
		}
		return all
	default:
		return []tea.Msg{msg}
	}
}
