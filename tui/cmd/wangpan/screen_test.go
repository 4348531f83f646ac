//go:build !windows

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/tui/explain"
	"wangpan/tui/tuitest"
)

// Without anything the screen opens on this computer's own drive, in the
// language of the environment or of the flag.
func TestScreenOnAFreshMachine(t *testing.T) {
	p := newPlace(t)
	term := tuitest.Start(t, p.command(), 80, 24)
	term.Wait("embedded", "Log in")
	term = tuitest.Start(t, p.command("--lang", "zh"), 80, 24)
	term.Wait("embedded", "登录")
}

// A server and user can be named, and a password given, so that it opens in the
// drive at once; the next time it needs neither.
func TestScreenLogsIn(t *testing.T) {
	server := daemontest.Start(t)
	p := newPlace(t)
	p.run(0, "--server", server.Addr, "register", "--user", "alice", "--password-file", "pw", "--trust-new-server")
	p.run(0, "--server", server.Addr, "mkdir", "/照片", "--password-file", "pw")
	term := tuitest.Start(t, p.command("alice@"+server.Addr, "--password-file", "pw"), 80, 24)
	term.Wait("alice@"+server.Addr, "照片")
	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("quitting exits with %d", code)
	}
	term = tuitest.Start(t, p.command(), 80, 24)
	term.Wait("alice@"+server.Addr, "照片")
}

// The screen and the commands beside it share the embedded drive, and a screen that
// is killed does not take it along.
func TestScreenSharesTheEmbeddedDrive(t *testing.T) {
	p := newPlace(t)
	p.run(0, "register", "--user", "alice", "--password-file", "pw")
	p.run(0, "login", "--password-file", "pw")
	p.run(0, "mkdir", "/before")
	record := filepath.Join(p.dir, "data", "wangpan", driveRecordName)

	term := tuitest.Start(t, p.command(), 80, 24)
	term.Wait("before")
	if _, err := os.Stat(record); err != nil {
		t.Fatalf("no process serves the drive: %v", err)
	}
	p.run(0, "mkdir", "/beside")
	if _, err := os.Stat(record); err != nil {
		t.Errorf("a command beside it took the drive away: %v", err)
	}
	term.Kill()
	if stdout, _ := p.run(0, "ls"); !strings.Contains(stdout, "beside/") {
		t.Errorf("after a crash the folder is gone:\n%s", stdout)
	}
}

// A signal ends the screen with its exit code, and restores the terminal.
func TestScreenEndsBySignal(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			p := newPlace(t)
			p.run(0, "register", "--user", "alice", "--password-file", "pw")
			p.run(0, "login", "--password-file", "pw")
			p.run(0, "mkdir", "/before")
			cmd := p.command()
			term := tuitest.Start(t, cmd, 80, 24)
			term.Wait("before")
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if code := term.Ended(); code != explain.ExitInterrupted {
				t.Errorf("it exits with %d, want %d", code, explain.ExitInterrupted)
			}
			if screen := term.Screen(); screen != "wangpan: interrupted" {
				t.Errorf("the screen is not given back:\n%s", screen)
			}
		})
	}
}
