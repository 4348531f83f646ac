package field

import (
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"wangpan/tui/command"
	"wangpan/tui/text"
	"wangpan/tui/theme"
)

var (
	left      = tea.KeyPressMsg{Code: tea.KeyLeft}
	right     = tea.KeyPressMsg{Code: tea.KeyRight}
	home      = tea.KeyPressMsg{Code: tea.KeyHome}
	backspace = tea.KeyPressMsg{Code: tea.KeyBackspace}
	remove    = tea.KeyPressMsg{Code: tea.KeyDelete}

	wordLeft   = tea.KeyPressMsg{Code: tea.KeyLeft, Mod: tea.ModCtrl}
	deleteWord = tea.KeyPressMsg{Code: 'w', Mod: tea.ModCtrl}
)

// hit hands a message to the field as its owner does.
func hit(f *Field, msg tea.Msg) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		msg = registry.Press(command.Prompt, press)
	}
	f.Update(msg)
}

var registry = command.NewRegistry(Commands())

func typed(s string) tea.Msg { return tea.KeyPressMsg{Code: tea.KeyExtended, Text: s} }

func TestView(t *testing.T) {
	text.TrustClusters(true)
	t.Cleanup(func() { text.TrustClusters(false) })
	th := theme.New(theme.Options{})
	family := "👨\u200d👩\u200d👧"
	tests := []struct {
		name   string
		masked bool
		msgs   []tea.Msg
		cells  int
		cursor int
		want   string
	}{
		{"empty shows the hint", false, nil, 6, 0, "hint  "},
		{"ascii", false, []tea.Msg{typed("abc")}, 6, 3, "abc   "},
		{"chinese", false, []tea.Msg{typed("论文")}, 6, 4, "论文  "},
		{"cursor before a wide character", false, []tea.Msg{typed("论文"), left}, 6, 2, "论文  "},
		{"full line leaves a cell for the cursor", false, []tea.Msg{typed("abcdef")}, 6, 5, "…cdef "},
		{"scrolls by cells", false, []tea.Msg{typed("论文终稿")}, 6, 5, "…终稿 "},
		{"back at the start", false, []tea.Msg{typed("abcdefgh"), home}, 6, 0, "abcde…"},
		{"step over a family", false, []tea.Msg{typed("a" + family), left}, 6, 1, "a" + family + "   "},
		{"delete a family", false, []tea.Msg{typed("a" + family), backspace}, 6, 1, "a     "},
		{"delete a family forwards", false, []tea.Msg{typed(family + "b"), home, remove}, 6, 0, "b     "},
		{"step over an accent and back", false, []tea.Msg{typed("e\u0301x"), home, right}, 6, 1, "e\u0301x    "},
		{"pasted line end", false, []tea.Msg{tea.PasteMsg{Content: "abc\r\n"}}, 6, 3, "abc   "},
		{"pasted bidi", false, []tea.Msg{tea.PasteMsg{Content: "a\u202e"}}, 12, 9, "a⟨U+202E⟩   "},
		{"pasted escape", false, []tea.Msg{tea.PasteMsg{Content: "a\x1b[2Jb"}}, 8, 5, "a[2Jb   "},
		{"word back", false, []tea.Msg{typed("/a/bcd ef"), wordLeft}, 12, 7, "/a/bcd ef   "},
		{"delete a word of a path", false, []tea.Msg{typed("/a/bcd "), deleteWord}, 12, 3, "/a/         "},
		{"accent typed onto a letter", false, []tea.Msg{typed("eb"), left, typed("\u0301")}, 6, 1, "e\u0301b    "},
		{"two halves come together", false, []tea.Msg{typed("\u1100x\u1161"), left, backspace}, 6, 2, "\u1100\u1161    "},
		{"words of a masked field are hidden", true, []tea.Msg{typed("ab cd"), deleteWord}, 6, 0, "hint  "},
		{"masked", true, []tea.Msg{typed("论x")}, 6, 2, "••    "},
		{"no room", false, []tea.Msg{typed("a")}, 0, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := New(100)
			if tt.masked {
				f = NewMasked(100)
			}
			for _, msg := range tt.msgs {
				hit(f, msg)
			}
			view, cursor := f.View(th, tt.cells, true, "hint")
			if got := ansi.Strip(view); got != tt.want || cursor != tt.cursor {
				t.Errorf("got %q, cursor %d, want %q, cursor %d", got, cursor, tt.want, tt.cursor)
			}
		})
	}
}

func TestLimit(t *testing.T) {
	f := New(3)
	f.Update(tea.PasteMsg{Content: "论文终稿"})
	if got := f.Value(); got != "论文终" {
		t.Errorf("got %q", got)
	}
}

func TestMaskHidesEverything(t *testing.T) {
	f := NewMasked(100)
	hit(f, typed("secret 密"))
	for _, r := range ansi.Strip(first(f.View(theme.New(theme.Options{}), 20, true, "hint"))) {
		if unicode.IsLetter(r) {
			t.Fatalf("shows %q", r)
		}
	}
}

func first(s string, _ int) string { return s }

// TestAnyEditing presses keys at random: the view keeps its width and the
// cursor stays inside it.
func TestAnyEditing(t *testing.T) {
	th := theme.New(theme.Options{})
	rapid.Check(t, func(t *rapid.T) {
		f := New(60)
		message := rapid.OneOf(
			rapid.Map(rapid.String(), func(s string) tea.Msg { return tea.PasteMsg{Content: s} }),
			rapid.Map(rapid.SampledFrom([]string{"a", " ", "论", "👨\u200d👩\u200d👧", "e\u0301", "\u202e", "\u0301"}), typed),
			rapid.SampledFrom([]tea.Msg{
				left, right, home, backspace, remove,
				tea.KeyPressMsg{Code: tea.KeyEnd},
				wordLeft, deleteWord,
				tea.KeyPressMsg{Code: 'k', Mod: tea.ModCtrl},
				tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl},
				tea.KeyPressMsg{Code: 'd', Mod: tea.ModAlt},
				tea.KeyPressMsg{Code: tea.KeyRight, Mod: tea.ModCtrl},
			}),
		)
		for _, msg := range rapid.SliceOfN(message, 0, 30).Draw(t, "messages") {
			hit(f, msg)
			cells := rapid.IntRange(1, 20).Draw(t, "cells")
			view, cursor := f.View(th, cells, true, "")
			if got := text.Width(view); got != cells {
				t.Fatalf("%q takes %d cells, want %d", view, got, cells)
			}
			if cursor < 0 || cursor >= cells {
				t.Fatalf("cursor %d in %d cells of %q", cursor, cells, view)
			}
		}
	})
}
