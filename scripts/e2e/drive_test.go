//go:build !windows

package e2e

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangpan/tui/tuitest"
)

const secret = "correct horse 马"

// write makes a file of n random bytes and returns its digest.
func write(t *testing.T, path string, n int64) string {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(f, sum), rand.Reader, n); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func digest(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// register opens the client on s for the first time and makes an account.
func register(p *person, s *server, user string) *tuitest.Terminal {
	p.t.Helper()
	term := p.open(user + "@" + s.addr)
	term.Wait("Log in", "Password")
	term.Type("\x0e") // ctrl+n
	term.Wait("Repeat")
	term.Type(secret + tuitest.Tab + secret + tuitest.Enter)
	screen := term.Wait("Unknown server", "SHA256:")
	if !strings.Contains(screen, s.key) {
		p.t.Errorf("the key on the screen is not %s:\n%s", s.key, screen)
	}
	term.Answer("y", "Unknown server")
	term.Wait(user+"@"+s.addr, "0 items")
	return term
}

// choose opens the dialog to upload and takes the file of that name.
func choose(term *tuitest.Terminal, name string) {
	term.Type("u")
	term.Wait("Upload from this computer", name)
	term.Type("/" + name + tuitest.Enter) // filter
	term.WaitFor("only "+name, func(screen string) bool { return strings.Contains(screen, name) && !strings.Contains(screen, "▸") })
	term.Type("u")
	term.WaitGone("Upload from this computer")
}

func TestRegisterUploadListDownloadKillResume(t *testing.T) {
	t.Parallel()
	s, p := serve(t), newPerson(t)
	const size = 256 << 20
	want := write(t, filepath.Join(p.files(), "论文 final.bin"), size)
	term := register(p, s, "alice")

	choose(term, "论文 final.bin")
	term.Wait("✓", "uploaded")
	term.Wait("论文 final.bin", "268.4 MB")
	if got := digest(t, filepath.Join(s.dir, "drives", "alice", "论文 final.bin")); got != want {
		t.Fatal("the file in the user's folder is another one")
	}

	target := filepath.Join(p.downloads(), "论文 final.bin")
	partial := target + ".wangpan-part"
	term.Type("d")
	kept := killedMidway(t, term, partial, size)
	if _, err := os.Stat(target); !os.IsNotExist(err) {
		t.Fatalf("half a file stands under the real name (%v)", err)
	}

	// The session is remembered, and so is the download. Put off, and begun
	// anew, it asks how to go on.
	term = p.open("alice@" + s.addr)
	term.Wait("论文 final.bin", "1 item", "1 transfer is not finished", "stopped just now", "Resume", "Discard", "Later")
	term.Answer("l", "is not finished")
	term.Wait("1 unfinished: O")
	term.Type("d")
	term.Wait("unfinished download", "of the same version transferred", "Resume", "Start over", "Discard")
	term.Answer("r", "unfinished download")
	term.Wait("✓", "saved as")
	term.WaitGone("unfinished transfers")
	if got := digest(t, target); got != want {
		t.Error("the resumed download is another file")
	}
	left, err := filepath.Glob(filepath.Join(p.downloads(), "*wangpan*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
	t.Logf("resumed at %d of %d bytes", kept, int64(size))

	// A plain truncated file, that something else left there, asks as well.
	if err := os.Truncate(target, size/2+12345); err != nil {
		t.Fatal(err)
	}
	term.Type("d")
	term.Wait("verified: identical", "Resume", "Start over", "Keep both", "Skip")
	term.Answer("r", "Start over")
	eventually(t, "whole file", func() bool {
		info, err := os.Stat(target)
		return err == nil && info.Size() == size
	})
	if got := digest(t, target); got != want {
		t.Error("the resumed download is another file")
	}

	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	s.stop()
}

// killedMidway kills the client as soon as a part of the file is there, and
// returns how much that is.
func killedMidway(t *testing.T, term *tuitest.Terminal, partial string, size int64) int64 {
	t.Helper()
	eventually(t, "a partial", func() bool {
		info, err := os.Stat(partial)
		return err == nil && info.Size() > size/8
	})
	term.Kill()
	info, err := os.Stat(partial)
	if err != nil {
		t.Fatalf("the client was too quick to be killed midway: %v", err)
	}
	if info.Size() == 0 || info.Size() >= size {
		t.Fatalf("killed at %d of %d bytes", info.Size(), size)
	}
	return info.Size()
}

// eventually polls for something on the disk, which nothing else announces.
func eventually(t *testing.T, what string, right func() bool) {
	t.Helper()
	for begun := time.Now(); !right(); {
		if time.Since(begun) > time.Minute {
			t.Fatalf("no %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// TestFirstStart is what the README promises: one command, and a working drive.
func TestFirstStart(t *testing.T) {
	p := newPerson(t)
	want := write(t, filepath.Join(p.files(), "notes.txt"), 12345)
	term := p.open()
	term.Wait("create an account", "private drive on this computer")
	term.Type("alice" + tuitest.Tab + secret + tuitest.Tab + secret + tuitest.Enter)
	term.Type(tuitest.Enter)
	term.Wait("alice@this computer", "0 items")
	choose(term, "notes.txt")
	term.Wait("✓", "notes.txt", "uploaded")
	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	// The next start opens the drive at once; commands are on the same one.
	term = p.open()
	term.Wait("alice@this computer", "notes.txt", "1 item")
	if _, code := p.run("", "get", "/notes.txt", "-t", p.downloads()); code != 0 {
		t.Fatalf("get beside the open screen: exit code %d", code)
	}
	if got := digest(t, filepath.Join(p.downloads(), "notes.txt")); got != want {
		t.Error("another file comes back")
	}
	term.Type("q")
	term.Ended()
	found, err := filepath.Glob(filepath.Join(p.home, ".local", "share", "*", "drives", "alice", "notes.txt"))
	if err != nil || len(found) != 1 {
		t.Errorf("the file in the data folder: %v %v", found, err)
	}
}
