package browse

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// session is a pane under random keys, with a server that answers when the draw
// says so, and commands that come to an end in any order.
type session struct {
	pane    *Pane
	folders map[wire.Path][]wire.Entry
	asked   []Request
	due     []tea.Cmd // commands that are under way
}

func newSession(t *rapid.T) *session {
	s := &session{folders: make(map[wire.Path][]wire.Entry)}
	s.pane = New(Options{
		Theme: theme.New(theme.Options{}), Locale: locale.New(rapid.SampledFrom([]string{"en", "zh"}).Draw(t, "language")),
		Explain: func(err error) string { return err.Error() },
		Source: func(r Request) tea.Cmd {
			s.asked = append(s.asked, r)
			return nil
		},
	})
	s.pane.Registry = command.NewRegistry(s.pane.Commands(), LineCommands(), field.Commands())
	for _, folder := range []wire.Path{"/", "/dir", "/dir/.deep"} {
		s.fill(t, folder)
	}
	s.resize(t)
	s.later(s.pane.Open(wire.Root))
	return s
}

// fill gives a folder some of the names there are.
func (s *session) fill(t *rapid.T, folder wire.Path) {
	names := []wire.Name{".deep", ".hidden", "1", "10", "2", "A", "a\u202eb", "dir", "report 2026 final.pdf", "é", "论文-最终版.pdf", "😀"}
	var entries []wire.Entry
	for _, name := range names {
		if rapid.Bool().Draw(t, "there") {
			version := wire.Version(fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "version")))
			entries = append(entries, wire.Entry{Name: name, Size: int64(len(name)), Version: version, IsDir: name == "dir" || name == ".deep"})
		}
	}
	s.folders[folder] = entries
}

func (s *session) resize(t *rapid.T) {
	s.pane.Resize(rapid.IntRange(20, 200).Draw(t, "width"), rapid.IntRange(3, 60).Draw(t, "height"))
}

func (s *session) later(cmd tea.Cmd) {
	if cmd != nil {
		s.due = append(s.due, cmd)
	}
}

// end lets one of the commands that are under way come to its end.
func (s *session) end(t *rapid.T) {
	if len(s.due) == 0 {
		t.Skip("nothing is under way")
	}
	i := rapid.IntRange(0, len(s.due)-1).Draw(t, "which")
	cmd := s.due[i]
	s.due = append(s.due[:i:i], s.due[i+1:]...)
	if batch, ok := cmd().(tea.BatchMsg); ok {
		for _, one := range batch {
			s.later(one)
		}
		return
	}
	s.later(update(s.pane, cmd()))
}

// answer answers any request: with a page, or with an error.
func (s *session) answer(t *rapid.T) {
	if len(s.asked) == 0 {
		t.Skip("nothing was asked")
	}
	i := rapid.IntRange(0, len(s.asked)-1).Draw(t, "which")
	page := Page{Request: s.asked[i]}
	s.asked = append(s.asked[:i:i], s.asked[i+1:]...)
	limit := rapid.IntRange(0, 5).Draw(t, "page") // 0: it fails
	if limit == 0 {
		page.Err = errLost
	}
	for _, e := range s.folders[page.Request.Path] {
		if e.Name > page.Request.After && limit > 0 {
			if page.More = len(page.Entries) == limit; page.More {
				break
			}
			page.Entries = append(page.Entries, e)
		}
	}
	s.later(update(s.pane, page))
}

func (s *session) press(t *rapid.T) {
	keys := []string{
		"j", "k", "g", "G", "pgdown", "pgup", "l", "h", "[", "]", "space", "v", "a", "*", "+", "-", "s", "S", ".", "/", "f", "enter", "esc", "e", "1", "up", "down",
	}
	name := rapid.SampledFrom(keys).Draw(t, "key")
	msg := press(name)
	if name == "esc" {
		if msg = (tea.KeyPressMsg{Code: tea.KeyEscape}); !s.pane.Typing() {
			cmd, _ := s.pane.Leave()
			s.later(cmd)
			return
		}
	}
	s.later(update(s.pane, msg))
}

// check holds what is true of a pane whatever was done with it.
func (s *session) check(t *rapid.T) {
	p := s.pane
	if p.list.Cursor < 0 || p.list.Cursor > max(len(p.rows)-1, 0) || p.list.Top < 0 || p.list.Top > p.list.Cursor {
		t.Fatalf("cursor %d, top %d of %d rows", p.list.Cursor, p.list.Top, len(p.rows))
	}
	if visible := p.visible(); visible > 0 && p.list.Cursor >= p.list.Top+visible {
		t.Fatalf("cursor %d is below the last of %d rows from %d on", p.list.Cursor, visible, p.list.Top)
	}
	held := make(map[wire.Name]bool, len(p.all))
	for i := range p.all {
		if held[p.all[i].Name] {
			t.Fatalf("%q is there twice", p.all[i].Name)
		}
		held[p.all[i].Name] = true
	}
	sieve := p.sieve()
	for i := range p.rows {
		if !held[p.rows[i].Name] || !sieve.fits(&p.rows[i]) {
			t.Fatalf("%q is shown", p.rows[i].Name)
		}
	}
	if got := len(p.selected()); p.Marked() > 0 && got != p.Marked() {
		t.Fatalf("%d are selected of %d that are marked", got, p.Marked())
	}
	lines := strings.Split(p.View(true), "\n")
	if len(lines) != p.height {
		t.Fatalf("%d lines at %dx%d", len(lines), p.width, p.height)
	}
	for _, line := range lines {
		if text.Width(line) > p.width {
			t.Fatalf("%d cells at %dx%d: %q", text.Width(line), p.width, p.height, line)
		}
	}
	if c := p.Cursor(); c != nil && (c.X < 0 || c.X >= p.width || c.Y != p.height-1) {
		t.Fatalf("the caret is at %d, %d of %dx%d", c.X, c.Y, p.width, p.height)
	}
}

func TestPaneUnderRandomHands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSession(t)
		t.Repeat(map[string]func(*rapid.T){
			"":         s.check,
			"key":      s.press,
			"more key": s.press,
			"answer":   s.answer,
			"command":  s.end,
			"resize":   s.resize,
			"refresh":  func(*rapid.T) { s.later(s.pane.Refresh()) },
			"change": func(t *rapid.T) {
				s.fill(t, rapid.SampledFrom([]wire.Path{"/", "/dir", "/dir/.deep"}).Draw(t, "folder"))
			},
			"scroll": func(t *rapid.T) { s.pane.Scroll(rapid.IntRange(-9, 9).Draw(t, "by")) },
			"click": func(t *rapid.T) {
				s.later(s.pane.Click(rapid.IntRange(0, s.pane.width-1).Draw(t, "x"), rapid.IntRange(0, s.pane.height-1).Draw(t, "line")))
			},
			"seek": func(t *rapid.T) { s.pane.Seek(rapid.SampledFrom([]wire.Name{"10", "dir", "gone"}).Draw(t, "name")) },
		})
	})
}
