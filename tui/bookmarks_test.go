//go:build !windows

package tui

import (
	"os"
	"path/filepath"
	"testing"

	"wangpan/tui/session"
	"wangpan/tui/tuitest"
)

func TestBookmarks(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "照片/2026/a.txt", 10)
	p.put(t, "docs/d.txt", 10)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("照片/", "docs/")
	term.Type("b")
	term.Wait("Bookmarks", "No bookmarks yet")
	term.Type(tuitest.Escape)
	term.WaitGone("No bookmarks yet")
	term.Type("\x07照片/2026" + tuitest.Enter)
	term.Wait("/ 照片 / 2026 /", "a.txt")
	term.Type("B")
	term.Wait("Bookmarked /照片/2026 as 2026.")
	term.Type("B")
	term.Wait("This folder is already bookmarked: 2026.")
	term.Type("\x07/docs" + tuitest.Enter)
	term.Wait("/ docs /", "d.txt")
	term.Type("B")
	term.Wait("Bookmarked /docs as docs.")
	term.Type("b")
	term.Wait("▌1 2026", "2 docs")
	term.Type("e" + tuitest.CtrlU + "今年" + tuitest.Enter)
	term.Wait("▌1 今年", "2 docs")
	term.Type("1")
	term.Wait("/ 照片 / 2026 /", "a.txt")
	if err := os.RemoveAll(filepath.Join(p.drive, "docs")); err != nil {
		t.Fatal(err)
	}
	term.Type("b2")
	term.Wait("/docs no longer exists.")
	term.Type("x")
	term.WaitGone("2 docs")
	term.Type(tuitest.Enter)
	term.WaitGone("Go there")
	if got := p.bookmarks(t); len(got) != 1 || got[0].Name != "今年" {
		t.Errorf("what is kept is %v", got)
	}
}

// bookmarks are those that another run would find.
func (p *place) bookmarks(t *testing.T) []session.Bookmark {
	t.Helper()
	if err := p.keeper.Reload(); err != nil {
		t.Fatal(err)
	}
	return p.keeper.Bookmarks(p.Addr, testUser)
}
