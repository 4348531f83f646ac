//go:build !windows

package tui

import (
	"testing"

	"wangpan/tui/tuitest"
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
	term.Wait("The trash is empty.")
	term.Type(tuitest.Escape)
	term.WaitGone("Trash")
	term.Wait("论文.pdf", "4 items")
	term.Type("q")
}
