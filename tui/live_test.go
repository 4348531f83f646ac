//go:build !windows

package tui

import (
	"os"
	"path/filepath"
	"testing"

	"wangpan/tui/tuitest"
	"wangpan/wire"
)

// What others change in the folder shown is seen without a key, and neither the
// cursor nor what is marked moves.
func TestTheListFollows(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, name := range []string{"b", "d", "f"} {
		p.put(t, name, 1)
	}
	other := p.dial(t)
	if _, err := other.Login(t.Context(), testUser, testPassword); err != nil {
		t.Fatal(err)
	}
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("3 items")
	term.Type("j ")
	term.Wait("1 marked", "● d", "▌  f")

	if _, err := other.Mkdir(t.Context(), "/new folder"); err != nil {
		t.Fatal(err)
	}
	term.Wait("4 items", "new folder/", "1 marked", "● d", "▌  f")
	if err := os.WriteFile(filepath.Join(p.drive, "by hand"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	term.Wait("5 items", "by hand", "● d", "▌  f")
	if _, err := other.Move(t.Context(), wire.MoveArgs{From: "/d", To: "/elsewhere"}); err != nil {
		t.Fatal(err)
	}
	term.Wait("5 items", "elsewhere", "▌  f")
	term.WaitGone("marked")
}

// Where another client removes the folder shown, the nearest folder above that
// still exists is shown, with the reason. The way back and the marks in what is
// gone are forgotten.
func TestFolderShownIsRemoved(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "a/b/c/file", 1)
	p.put(t, "a/other", 1)
	other := p.dial(t)
	if _, err := other.Login(t.Context(), testUser, testPassword); err != nil {
		t.Fatal(err)
	}
	term := p.show(t, p.Addr, "en", 80, 24)
	for _, wait := range []string{"▸ a/", "▸ b/", "▸ c/", "▌  file"} {
		term.Wait(wait)
		if wait != "▌  file" {
			term.Type(tuitest.Enter)
		}
	}
	term.Type(" ")
	term.Wait("1 marked")
	if _, err := other.Remove(t.Context(), wire.RemoveArgs{Path: "/a/b"}); err != nil {
		t.Fatal(err)
	}
	term.Wait("/a/b/c was removed or renamed by another client. Now showing /a.", "other", " / a / ")
	term.WaitGone("marked")
	term.Type("[")
	term.Wait("▸ a/")
	term.Type("q")
	term.Ended()
}
