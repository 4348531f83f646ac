//go:build !windows

package tui

import (
	"slices"
	"strings"
	"testing"

	"wangpan/tui/theme"
	"wangpan/tui/tuitest"
)

// A theme that the user chooses in the list is in use at once, and in the next run.
func TestThemeIsChosenInTheList(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "a.txt", 10)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("a.txt")
	term.Type(":theme" + tuitest.Enter)
	term.Wait(theme.Builtins()...)
	term.Type(strings.Repeat(tuitest.Down, slices.Index(theme.Builtins(), theme.HighContrast)) + "u")
	term.WaitFor("the stored theme", func(string) bool {
		return p.keeper.Reload() == nil && p.keeper.Settings().Theme == theme.HighContrast
	})
	term.Type("cq")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
