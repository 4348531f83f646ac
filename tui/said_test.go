package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/wire"
)

// Whoever is thrown out reads why beside the form, also after the first key.
func TestThrownOutIsTold(t *testing.T) {
	m := newPlace(t).ready(t)
	host{m}.SessionEnded(fmt.Errorf("%w: %w", session.ErrLoggedOut, wire.Unauthenticated))
	m.Update(tea.KeyPressMsg{Code: 'x', Text: "x"})
	view := ansi.Strip(m.View().Content)
	if m.drive != nil || !strings.Contains(view, "The server ended your session: log in again") {
		t.Errorf("the reason is not there:\n%s", view)
	}
	if !strings.Contains(view, "ctrl+c quit") {
		t.Errorf("there is no way out:\n%s", view)
	}
}

// The new folder's button says what it does, and the list how to name things anew.
func TestKeysSayWhatTheyDo(t *testing.T) {
	m := newPlace(t).ready(t)
	for _, want := range []struct{ list, prompt string }{{"r rename", "create"}, {"r 重命名", "创建"}} {
		if view := ansi.Strip(m.View().Content); !strings.Contains(view, want.list) {
			t.Errorf("there is no %q:\n%s", want.list, view)
		}
		m.Update(tea.KeyPressMsg{Code: 'n', Text: "n"})
		if view := ansi.Strip(m.View().Content); !strings.Contains(view, want.prompt) {
			t.Errorf("there is no %q:\n%s", want.prompt, view)
		}
		m.dialogs.Pop()
		m.locale.Next()
	}
}

// A long name pushes neither the result nor the undo key off the status bar.
func TestALongNameLeavesRoom(t *testing.T) {
	m := newPlace(t).ready(t)
	m.width = 80
	long := wire.Path("/" + strings.Repeat("很长的名字", 12) + ".txt")
	host{m}.Say(false, func(l *locale.Locale) string {
		return l.T("act.undo_hint", "Done", l.N("act.rename.done", 1, "Name", long.Base()), "Key", "z")
	})
	if got := ansi.Strip(m.statusLine()); !strings.Contains(got, "很长的") || !strings.HasSuffix(got, "is renamed: z undoes it") || ansi.StringWidth(got) > 80 {
		t.Errorf("the line says %q", got)
	}
}
