//go:build !windows

package e2e

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/tui/tuitest"
)

// openWith is open with more in the environment.
func (p *person) openWith(user string, s *server, env ...string) *tuitest.Terminal {
	p.t.Helper()
	cmd := p.wangpan(user + "@" + s.addr)
	cmd.Env = append(cmd.Env, env...)
	return tuitest.Start(p.t, cmd, 80, 24)
}

// TestToolsOnFiles finds a file, edits it while somebody else changes it too,
// goes about by path and by bookmark, and copies what it finds.
func TestToolsOnFiles(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := member(t, s, "alice")
	drive := filepath.Join(s.dir, "drives", "alice")
	lay := func(name, content string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(drive, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(drive, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := func(name, content string) {
		t.Helper()
		if got, err := os.ReadFile(filepath.Join(drive, name)); string(got) != content {
			t.Errorf("%s is %q, want %q (%v)", name, got, content, err)
		}
	}
	lay("照片/2026/图 1.jpg", "picture")
	lay("docs/深/notes.md", "one\n")
	editor := filepath.Join(p.home, "an editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\necho \"in the editor with $(wc -c <\"$1\")\"; read line; echo \"$line\" >>\"$1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	term := p.openWith("alice", s, "VISUAL='"+editor+"'")
	term.Wait("照片/", "docs/")

	// Search leads to the file's folder.
	term.Type("FNOTES")
	term.Wait("1 found", "/docs/深/notes.md")
	term.Type(tuitest.Enter)
	term.Wait("/ docs / 深 /", "▌  notes.md")

	// What is written in the editor is on the server.
	term.Type("e")
	term.Wait("in the editor with 4")
	term.Type("two" + tuitest.Enter)
	term.Wait("notes.md is saved on the server.", "/ docs / 深 /")
	want("docs/深/notes.md", "one\ntwo\n")

	// Of two who write at once, neither loses anything.
	term.Type("e")
	term.Wait("in the editor with 8")
	other := filepath.Join(p.files(), "notes.md")
	if err := os.WriteFile(other, []byte("theirs\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, code := p.run("", "put", "--server", s.addr, "--user", "alice", "--if-exists", "restart", "-t", "/docs/深", other); code != 0 {
		t.Fatalf("put: exit code %d", code)
	}
	term.Type("mine" + tuitest.Enter)
	term.Wait("notes.md has changed in the meantime", "7 B", "Keep both")
	term.Answer("k", "has changed in the meantime")
	term.Wait("notes (conflict).md is saved on the server.")
	want("docs/深/notes.md", "theirs\n")
	want("docs/深/notes (conflict).md", "one\ntwo\nmine\n")

	// A bookmark leads back from wherever one went by path.
	term.Type("B")
	term.Wait("Bookmarked /docs/深 as 深.")
	term.Type("\x07~/照片/2026") // ctrl+g
	term.Wait("~/照片/2026", "1 match")
	term.Type(tuitest.Tab)
	term.Wait("~/照片/2026/")
	term.Type(tuitest.Enter)
	term.Wait("/ 照片 / 2026 /", "图 1.jpg")
	term.Type("y")
	term.Wait("Copied: /照片/2026/图 1.jpg")
	osc52 := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("/照片/2026/图 1.jpg")) + "\x07"
	term.WaitFor("(in its bytes) the path for the clipboard", func(string) bool { return strings.Contains(term.Raw(), osc52) })
	term.Type("b1")
	term.Wait("/ docs / 深 /", "notes (conflict).md")
	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	left, err := filepath.Glob(filepath.Join(p.home, ".local", "state", "wangpan", "drafts", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}
