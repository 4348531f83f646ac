//go:build !windows

package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/tui/draft"
	"wangpan/tui/tuitest"
)

// editorOf makes an editor of a shell script: $1 is the file. It says which run
// of it this is, since what an earlier one wrote is on the terminal still.
func editorOf(t *testing.T, script string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "my editor")
	if err := os.WriteFile(path, []byte(`#!/bin/sh
		n=$(($(cat "$0.n" 2>/dev/null) + 1)); echo $n >"$0.n"; echo "editing ${1##*/}, run $n"
		`+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return []string{"EDITOR='" + path + "'", "PATH=" + os.Getenv("PATH")}
}

// write lays a text into the account's drive.
func (p *place) write(t *testing.T, name, content string) {
	t.Helper()
	p.put(t, name, 0)
	if err := os.WriteFile(filepath.Join(p.drive, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (p *place) wantText(t *testing.T, name, want string) {
	t.Helper()
	if got, err := os.ReadFile(filepath.Join(p.drive, name)); string(got) != want {
		t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
	}
}

// wantDrafts looks how many texts lie on this computer.
func (p *place) wantDrafts(t *testing.T, want int) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(p.state, "drafts", "*", "text", "*"))
	if err != nil || len(found) != want {
		t.Errorf("%d drafts are left, want %d: %v %v", len(found), want, found, err)
	}
}

// The editor gets the terminal and the file under its own name; what it writes
// is on the server, and nothing of it is left here.
func TestEdit(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "笔记 1.md", "one\n")
	term := p.show(t, p.Addr, "en", 80, 24, editorOf(t, `
		touch "$1~" "${1%/*}/.swp"; read line; [ -z "$line" ] || echo "$line" >>"$1"`)...)
	term.Wait("笔记 1.md", "1 item ")
	term.Type("e")
	term.Wait("editing 笔记 1.md, run 1")
	term.Type("two" + tuitest.Enter)
	term.Wait("笔记 1.md is saved on the server.", "8 B", "1 item ")
	p.wantText(t, "笔记 1.md", "one\ntwo\n")
	p.wantDrafts(t, 0)
	term.Type("z")
	term.Wait("Undone: 笔记 1.md")
	p.wantText(t, "笔记 1.md", "one\n")
	term.Type("e")
	term.Wait("editing 笔记 1.md, run 2")
	term.Type(tuitest.Enter)
	screen := term.Wait("Edit 笔记 1.md", "returned at once")
	if strings.Contains(screen, "editing") {
		t.Errorf("the screen is not whole:\n%s", screen)
	}
	term.Answer("n", "returned at once")
	term.Type("q")
	term.Ended()
	p.wantDrafts(t, 0)
}

// What others wrote meanwhile is not lost, whatever one decides.
func TestEditConflict(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, key    string
		said         string
		mine, theirs string // the files after it
	}{
		{"both.txt", "k", "both (conflict).txt is saved on the server. z undoes it.", "both (conflict).txt", "both.txt"},
		{"replace.txt", "r", "replace.txt is saved", "replace.txt", ""},
		{"later.txt", tuitest.Escape, "Kept in", "", "later.txt"},
		{"discard.txt", "d", "", "", "discard.txt"},
	}
	p := newPlace(t)
	for _, tt := range tests {
		p.write(t, tt.name, "one\n")
	}
	term := p.show(t, p.Addr, "en", 80, 24, editorOf(t, `read line; echo mine >"$1"`)...)
	term.Wait("4 items") // before it reads keys itself, the terminal makes Enter another one
	for i, tt := range tests {
		term.Type("\x07" + tt.name)
		term.Wait("Go to a path", tt.name, "1 match")
		term.Type(tuitest.Enter)
		term.WaitGone("Go to a path")
		term.Wait("▌  " + tt.name)
		term.Type("e")
		term.Wait(fmt.Sprintf("run %d", i+1))
		p.write(t, tt.name, "theirs, longer\n")
		term.Type(tuitest.Enter)
		term.Wait(tt.name+" has changed in the meantime", "15 B", "Keep both")
		term.Answer(tt.key, "has changed in the meantime")
		term.Wait(tt.said)
		if tt.mine != "" {
			p.wantText(t, tt.mine, "mine\n")
		}
		if tt.theirs != "" {
			p.wantText(t, tt.theirs, "theirs, longer\n")
		}
	}
	term.Type("q")
	term.Ended()
	p.wantDrafts(t, 1)
}

