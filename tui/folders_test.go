//go:build !windows

package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wangpan/tui/tuitest"
)

// A folder goes down and up as one row; a file in it that is there already and
// differs asks, with the folder that it is in, and an answer for all the rest
// holds for the others.
func TestFoldersDownAndUp(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for i := range 30 {
		p.put(t, fmt.Sprintf("照片/2026/图 %d.jpg", i), 1000*i)
	}
	p.put(t, "照片/leer/a.txt", 3)
	for i := range 3 {
		path := filepath.Join(p.downloads, "照片", "2026", fmt.Sprintf("图 %d.jpg", i+1))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.cwd = p.downloads
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("照片/")
	term.Type("d")
	term.Wait("This name is taken here", "In 照片/2026", "the contents differ", "same for all others (2 files)")
	asked := regexp.MustCompile(`图 \d\.jpg`)
	for range 3 { // each later
		screen := term.WaitFor("what it asks about", asked.MatchString)
		term.Answer(tuitest.Escape, asked.FindString(screen))
	}
	term.Wait("? 照片/", "3 files ask: press Enter")
	term.Type("t" + tuitest.Enter)
	term.Wait("same for all others (2 files)")
	term.Type("ak")
	term.Wait("1 done", "31 files")
	wantFile(t, filepath.Join(p.downloads, "照片", "2026", "图 2.jpg"), []byte("mine"))
	for i, name := range []string{"图 1 (2).jpg", "图 2 (2).jpg", "图 3 (2).jpg"} {
		want, err := os.ReadFile(filepath.Join(p.drive, "照片", "2026", fmt.Sprintf("图 %d.jpg", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		wantFile(t, filepath.Join(p.downloads, "照片", "2026", name), want)
	}

	if err := os.Rename(filepath.Join(p.downloads, "照片"), filepath.Join(p.downloads, "copy")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(p.downloads, "copy", "link")); err != nil {
		t.Fatal(err)
	}
	const bad = "bad\x07name"
	if err := os.WriteFile(filepath.Join(p.downloads, "copy", bad), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	term.Type("t" + "u")
	term.Wait("copy", "u upload this item")
	term.Type("u")
	term.Wait("2 done", "copy/", "2 left out", "34 files")
	wantFile(t, filepath.Join(p.drive, "copy", "2026", "图 2.jpg"), []byte("mine"))
	term.Type("t" + tuitest.Enter)
	term.Wait("Files: 34 of 34", "2 were left out:", "bad␇name: The server does not allow this file name.", "link: This is a link")
}

// The files of a folder that fail flood nothing: its row counts them, its
// details name each with its reason, and trying again takes only them.
func TestFailuresOfAFolder(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for i := range 5 {
		p.put(t, fmt.Sprintf("b/f%d.txt", i), 10)
	}
	for i := range 3 { // folders where files are to be
		if err := os.MkdirAll(filepath.Join(p.downloads, "b", fmt.Sprintf("f%d.txt", i)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("▸ b/")
	term.Type("d")
	screen := term.Wait("1 failed", "3 of 5 files failed: press Enter for details")
	if n := strings.Count(screen, "f0.txt"); n != 0 {
		t.Errorf("the file that failed is shown %d times:\n%s", n, screen)
	}
	term.Type("t" + tuitest.Enter)
	term.Wait("3 failed; r tries them again:", "f0.txt: ", "f2.txt: ", "Files: 2 of 5")
	for i := range 3 {
		if err := os.Remove(filepath.Join(p.downloads, "b", fmt.Sprintf("f%d.txt", i))); err != nil {
			t.Fatal(err)
		}
	}
	term.Type(tuitest.Enter)
	term.WaitGone("tries them again")
	term.Type("r")
	term.Wait("1 done", "5 files")
}
