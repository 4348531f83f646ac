//go:build !windows

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wangpan/tui/tuitest"
)

// acting is somebody who does one thing on a drive that holds little else.
type acting struct {
	*person
	s     *server
	drive string // the folder on the server's disk
}

// lay makes the drive hold these files alone. A name that ends with / is that
// of a folder; the others have their names as content.
func (a acting) lay(names ...string) {
	a.t.Helper()
	old, err := filepath.Glob(filepath.Join(a.drive, "*"))
	if err != nil {
		a.t.Fatal(err)
	}
	for _, path := range old {
		if err := os.RemoveAll(path); err != nil {
			a.t.Fatal(err)
		}
	}
	for _, name := range names {
		path := filepath.Join(a.drive, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			a.t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o700)
		} else {
			err = os.WriteFile(path, []byte(name), 0o600)
		}
		if err != nil {
			a.t.Fatal(err)
		}
	}
}

// want says that the file on the drive has this content; "" is for one that is
// not there.
func (a acting) want(name, content string) {
	a.t.Helper()
	got, err := os.ReadFile(filepath.Join(a.drive, name))
	if string(got) != content || (content == "") != os.IsNotExist(err) {
		a.t.Errorf("%s is %q, want %q (%v)", name, got, content, err)
	}
}

// begin lays the files and opens the screen on them.
func (a acting) begin(names ...string) *tuitest.Terminal {
	a.t.Helper()
	a.lay(names...)
	term := a.openWith("alice", a.s, "VISUAL="+filepath.Join(a.home, "editor"))
	term.Wait("alice@", "item")
	return term
}

// TestEachAction does each thing that can be done on a drive by its key, looks at
// the server's disk, and takes it back.
func TestEachAction(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := member(t, s, "alice")
	// Each file gets the name of the next one, and the last one a new name.
	shift := "#!/bin/sh\n{ sed 1d \"$1\"; echo d.txt; } >\"$1.new\" && mv \"$1.new\" \"$1\"\n"
	if err := os.WriteFile(filepath.Join(p.home, "editor"), []byte(shift), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		name string
		does func(acting)
	}{
		{"new folder", newFolder},
		{"rename", renameOne},
		{"rename in the editor", renameInEditor},
		{"move", moveMarked},
		{"copy on the server", copyOnServer},
		{"trash", removeRestorePurge},
		{"overwrite", overwriteByUpload},
		{"order, hidden and filter", lookInOtherWays},
		{"marks across folders", downloadAcross},
	} {
		t.Run(one.name, func(t *testing.T) {
			own := *p
			own.t = t
			one.does(acting{&own, s, filepath.Join(s.dir, "drives", "alice")})
		})
	}
}

func newFolder(a acting) {
	term := a.begin("a.txt")
	term.Type("n")
	term.Wait("New folder")
	term.Type("新 folder" + tuitest.Enter)
	term.Wait("新 folder is created.", "▌  ▸ 新 folder/")
	if info, err := os.Stat(filepath.Join(a.drive, "新 folder")); err != nil || !info.IsDir() {
		a.t.Errorf("no folder: %v", err)
	}
	term.Type("z")
	term.Wait("Undone", "1 item ")
	if _, err := os.Stat(filepath.Join(a.drive, "新 folder")); !os.IsNotExist(err) {
		a.t.Errorf("the folder is still there: %v", err)
	}
}

func renameOne(a acting) {
	term := a.begin("论文.pdf", "other.pdf")
	term.Wait("论文.pdf", "2 items")
	term.Type("Gr")
	term.Wait("Rename", "论文.pdf")
	term.Type("-终" + tuitest.Enter) // the cursor is before the kind
	term.Wait("论文.pdf is renamed: z undoes it", "▌  论文-终.pdf")
	a.want("论文-终.pdf", "论文.pdf")
	a.want("论文.pdf", "")
	term.Type("z")
	term.Wait("Undone", "论文.pdf  ")
	a.want("论文.pdf", "论文.pdf")
}

func renameInEditor(a acting) {
	term := a.begin("a.txt", "b.txt", "c.txt")
	term.Wait("3 items", "c.txt")
	term.Type("  r")
	term.Wait("Rename 2 items?", "a.txt → b.txt", "b.txt → d.txt")
	term.Answer("r", "Rename 2 items?")
	term.Wait("renamed: z undoes it", "3 items")
	a.want("a.txt", "")
	a.want("b.txt", "a.txt")
	a.want("d.txt", "b.txt")
	a.want("c.txt", "c.txt")
	term.Type("z")
	term.Wait("Undone")
	a.want("a.txt", "a.txt")
	a.want("b.txt", "b.txt")
	a.want("d.txt", "")
}

func moveMarked(a acting) {
	term := a.begin("archive/", "a.txt", "b.txt")
	term.Wait("3 items", "archive/")
	term.Type("j  ")
	term.Wait("2 marked")
	term.Type("m")
	term.Wait("Move 2 items")
	term.Type("archive" + tuitest.Enter)
	term.Wait("2 items are moved to /archive/: z undoes it", "1 item ")
	a.want("archive/a.txt", "a.txt")
	a.want("archive/b.txt", "b.txt")
	a.want("a.txt", "")
	term.Type("z")
	term.Wait("Undone", "3 items")
	a.want("a.txt", "a.txt")
	a.want("b.txt", "b.txt")
	a.want("archive/a.txt", "")
}

