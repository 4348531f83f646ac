//go:build !windows

package tui

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"wangpan/wire"
)

// carryOut does renames one after another as a drive would that has these
// things, and returns which name the things have then.
func carryOut(t rapid.TB, names []string, renames []rename) map[wire.Path]string {
	drive := make(map[wire.Path]string, len(names))
	for _, name := range names {
		drive[wire.Path("/"+name)] = name
	}
	for _, one := range renames {
		thing, some := drive[one.from]
		if !some {
			t.Fatalf("%s is renamed and not there", one.from)
		}
		if other, taken := drive[one.to]; taken {
			t.Fatalf("%s goes where %s still is", one.from, other)
		}
		if one.version != "" && string(one.version) != thing {
			t.Fatalf("%s is renamed under the version of %s", thing, one.version)
		}
		delete(drive, one.from)
		drive[one.to] = thing
	}
	return drive
}

// Whatever is renamed to whatever, swaps and circles too, each thing comes to
// its name, and none stands in the way of another.
func TestRenamesInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pool := make([]string, 12)
		for i := range pool {
			pool[i] = strconv.Itoa(i)
		}
		old := rapid.Permutation(pool).Draw(t, "old")[:rapid.IntRange(0, len(pool)).Draw(t, "count")]
		lines := rapid.Permutation(pool).Draw(t, "lines")[:len(old)]
		checkPlan(t, old, lines)
	})
}

// Ten thousand numbered things that all move up by one.
func TestRenamesOfManyInARow(t *testing.T) {
	old, lines := make([]string, mostNames), make([]string, mostNames)
	for i := range old {
		old[i], lines[i] = strconv.Itoa(i), strconv.Itoa(i+1)
	}
	checkPlan(t, old, lines)
	lines[len(lines)-1] = "0" // and in a circle
	checkPlan(t, old, lines)
}

func checkPlan(t rapid.TB, old, lines []string) {
	items := make([]picked, len(old))
	want := make(map[wire.Path]string, len(old))
	for i, name := range old {
		items[i] = picked{wire.Path("/" + name), wire.Entry{Name: wire.Name(name), Version: wire.Version(name)}}
		want[wire.Path("/"+lines[i])] = name
	}
	renames, wrong := drivePaths.planRenames(items, lines, 0)
	if wrong != nil {
		t.Fatal("refused")
	}
	if got := carryOut(t, old, renames); !maps.Equal(got, want) {
		t.Fatalf("got %v, want %v", slices.Collect(maps.Values(got)), slices.Collect(maps.Values(want)))
	}
}

// Where no other name fits into a path, what is swapped is left for the server
// to refuse.
func TestRenamesInACircleAtTheLongestPath(t *testing.T) {
	folder := wire.Path(strings.Repeat("/"+strings.Repeat("d", 203), 5))
	items := []picked{{folder + "/a", wire.Entry{Name: "a"}}, {folder + "/b", wire.Entry{Name: "b"}}}
	renames, wrong := drivePaths.planRenames(items, []string{"b", "a"}, 0)
	if wrong != nil || len(renames) != 2 {
		t.Errorf("got %v, refused %v", renames, wrong != nil)
	}
}

// A list of new names with a mistake goes back to the editor as it was written,
// and two names that are swapped are two.
func TestRenamingManyWithAMistake(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "a.txt", "a")
	p.write(t, "b.txt", "b")
	// The first time both get one name. What was written stays, and what is wrong
	// with it stands above it, until it is mended.
	editor := filepath.Join(t.TempDir(), "editor")
	script := "#!/bin/sh\ncase $(cat \"$1\") in\na.txt*) printf 'same\\nsame\\n' ;;\n'# wangpan: Line 3: same'*) printf '# wangpan: \\nb.txt\\na.txt\\n' ;;\n'# wangpan: these'*) cat \"$1\" ;;\nesac >\"$1.new\"\nmv \"$1.new\" \"$1\"\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	term := p.show(t, p.Addr, "en", 80, 24, "EDITOR="+editor, "VISUAL=", "PATH="+os.Getenv("PATH"))
	term.Wait("▌  a.txt", "2 items")
	term.Type("ar")
	term.Wait("Line 2: same is there twice", "Nothing was renamed.", "E Edit again")
	term.Type("c")
	term.WaitGone("Nothing was renamed.")
	term.Type("r")
	term.Wait("Line 3: same is there twice")
	term.Type("e")
	term.Wait("a.txt → b.txt", "b.txt → a.txt", "E Edit again")
	term.Type("r")
	term.Wait("2 are renamed")
	p.wantText(t, "a.txt", "b")
	p.wantText(t, "b.txt", "a")
	term.Type("z")
	term.Wait("Undone: 2 changes")
	p.wantText(t, "a.txt", "a")
	term.Type("q")
	term.Ended()
}
