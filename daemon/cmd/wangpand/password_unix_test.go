//go:build !windows

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// screen is a terminal at which somebody sits.
type screen struct {
	t         *testing.T
	far, near *os.File // the person's side, and the program's
	shown     bytes.Buffer
}

func newScreen(t *testing.T) *screen {
	t.Helper()
	far, near, err := pty.Open()
	if err != nil {
		t.Skip("there are no terminals here: ", err)
	}
	t.Cleanup(func() { _, _ = far.Close(), near.Close() })
	return &screen{t: t, far: far, near: near}
}

// wait reads on until the screen has shown a text, and returns all that it has
// shown since the last time.
func (s *screen) wait(text string) (shown string) {
	s.t.Helper()
	buffer := make([]byte, 256)
	for !strings.Contains(s.shown.String(), text) {
		n, err := s.far.Read(buffer)
		if err != nil {
			s.t.Fatalf("%v; the screen has shown %q, want %q", err, s.shown.String(), text)
		}
		s.shown.Write(buffer[:n])
	}
	defer s.shown.Reset()
	return s.shown.String()
}

// mute waits until nothing typed would be shown. The question is on the screen
// a moment before.
func (s *screen) mute() {
	s.t.Helper()
	for s.t.Context().Err() == nil && s.echoes() {
	}
}

func (s *screen) echoes() bool {
	s.t.Helper()
	state, err := term.GetState(s.near.Fd())
	if err != nil {
		s.t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

func (s *screen) answer(question, line string) {
	s.t.Helper()
	s.wait(question)
	s.mute()
	if _, err := s.far.WriteString(line + "\n"); err != nil {
		s.t.Fatal(err)
	}
}

// TestPasswordIsAsked: twice, again when the two differ, and never shown.
func TestPasswordIsAsked(t *testing.T) {
	s := newScreen(t)
	dir := filepath.Join(t.TempDir(), "data")
	code := make(chan int)
	var stdout strings.Builder
	go func() {
		code <- run(t.Context(), []string{"account", "add", "alice", "--data", dir}, s.near, &stdout, s.near)
	}()
	s.answer("New password for alice: ", password)
	s.answer("Once more: ", another)
	s.answer("The two differ.\r\nNew password for alice: ", password)
	s.answer("Once more: ", password)
	if got := <-code; got != exitDone || stdout.String() != "alice can log in now\n" {
		t.Errorf("exit code %d: %q", got, stdout.String())
	}
	if !s.echoes() {
		t.Error("the terminal stays mute")
	}
	d := start(t, "--data", dir, "--listen", "127.0.0.1:0")
	defer d.end(t)
	d.login(t, "alice", password)
	t.Run("not for an account that is there", func(t *testing.T) {
		var stderr strings.Builder
		if got := run(t.Context(), []string{"account", "add", "alice", "--data", dir}, s.near, &stdout, &stderr); got != exitExists {
			t.Errorf("exit code %d: %s", got, stderr.String())
		}
		if got := run(t.Context(), []string{"account", "passwd", "bob", "--data", dir}, s.near, &stdout, &stderr); got != exitNotFound {
			t.Errorf("exit code %d: %s", got, stderr.String())
		}
	})
}

func TestPasswordIsNotShown(t *testing.T) {
	s := newScreen(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	code := make(chan int)
	go func() {
		code <- run(ctx, []string{"account", "add", "alice", "--data", filepath.Join(t.TempDir(), "data")}, s.near, os.Stdout, s.near)
	}()
	s.answer("New password for alice: ", password)
	if shown := s.wait("Once more: "); strings.Contains(shown, password) {
		t.Errorf("the screen has shown %q", shown)
	}
	s.mute()
	interrupt()
	if got := <-code; got != exitInterrupted {
		t.Errorf("exit code %d, want %d", got, exitInterrupted)
	}
	if !s.echoes() {
		t.Error("the terminal stays mute")
	}
}

// TestRootKeepsOut: root would make files that the daemon's user can not read.
func TestRootKeepsOut(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	dir := filepath.Join(t.TempDir(), "data")
	must(t, dir, password, "add", "alice", "--password-file", "-")
	if err := os.Chown(dir, 4711, 4711); err != nil {
		t.Skip("this file system gives nothing away: ", err)
	}
	if done := account(t, dir, "", "disable", "alice"); done.code != exitError || !strings.Contains(done.stderr, "sudo -u '#4711' wangpand") {
		t.Errorf("exit code %d: %s", done.code, done.said())
	}
	must(t, dir, "", "check") // only reads
}
