//go:build !windows

package tui

import (
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

var coloured = regexp.MustCompile(`\x1b\[[0-9;]*\b([39][0-7]|4[0-7]|[34]8;|10[0-7])`)

// On a terminal that shows only ASCII, nothing else is drawn, and where it has no
// colours none are sent.
func TestTerminalOfASCII(t *testing.T) {
	p := newPlace(t)
	p.put(t, "a rather long name of a file that does not fit into a narrow list.txt", 9)
	m := newModel(t.Context(), Options{
		Dialer: &session.Dialer{Keeper: p.keeper}, Keeper: p.keeper, Locale: locale.New(locale.English),
		Env: []string{"TERM=vt100", "LANG=en_US.UTF-8"},
	})
	t.Cleanup(m.close)
	s, err := m.Dialer.Restore(t.Context(), p.Addr, testUser)
	if err != nil {
		t.Fatal(err)
	}
	m.Update(tea.WindowSizeMsg{Width: 40, Height: 12})
	m.arrive(s)
	m.Update(tea.ColorProfileMsg{Profile: colorprofile.ANSI})
	m.listAnew(t)
	m.say(false, locale.Say("panes.single.up", "Name", "a", "To", "/"))
	shown := func(what string) {
		t.Helper()
		view := m.View()
		if text := ansi.Strip(view.Content + view.WindowTitle); strings.ContainsFunc(text, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("%s is not ASCII:\n%s", what, text)
		}
		if coloured.MatchString(view.Content) {
			t.Errorf("%s has colours: %q", what, view.Content)
		}
	}
	shown("the list")
	for _, key := range []string{"?", "m", "C", "r", "n", "L", "T", "!", ":", "D", "R", "i"} {
		m.hit(key)
		if m.dialogs.Len() == 0 {
			t.Errorf("%s opens nothing", key)
		}
		shown(key)
		m.dialogs.Pop()
	}
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	m.hit("?")
	shown("all of the help")
}

// A dialog over the login form leaves nothing of it in view.
func TestDialogHidesTheLoginForm(t *testing.T) {
	p := newPlace(t)
	m := newModel(t.Context(), Options{
		Dialer: &session.Dialer{Keeper: p.keeper}, Keeper: p.keeper, Locale: locale.New(locale.English),
		Env: []string{"TERM=xterm-256color", "LANG=C.UTF-8"},
	})
	t.Cleanup(m.close)
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	m.Init()
	m.dialogs.Push(dialog.NewMessage(locale.Say("screen.quit.title")))
	for line := range strings.Lines(ansi.Strip(m.View().Content)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "│") && !strings.HasPrefix(line, "╭") && !strings.HasPrefix(line, "╰") ||
			strings.Count(line, "╭")+strings.Count(line, "╰") > 1 {
			t.Errorf("there is something beside the dialog: %q", line)
		}
	}
}
