//go:build !windows

package tui

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"wangpan/tui/tuitest"
)

// slowLine passes bytes on to addr. Between hold and release, what the server
// says waits.
type slowLine struct {
	addr string
	gate sync.Mutex // held while nothing comes through
	held bool       // by the test
}

func newSlowLine(t *testing.T, addr string) *slowLine {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	line := &slowLine{addr: listener.Addr().String()}
	var pumps sync.WaitGroup
	answers := func(client, server net.Conn) {
		defer client.Close()
		buf := make([]byte, 16<<10)
		for {
			n, err := server.Read(buf)
			line.gate.Lock()
			_, failed := client.Write(buf[:n])
			line.gate.Unlock()
			if err != nil || failed != nil {
				return
			}
		}
	}
	pumps.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", addr)
			if err != nil {
				_ = client.Close()
				continue
			}
			pumps.Go(func() {
				defer server.Close()
				_, _ = io.Copy(server, client)
			})
			pumps.Go(func() { answers(client, server) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		if line.held {
			line.release()
		}
		pumps.Wait()
	})
	return line
}

func (line *slowLine) hold() {
	line.gate.Lock()
	line.held = true
}

func (line *slowLine) release() {
	line.held = false
	line.gate.Unlock()
}

// Keys pressed faster than the server answers each mean what the screen shows:
// the entry after the one that has just been removed.
func TestRemovedFasterThanAnswered(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, name := range []string{"a.txt", "b.txt", "c.txt", "d.txt", "e.txt"} {
		p.write(t, name, name)
	}
	line := newSlowLine(t, p.Addr)
	term := p.show(t, p.through(t, line.addr), "en", 80, 24)
	term.Wait("▌  a.txt", "5 items")
	line.hold()
	term.Type("xxx")
	term.Wait("▌  d.txt", "2 items")
	p.write(t, "b.txt", "another one meanwhile")
	line.release()
	term.Wait("▌  d.txt", "  b.txt", "3 items", "b.txt: It has changed meanwhile")
	p.wantText(t, "b.txt", "another one meanwhile")
	for _, name := range []string{"a.txt", "c.txt"} {
		if _, err := os.Lstat(filepath.Join(p.drive, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	term.Type("!") // or the last of them might still be under way
	term.Wait("c.txt is in the trash")
	term.Type(tuitest.Escape)
	term.WaitGone("Messages")
	line.hold()
	term.Type("x")
	term.Wait("▌  e.txt")
	term.Type("z")
	line.release()
	term.Wait("  b.txt", "▌  d.txt", "3 items", "Undone")
	term.Type("zz")
	term.Wait("a.txt", "c.txt", "5 items")
	term.Type("q")
	term.Ended()
}

// When the drive is left, nothing goes on that only waited.
func TestLineOfErrandsEndsWithTheDrive(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, name := range []string{"a.txt", "b.txt", "c.txt"} {
		p.write(t, name, name)
	}
	line := newSlowLine(t, p.Addr)
	term := p.show(t, p.through(t, line.addr), "en", 80, 24)
	term.Wait("▌  a.txt", "3 items")
	line.hold()
	term.Type("xx")
	term.Wait("▌  c.txt", "1 item")
	term.Type("L")
	term.Wait("Log out?")
	term.Type("l")
	term.Wait("Password")
	line.release()
	p.wantText(t, "c.txt", "c.txt")
	term.Type("\x03")
	term.Ended()
	if strings.Contains(term.Raw(), "panic") {
		t.Error("it panicked")
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

// A name that was typed while the line is lost is there to be tried again; an
// empty folder says how to fill it; and what is undone is told under the name
// that it has again.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("This folder is empty.", "u uploads files, n makes a folder.")
	term.Type("n")
	term.Wait("New folder")
	p.Stop()
	term.Type("论文 2026" + tuitest.Enter)
	term.Wait("could not be made", "New folder", "论文 2026")
	p.Restart()
	term.WaitGone("reconnecting")
	term.Type(tuitest.Enter)
	term.Wait("论文 2026 is made.", "▸ 论文 2026/")
	term.Type("r\x01\x0bother" + tuitest.Enter)
	term.Wait("is renamed", "▸ other/")
	term.Type("z")
	term.Wait("Undone: 论文 2026", "▸ 论文 2026/")
	term.Type("q")
	term.Ended()
}
