//go:build !windows

package tui

import (
	"strings"
	"testing"
)

// Emptying the trash drops all that is in it, and asks first.
func TestEmptyTheTrash(t *testing.T) {
	p := newPlace(t)
	p.put(t, "a.txt", 10)
	p.put(t, "b.txt", 20)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("2 items")
	term.Type("ax")
	term.Wait("2 are in the trash", "0 items")
	term.Type("T")
	term.Wait("/a.txt", "/b.txt", "empty")
	term.Type("e")
	term.Wait("Empty the trash, 2 things?", "nothing brings it back")
	if view := term.Screen(); strings.Contains(view, "stay as they are") {
		t.Errorf("it says that what is dropped stays:\n%s", view)
	}
	term.Type("d")
	term.Wait("Nothing is in the trash.")
}