// A text that does not reach the server waits for it, over the end of the
// program too.
func TestEditSurvivesTheServer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "a.txt", "one\n")
	env := editorOf(t, `read line; echo "mine $line" >"$1"`)
	term := p.show(t, p.Addr, "en", 80, 24, env...)
	term.Wait("a.txt", "1 item ")
	term.Type("e")
	term.Wait("run 1")
	p.Stop()
	term.Type(tuitest.Enter)
	term.Wait("Disconnected. a.txt will be saved after reconnecting", "reconnecting")
	term.Type("q")
	term.Ended()
	p.wantDrafts(t, 1)
	p.Restart()

	term = p.show(t, p.Addr, "en", 80, 24, env...)
	term.Wait("1 edited file is not saved on the server", "/a.txt", "Save")
	term.Answer("s", "not saved on the server")
	term.Wait("a.txt is saved on the server.")
	p.wantText(t, "a.txt", "mine \n")

	term.Type("e")
	term.Wait("run 2")
	p.Stop()
	term.Type("again" + tuitest.Enter)
	term.Wait("Disconnected. a.txt will be saved")
	p.Restart()
	term.WaitGone("reconnecting")
	term.Wait("a.txt is saved on the server.")
	term.Type("q")
	term.Ended()
	p.wantDrafts(t, 0)
}

// The keys ctrl+c and ctrl+\ of a line-mode editor are meant for the editor: the
// client goes on, and saves the text of an editor that does so, too.
func TestEditInterrupted(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "a.txt", "one\n")
	term := p.show(t, p.Addr, "en", 80, 24, editorOf(t, `
		trap 'echo two >>"$1"; echo interrupted' INT; echo ready
		until read line; do :; done`)...)
	term.Wait("a.txt", "1 item ")
	term.Type("e")
	term.Wait("editing a.txt, run 1", "ready")
	term.Type("\x03")
	term.Wait("interrupted")
	term.Type(tuitest.Enter)
	term.Wait("a.txt is saved on the server.", "1 item ")
	p.wantText(t, "a.txt", "one\ntwo\n")
	term.Type("e")
	term.Wait("editing a.txt, run 2")
	term.Type("\x1c")
	term.Wait("Edit a.txt", "Use the variables VISUAL")
	term.Type(tuitest.Enter + "q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestEditSaysWhyNot(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "a.bin", "one\x00two")
	p.put(t, "big.txt", 1<<20+1)
	p.put(t, "folder/x", 1)
	p.put(t, "huge.txt", draft.MaxEdit+1)
	term := p.show(t, p.Addr, "en", 80, 24, "PATH=/nowhere")
	term.Wait("huge.txt", "4 items")
	term.Type("e")
	term.Wait("Move the cursor to a file")
	term.Type("je")
	term.Wait("No editor is set")
	term.Type(tuitest.Enter + "je")
	term.Wait("1.0 MB are downloaded first")
	term.Type("c" + "je")
	term.Wait("huge.txt is too large to edit here: 16.8 MB")
	term.Type("q")
	term.Ended()
	term = p.show(t, p.Addr, "en", 80, 24, editorOf(t, "exit 3")...)
	term.Wait("huge.txt", "4 items")
	term.Type("je")
	term.Wait("does not look like text")
	term.Type("e")
	term.Wait("my editor' ended with", "exit status 3. Nothing was changed.")
	p.wantDrafts(t, 0)
}
