package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// configured returns a Model that begins with files of a person's in the
// configuration folder.
func configured(t *testing.T, files map[string]string, choose func(*settings)) *Model {
	t.Helper()
	config := t.TempDir()
	for name, content := range files {
		path := filepath.Join(config, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keeper, err := session.Open(t.TempDir())
	if err == nil && choose != nil {
		err = keeper.Change(choose)
	}
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(t.Context(), Options{
		Dialer: &session.Dialer{Keeper: keeper}, Keeper: keeper, Locale: locale.New(locale.English), Config: config,
		Env: []string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"},
	})
	t.Cleanup(m.close)
	return m
}

// notes are the sentences in the message log.
func notes(m *Model) string {
	var said []string
	for _, line := range m.status.lines(m.locale) {
		said = append(said, line.Text)
	}
	return strings.Join(said, "\n")
}

func TestKeysFile(t *testing.T) {
	file := "[drive]\ndownload = [\"F6\", \"alt+f9\"]\nquit = []\nupload = \"n\"\n[transfers]\npause = \"F3\"\n[everywhere]\nlanguage = \"F7\""
	m := configured(t, map[string]string{"keys.toml": file}, nil)
	got := make(map[string]string)
	for _, c := range m.commands.All() {
		got[string(c.Name)] = strings.Join(c.Keys, " ")
	}
	for name, want := range map[string]string{
		"drive.download": "f6 alt+f9", "drive.quit": "q", "drive.upload": "u", "transfers.pause": "f3", "everywhere.language": "f7",
	} {
		if got[name] != want {
			t.Errorf("%s has the keys %q, want %q", name, got[name], want)
		}
	}
	if label := m.commands.Label("drive.download"); label != "f6/alt+f9" {
		t.Errorf("hints and help call it %q", label)
	}
	for _, want := range []string{"drive.quit needs a key", "drive.upload: n is already the key of drive.mkdir."} {
		if !strings.Contains(notes(m), want) {
			t.Errorf("%q was not said, but %q", want, notes(m))
		}
	}
	if _, open := m.dialogs.Top().(*dialog.Question); !open {
		t.Error("nothing is said on the screen")
	}
}

// TestKeysOfDialogsAreChosen presses chosen keys of a dialog, a text field and the
// login card.
func TestKeysOfDialogsAreChosen(t *testing.T) {
	m := configured(t, map[string]string{"keys.toml": "[dialog]\nclose = \"F9\"\n[field]\nstart = \"alt+a\"\n[login]\nswitch = \"F8\""}, nil)
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	m.dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{Title: locale.Say("act.rename.title"), Label: locale.Say("act.rename.title"), Value: "b", Limit: 9}))
	for _, press := range []tea.KeyPressMsg{{Code: 'a', Mod: tea.ModAlt}, {Code: 'a', Text: "a"}, {Code: tea.KeyEscape}} {
		m.Update(press)
	}
	if view := ansi.Strip(m.View().Content); !strings.Contains(view, "ab") {
		t.Errorf("the letter is not at the start, or the dialog is closed:\n%s", view)
	}
	m.Update(tea.KeyPressMsg{Code: tea.KeyF9})
	if m.dialogs.Len() != 0 {
		t.Error("the chosen key does not close the dialog")
	}
	if place := m.keyPlace(); m.commands.Press(place, tea.KeyPressMsg{Code: tea.KeyF8}).Name != "login.switch" {
		t.Errorf("F8 in place %d is another command", place)
	}
}

// TestLogIsBounded says more than the message log holds.
func TestLogIsBounded(t *testing.T) {
	m := configured(t, nil, nil)
	for range maxMessages + 10 {
		m.say(false, locale.Quote("early"))
	}
	m.say(true, locale.Quote("late"))
	if lines := m.status.lines(m.locale); len(lines) != maxMessages || lines[maxMessages-1].Text != "late" || !lines[maxMessages-1].Bad {
		t.Errorf("%d lines", len(lines))
	}
}
