//go:build !windows

package tui

import (
	"fmt"
	"slices"
	"testing"

	"wangpan/tui/tuitest"
	"wangpan/wire"
)

// Rename, move, copy, remove, restore and undo, as somebody does them.
func TestChangesAndTheWayBack(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "论文.pdf", 100)
	p.put(t, "notes.txt", 10)
	p.put(t, "archive/notes.txt", 20)
	term := p.show(t, p.Addr, "en", 100, 30)
	term.Wait("论文.pdf", "3 items")

	term.Type("Gkr") // notes.txt
	term.Wait("Rename", "notes.txt")
	term.Type("-2026" + tuitest.Enter)
	term.Wait("notes.txt is renamed: z undoes it", "▌  notes-2026.txt")
	term.Type("z")
	term.Wait("Undone", "▌  notes.txt  ")

	term.Type("C")
	term.Wait("Copy notes.txt to")
	term.Type("copy.txt" + tuitest.Enter)
	term.Wait("notes.txt is copied", "copy.txt", "4 items")

	term.Type("m")
	term.Wait("Move")
	term.Type(tuitest.Escape)
	term.WaitGone("Move ")
	term.Type("a") // all: the folder cannot go into itself
	term.Wait("4 marked")
	term.Type("m")
	term.Wait("Move 4 items")
	term.Type("archive" + tuitest.Enter)
	term.Wait("cannot go into itself")
	term.Type(tuitest.Escape)
	term.WaitGone("cannot go")
	term.Type("g ") // not the folder
	term.Wait("3 marked")
	term.Type("m")
	term.Wait("Move 3 items")
	term.Type("archive" + tuitest.Enter)
	term.Wait("This name is taken there", "/archive/notes.txt", "Keep both", "Replace")
	term.Answer("r", "This name is taken there")
	term.Wait("is moved", "1 item ")
	term.Type("l")
	term.Wait("/ archive /", "3 items", "10 B")
	term.Type("h")
	term.Type("z")
	term.Wait("notes.txt", "2 items")
	term.Type("z")
	term.Wait("论文.pdf", "copy.txt", "4 items")

	term.Type("G")
	term.Type("x")
	term.Wait("is in the trash: z undoes it", "3 items")
	term.Type("T")
	term.Wait("Trash", "/论文.pdf", "removed just now", "Restore", "Empty")
	term.Type("r")
	term.Wait("Nothing is in the trash.")
	term.Type(tuitest.Escape)
	term.WaitGone("Trash")
	term.Wait("论文.pdf", "4 items")
	term.Type("q")
}

func TestPlanRenames(t *testing.T) {
	items := []picked{
		{"/a", wire.Entry{Name: "a", Version: "1"}}, {"/b", wire.Entry{Name: "b", Version: "2"}}, {"/d/c", wire.Entry{Name: "c", Version: "3"}},
	}
	tests := []struct {
		name  string
		lines []string
		want  []rename // nil: refused
	}{
		{"nothing", []string{"a", "b", "c"}, []rename{}},
		{"one", []string{"x", "b", "c"}, []rename{{"/a", "/x", "1", false, ""}}},
		{"in its folder", []string{"a", "b", "x"}, []rename{{"/d/c", "/d/x", "3", false, ""}}},
		{"into the place of another", []string{"b", "x", "c"}, []rename{{"/b", "/x", "2", false, ""}, {"/a", "/b", "1", false, ""}}},
		{"swapped", []string{"b", "a", "c"}, []rename{{"/a", "/wangpan-rename (1)", "1", true, ""}, {"/b", "/a", "2", false, ""}, {"/wangpan-rename (1)", "/b", "", false, "/a"}}},
		{"decomposed", []string{"a", "b", "e\u0301"}, []rename{{"/d/c", "/d/\u00e9", "3", false, ""}}},
		{"too few", []string{"a", "b"}, nil},
		{"twice", []string{"x", "x", "c"}, nil},
		{"a path", []string{"x/y", "b", "c"}, nil},
		{"empty", []string{"", "b", "c"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, wrong := drivePaths.planRenames(items, tt.lines, 0)
			if (wrong != nil) != (tt.want == nil) || !slices.Equal(got, tt.want) {
				t.Errorf("got %v (refused %v), want %v", got, wrong != nil, tt.want)
			}
		})
	}
}

// Each of many names goes to where the next one is: the last goes first.
func TestRenamesInALongChain(t *testing.T) {
	var renames []rename
	for i := range mostNames {
		renames = append(renames, rename{wire.Path(fmt.Sprintf("/%d", i)), wire.Path(fmt.Sprintf("/%d", i+1)), "", false, ""})
	}
	there := make(map[wire.Path]bool)
	for _, one := range renames {
		there[one.from] = true
	}
	for _, one := range drivePaths.inOrder(renames) {
		if !there[one.from] || there[one.to] {
			t.Fatalf("%s goes to %s too early", one.from, one.to)
		}
		delete(there, one.from)
		there[one.to] = true
	}
}