func copyOnServer(a acting) {
	term := a.begin("a.txt")
	term.Wait("1 item ", "a.txt")
	term.Type("C")
	term.Wait("Copy a.txt to")
	term.Type("副本.txt" + tuitest.Enter)
	term.Wait("a.txt is copied as /副本.txt: z undoes it", "2 items")
	a.want("a.txt", "a.txt")
	a.want("副本.txt", "a.txt")
	term.Type("z")
	term.Wait("Undone", "1 item ")
	a.want("副本.txt", "")
	a.want("a.txt", "a.txt")
}

func removeRestorePurge(a acting) {
	term := a.begin("a.txt", "b.txt", "c.txt")
	term.Wait("3 items", "a.txt")
	term.Type("x")
	term.Wait("a.txt is in the trash: z undoes it", "2 items", "▌  b.txt")
	a.want("a.txt", "")
	term.Type("z")
	term.Wait("Undone", "3 items")
	a.want("a.txt", "a.txt")

	// From the trash itself, the newest first.
	term.Type("gx")
	term.Wait("a.txt is in the trash", "2 items")
	term.Type("x")
	term.Wait("b.txt is in the trash", "1 item ")
	term.Type("T")
	term.Wait("Trash", "/b.txt", "/a.txt", "removed just now")
	term.Type("r")
	term.WaitGone("/b.txt")
	a.want("b.txt", "b.txt")
	term.Type("p")
	term.Wait("Permanently delete a.txt?", "cannot be restored")
	term.Answer("d", "Permanently delete")
	term.WaitGone("/a.txt")
	term.Type(tuitest.Escape)
	term.WaitGone("Trash")
	term.Wait("2 items", "b.txt", "c.txt")
	a.want("a.txt", "")
}

func overwriteByUpload(a acting) {
	if err := os.WriteFile(filepath.Join(a.files(), "notes.txt"), []byte("mine, and longer"), 0o600); err != nil {
		a.t.Fatal(err)
	}
	term := a.begin("notes.txt")
	term.Wait("1 item ", "notes.txt")
	choose(term, "notes.txt")
	term.Wait("taken on the server", "Start over", "Keep both")
	term.Answer("o", "taken on the server")
	term.Wait("✓", "uploaded")
	a.want("notes.txt", "mine, and longer")
	term.Type("z")
	term.Wait("Undone", "1 item ")
	a.want("notes.txt", "notes.txt")
}

func lookInOtherWays(a acting) {
	term := a.begin(".secret", "10 long name", "2", "论文/")
	ordered := func(names ...string) {
		a.t.Helper()
		term.WaitFor(strings.Join(names, ", "), func(screen string) bool {
			at := make([]int, len(names))
			for i, name := range names {
				if at[i] = strings.Index(screen, "  "+name+"  "); at[i] < 0 {
					return false
				}
			}
			return slices.IsSorted(at)
		})
	}
	ordered("▸ 论文/", "2", "10 long name")
	term.Type("s")
	term.Wait("by size")
	ordered("▸ 论文/", "10 long name", "2")
	term.Type("S")
	ordered("▸ 论文/", "2", "10 long name")
	term.Type(".")
	term.Wait(".secret", "4 items")
	term.Type(".")
	term.WaitGone(".secret")
	term.Type("/LONG" + tuitest.Enter)
	term.Wait("1 of 3", "Names that contain: LONG", "10 long name")
	term.Type(tuitest.Escape)
	term.Wait("3 items", "▸ 论文/")
	term.Type("f10")
	term.Wait("Jump to:", "▌  10 long name")
	term.Type(tuitest.Enter + "Ssss")
	term.Wait("by name")
	term.WaitGone("↑")
	term.Type("q") // what was chosen is stored for the next who begins
	term.Ended()
}

func downloadAcross(a acting) {
	term := a.begin("a/one.txt", "b/二.txt", "b/left.txt")
	term.Wait("▸ a/", "▸ b/")
	term.Type(tuitest.Enter)
	term.Wait("/ a /", "one.txt")
	term.Type(" h")
	term.Wait("1 marked, 1 elsewhere", "▌  ▸ a/")
	term.Type("j" + tuitest.Enter)
	term.Wait("/ b /", "left.txt")
	term.Type("G ")
	term.Wait("2 marked, 1 elsewhere")

	// There and back, the marks stay.
	term.Type("[")
	term.Wait("▸ a/", "2 marked, 2 elsewhere", "▌  ▸ b/")
	term.Type("]")
	term.Wait("/ b /", "2 marked, 1 elsewhere")
	term.Type("d")
	term.Wait("2 done")
	for _, name := range []string{"one.txt", "二.txt"} {
		if _, err := os.Stat(filepath.Join(a.downloads(), name)); err != nil {
			a.t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(a.downloads(), "left.txt")); !os.IsNotExist(err) {
		a.t.Errorf("what was not marked came too (%v)", err)
	}
}
