package signin

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"go.uber.org/goleak"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
	"wangpan/tui/theme"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const print1 = "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDOLSTFS0MwMxZPrAI"

func sampleCard(lang, server, user string) *card {
	return newCard(cardOptions{
		Look: dialog.Look{
			Theme:  theme.New(theme.Options{Profile: colorprofile.TrueColor}),
			Locale: locale.New(lang), Registry: command.NewRegistry(Commands(), field.Commands()),
		},
		Server: server, User: user,
		Saved: []session.Saved{{Server: "drive.lab:7440", User: "alice"}, {Server: "embedded"}, {Server: "evil\x1b[2J\u202e:1", User: "论文"}},
		Key: func(server string) keyState {
			return map[string]keyState{
				"drive.lab:7440": {keyPinned, print1}, "embedded": {Kind: keyEmbedded},
				"new.lab": {Kind: keyUnknown}, "127.0.0.1:1": {Kind: keyUnknown},
			}[server]
		},
	})
}

func keys(l *card, names ...string) (answer tea.Msg) {
	codes := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
		"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
		"ctrl+o": {Code: 'o', Mod: tea.ModCtrl}, "ctrl+n": {Code: 'n', Mod: tea.ModCtrl},
	}
	for _, name := range names {
		if k, ok := codes[name]; ok {
			answer = l.Update(k)
		} else {
			answer = l.Update(tea.PasteMsg{Content: name})
		}
	}
	return answer
}

func says(s string) locale.Words { return func(*locale.Locale) string { return s } }

// samples makes each state of the card anew.
var samples = map[string]func(lang string) *card{
	"empty": func(lang string) *card { return sampleCard(lang, "", "") },
	"filled": func(lang string) *card {
		l := sampleCard(lang, "drive.lab:7440", "alice")
		keys(l, "secret")
		return l
	},
	"create": func(lang string) *card {
		l := sampleCard(lang, "new.lab", "李雷")
		keys(l, "ctrl+n", "correct horse battery", "tab", "correct")
		return l
	},
	"busy": func(lang string) *card {
		l := sampleCard(lang, "embedded", "me")
		keys(l, "secret", "enter")
		return l
	},
	"wrong": func(lang string) *card {
		l := sampleCard(lang, "drive.lab:7440", "alice")
		keys(l, "secret", "enter")
		l.fail(1, passwordField, says("no such user, or\x1b[2J another password"))
		return l
	},
	"refused": func(lang string) *card {
		l := sampleCard(lang, "127.0.0.1:1", strings.Repeat("很长的名字", 9))
		keys(l, "secret", "enter")
		l.fail(1, noField, says(strings.Repeat("nobody may register here ", 4)))
		return l
	},
	"mismatch": func(lang string) *card {
		l := sampleCard(lang, "new.lab", "ann")
		keys(l, "ctrl+n", "password", "tab", "passwort", "tab", "enter")
		return l
	},
	"saved": func(lang string) *card {
		l := sampleCard(lang, "", "")
		keys(l, "ctrl+o", "down")
		return l
	},
}

func TestGolden(t *testing.T) {
	for name, sample := range samples {
		for _, lang := range []string{"en", "zh"} {
			for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
				t.Run(fmt.Sprintf("%s_%s_%dx%d", name, lang, size[0], size[1]), func(t *testing.T) {
					view, _ := sample(lang).View(size[0], size[1])
					golden.RequireEqual(t, ansi.Strip(view)+"\n")
				})
			}
		}
	}
}

// TestEveryStateFits looks for lines that break out or escape, and for a cursor
// that is not in its field.
func TestEveryStateFits(t *testing.T) {
	for name, sample := range samples {
		for _, lang := range []string{"en", "zh"} {
			for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}, {200, 60}} {
				for _, set := range []theme.GlyphSet{theme.Unicode, theme.Console, theme.ASCII} {
					l := sample(lang)
					l.o.Look.Theme.Use(theme.Options{Profile: colorprofile.TrueColor, Glyphs: set})
					view, cursor := l.View(size[0], size[1])
					check(t, fmt.Sprintf("%s %s %v %d", name, lang, size, set), view, cursor, size)
				}
			}
		}
	}
}

func check(t *testing.T, name, view string, cursor *tea.Cursor, size [2]int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != size[1] {
		t.Errorf("%s: %d lines", name, len(lines))
	}
	for i, line := range lines {
		if got := text.Width(line); got != size[0] {
			t.Errorf("%s: line %d takes %d cells: %q", name, i, got, ansi.Strip(line))
		}
		if plain := ansi.Strip(line); text.Visible(plain) != plain {
			t.Errorf("%s: line %d would be obeyed by a terminal: %+q", name, i, plain)
		}
	}
	if cursor != nil && (cursor.Y >= len(lines) || cursor.X >= size[0]) {
		t.Errorf("%s: the cursor stands at %v", name, cursor.Position)
	}
}

// TestCursorFollowsTheText types Chinese, as an input method does: its window
// opens at the real cursor.
func TestCursorFollowsTheText(t *testing.T) {
	l := sampleCard("zh", "", "")
	keys(l, "tab", "李雷")
	view, cursor := l.View(80, 24)
	if cursor == nil {
		t.Fatal("no cursor")
	}
	line := ansi.Strip(strings.Split(view, "\n")[cursor.Y])
	if before := ansi.Truncate(line, cursor.X, ""); !strings.HasSuffix(before, "李雷") {
		t.Errorf("the cursor stands behind %q", before)
	}
	keys(l, "tab", "tab")
	if _, cursor = l.View(80, 24); cursor != nil {
		t.Errorf("a cursor on a button, at %v", cursor.Position)
	}
}

func TestPasswordIsNeverShown(t *testing.T) {
	for _, name := range []string{"filled", "create", "busy", "wrong", "mismatch"} {
		view, _ := samples[name]("en").View(120, 40)
		for _, secret := range []string{"secret", "correct", "battery", "passwor" + "t"} {
			if strings.Contains(ansi.Strip(view), secret) {
				t.Errorf("%s shows %q", name, secret)
			}
		}
	}
}
