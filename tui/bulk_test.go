//go:build !windows

package tui

import (
	"os"
	"path/filepath"
	"testing"
)

// A list of new names with a mistake opens in the editor again, unchanged.
// Names that files trade are refused, and a chain of names is carried out.
func TestRenamingManyWithAMistake(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "a.txt", "a")
	p.write(t, "b.txt", "b")
	// The first time both get one name. What was written stays, and what is wrong
	// with it stands above it, until it is mended.
	editor := filepath.Join(t.TempDir(), "editor")
	script := "#!/bin/sh\ncase $(cat \"$1\") in\na.txt*) printf 'same\\nsame\\n' ;;\n'# wangpan: Line 3: same'*) printf 'b.txt\\na.txt\\n' ;;\n'# wangpan: Line 2: a.txt cannot'*) printf '# wangpan: \\nb.txt\\nc.txt\\n' ;;\n'# wangpan: these'*) cat \"$1\" ;;\nesac >\"$1.new\"\nmv \"$1.new\" \"$1\"\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	term := p.show(t, p.Addr, "en", 80, 24, "EDITOR="+editor, "VISUAL=", "PATH="+os.Getenv("PATH"))
	term.Wait("▌  a.txt", "2 items")
	term.Type("ar")
	term.Wait("Line 2: same appears twice", "Nothing was renamed.", "E Edit again")
	term.Type("c")
	term.WaitGone("Nothing was renamed.")
	term.Type("r")
	term.Wait("Line 3: same appears twice")
	term.Type("e")
	term.Wait("a.txt cannot become b.txt", "Rename them in two steps", "E Edit again")
	term.Type("e")
	term.Wait("a.txt → b.txt", "b.txt → c.txt", "E Edit again")
	term.Type("r")
	term.Wait("2 items are renamed")
	p.wantText(t, "c.txt", "b")
	p.wantText(t, "b.txt", "a")
	term.Type("z")
	term.Wait("Undone: 2 changes")
	p.wantText(t, "a.txt", "a")
	term.Type("q")
	term.Ended()
}
