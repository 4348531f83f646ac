//go:build !windows

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"wangpan/tui/tuitest"
)

// TestTwoPanes copies across in both directions, folders as well, and compares
// the bytes on either disk.
func TestTwoPanes(t *testing.T) {
	t.Parallel()
	s, p := serve(t), newPerson(t)
	drive := filepath.Join(s.dir, "drives", "alice")
	first := write(t, filepath.Join(p.files(), "一.bin"), 3<<20)
	second := write(t, filepath.Join(p.files(), "two.bin"), 12345)
	if err := os.Mkdir(filepath.Join(p.files(), "a folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	inside := write(t, filepath.Join(p.files(), "a folder", "里.bin"), 54321)
	term := register(p, s, "alice")

	term.Type(tuitest.Tab)
	term.Wait("~ / files /", "3 items", "two.bin")
	term.Type("  c") // marks two, the folder among them
	term.Wait("2 items → drive /", "2 done")
	for name, want := range map[string]string{"two.bin": second, filepath.Join("a folder", "里.bin"): inside} {
		if got := digest(t, filepath.Join(drive, name)); got != want {
			t.Errorf("%s is another file on the drive", name)
		}
	}

	// Back into a folder that is made for it.
	term.Type("n")
	term.Wait("New folder")
	term.Type("back" + tuitest.Enter)
	term.Wait("back is created.", "▌  ▸ back/")
	term.Type(tuitest.Enter)
	term.Wait("files / back /", "This folder is empty.")
	term.Wait("2 items") // the drive has followed
	term.Type(tuitest.Tab + "g  c")
	term.Wait("2 items → ~/files/back", "4 done")
	for name, want := range map[string]string{"two.bin": second, filepath.Join("a folder", "里.bin"): inside} {
		if got := digest(t, filepath.Join(p.files(), "back", name)); got != want {
			t.Errorf("%s came back as another file", name)
		}
	}

	// The trash of the desktop, and back from it.
	term.Type(tuitest.Tab + "h")
	term.Wait("~ / files /", "4 items")
	term.Type("Gx")
	term.Wait("一.bin is in this computer's trash.", "3 items")
	if got := digest(t, filepath.Join(p.home, ".local", "share", "Trash", "files", "一.bin")); got != first {
		t.Error("another file is in the trash")
	}
	term.Type("z")
	term.Wait("Undone: 一.bin", "4 items")
	if got := digest(t, filepath.Join(p.files(), "一.bin")); got != first {
		t.Error("another file came back")
	}
	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
