//go:build !windows

package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/tui/tuitest"
)

// holds is what the files of a folder of this computer have in them, by name.
func holds(t *testing.T, dir string) string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, one := range found {
		content, err := os.ReadFile(filepath.Join(dir, one.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, one.Name()+"="+string(content))
	}
	return strings.Join(all, " ")
}

// Several names of this computer are edited in a list as those of the drive are:
// one with a mistake goes back, names move on in a chain, and z undoes that.
func TestRenamingManyOnThisComputer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.here(t, "a.txt", "b.txt", "c.txt")
	editor := filepath.Join(t.TempDir(), "editor")
	script := "#!/bin/sh\ncase $(cat \"$1\") in\na.txt*) printf 'b.txt\\nc.txt\\n' ;;\n'# wangpan: Line 3: c.txt already exists'*) printf 'b.txt\\nx/y\\n' ;;\n'# wangpan: Line 3: this computer'*) printf 'b.txt\\na.txt\\n' ;;\n'# wangpan: Line 2: a.txt cannot'*) printf 'b.txt\\nd.txt\\n' ;;\nesac >\"$1.new\"\nmv \"$1.new\" \"$1\"\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	term := p.show(t, p.Addr, "en", 80, 24, "EDITOR="+editor, "VISUAL=", "PATH="+os.Getenv("PATH"))
	term.Wait("0 items")
	term.Type("w" + tuitest.Tab)
	term.Wait("a.txt", "3 items")
	term.Type("  r")
	term.Wait("Line 2: c.txt already exists", "Nothing was renamed.", "E Edit again")
	term.Type("e")
	term.Wait("this computer does not allow the name x/y", "E Edit again")
	term.Type("e")
	term.Wait("a.txt cannot become b.txt", "E Edit again")
	term.Type("e")
	term.Wait("a.txt → b.txt", "b.txt → d.txt", "E Edit again")
	term.Type("r")
	term.Wait("2 items are renamed: z undoes it")
	want := "b.txt=a.txt of this computer c.txt=c.txt of this computer d.txt=b.txt of this computer"
	if got := holds(t, p.cwd); got != want {
		t.Errorf("there is %q, want %q", got, want)
	}
	term.Type("z")
	term.Wait("Undone: 2 changes")
	want = "a.txt=a.txt of this computer b.txt=b.txt of this computer c.txt=c.txt of this computer"
	if got := holds(t, p.cwd); got != want {
		t.Errorf("after z there is %q, want %q", got, want)
	}
	if err := os.WriteFile(p.cwd+"/d\ne", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	term.Wait("4 items")
	term.Type("ar") // it would be two lines
	term.Wait("d␊e has a line break in its name: rename it separately")
	term.Type("q")
	term.Ended()
}
