//go:build !windows

package tui

import (
	"fmt"
	"strings"
	"testing"
)

// Emptying the trash drops all that is in it, and asks first.
func TestEmptyTheTrash(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "a.txt", 10)
	p.put(t, "b.txt", 20)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("2 items")
	term.Type("ax")
	term.Wait("2 items are in the trash", "0 items")
	term.Type("T")
	term.Wait("/a.txt", "/b.txt", "empty")
	term.Type("e")
	term.Wait("Empty the trash, 2 items?", "cannot be restored")
	if view := term.Screen(); strings.Contains(view, "stay as they are") {
		t.Errorf("it says that what is dropped stays:\n%s", view)
	}
	term.Type("d")
	term.Wait("The trash is empty.")
}

// However much is removed, it is said how it comes back and nothing is asked;
// what is dropped for good is told by what is in it.
func TestRemovingMuch(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for i := range 60 {
		p.put(t, fmt.Sprintf("%02d.txt", i), 1)
	}
	for i := range 3 {
		p.put(t, fmt.Sprintf("folder/%d", i), 1_000)
	}
	term := p.show(t, p.Addr, "en", 100, 24)
	term.Wait("61 items")
	term.Type("ax")
	term.Wait("61 items are in the trash: z undoes it", "0 items")
	term.Type("z")
	term.Wait("Undone: 61 changes", "61 items")
	term.Type("gx")
	term.Wait("folder is in the trash: z undoes it", "60 items")
	term.Type("T")
	term.Wait("/folder/", "Contains 3 files.")
	term.Type("p")
	term.Wait("Permanently delete folder?", "Contains 3 files.", "This frees 3.0 KB.", "cannot be restored")
	term.Type("d")
	term.Wait("The trash is empty.")
}
