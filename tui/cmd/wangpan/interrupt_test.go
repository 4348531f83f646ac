//go:build !windows

package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/tui/explain"
	"wangpan/tui/tuitest"
	"wangpan/wire/linetest"
)

// bigSize is three blocks: what is kept is counted in whole ones.
const bigSize = 12 << 20

func big() []byte {
	content := make([]byte, bigSize)
	_, _ = rand.NewChaCha8([32]byte{2}).Read(content) // never fails
	return content
}

// account makes alice at a server that is reached through a line.
func account(t *testing.T) (place, *linetest.Line) {
	t.Helper()
	line := linetest.Start(t, daemontest.Start(t).Addr)
	p := newPlace(t, "WANGPAN_SERVER="+line.Addr, "WANGPAN_USER=alice", "WANGPAN_PASSWORD_FILE=pw")
	p.run(0, "register", "--trust-new-server")
	p.write("big.bin", big())
	return p, line
}

// An interrupted transfer ends with 130, keeps what was moved, says so, and the
// same command goes on from there.
func TestInterruptedTransferGoesOn(t *testing.T) {
	for _, tt := range []struct {
		direction string
		signal    os.Signal
	}{
		{"put", os.Interrupt},
		{"get", syscall.SIGTERM},
		{"put", syscall.SIGHUP},
		{"get", os.Interrupt},
	} {
		t.Run(tt.direction+" "+tt.signal.String(), func(t *testing.T) {
			p, line := account(t)
			args, way := []string{"put", "big.bin"}, linetest.Up
			if tt.direction == "get" {
				p.run(0, "put", "big.bin")
				args, way = []string{"get", "big.bin", "-t", "down"}, linetest.Down
				if err := os.Mkdir(filepath.Join(p.dir, "down"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			held := line.Hold(way, bigSize*3/4)
			cmd := p.command(args...)
			var said bytes.Buffer
			cmd.Stderr = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-held
			if err := cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			wantExit(t, cmd.Wait(), 130, said.String())
			if !strings.Contains(said.String(), "kept; run the same command to resume") {
				t.Errorf("it does not say what is kept: %s", said.String())
			}
			line.Release()

			stdout, _ := p.run(0, append(args, "--json")...)
			done := eventOf[moved](t, stdout, "done")
			if done.Resumed < bigSize/4 || done.Size == nil || *done.Size != bigSize {
				t.Errorf("the second run says %s, want it to have resumed", stdout)
			}
			if tt.direction == "get" {
				got, err := os.ReadFile(filepath.Join(p.dir, "down", "big.bin"))
				if err != nil || !bytes.Equal(got, big()) {
					t.Errorf("what arrived is not what was sent: %v", err)
				}
			}
		})
	}
}

// An interrupted folder says how to go on, and then does.
func TestInterruptedFolderGoesOn(t *testing.T) {
	p, line := account(t)
	if err := os.MkdirAll(filepath.Join(p.dir, "tree", "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		p.write(filepath.Join("tree", "deep", strconv.Itoa(i)), big()[:i*10_000])
	}
	p.write(filepath.Join("tree", "z.bin"), big())
	held := line.Hold(linetest.Up, bigSize/2)
	cmd := p.command("put", "-r", "tree", "--json")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-held
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	wantExit(t, cmd.Wait(), explain.ExitInterrupted, said.String())
	if want := "wangpan: interrupted\nhint: the transferred data is kept: run the same command with --if-exists=resume to resume\n"; said.String() != want {
		t.Errorf("it says %q, want %q", said.String(), want)
	}
	first := eventOf[summed](t, out.String(), "summary")
	if first.Interrupted == 0 || first.Done+first.Interrupted != first.Files || first.Exit != explain.ExitInterrupted {
		t.Errorf("in the end it says %+v", first)
	}
	if !strings.HasSuffix(out.String(), "\"exit\":130}\n") {
		t.Errorf("the summary is not the last line of\n%s", out.String())
	}
	line.Release()
	stdout, _ := p.run(0, "put", "-r", "tree", "--if-exists=resume", "--json")
	if sum := eventOf[summed](t, stdout, "summary"); sum.Files != 31 || sum.Done != 31 || sum.Identical < first.Done {
		t.Errorf("the second run ends with %+v after %+v", sum, first)
	}
}

// A server that goes away in the middle is waited for, and given up with 10.
func TestLostServerIsGivenUp(t *testing.T) {
	server := daemontest.Start(t)
	line := linetest.Start(t, server.Addr)
	p := newPlace(t, "WANGPAN_SERVER="+line.Addr, "WANGPAN_USER=alice", "WANGPAN_PASSWORD_FILE=pw")
	p.run(0, "register", "--trust-new-server")
	p.write("big.bin", big())
	held := line.Hold(linetest.Up, bigSize*3/4)
	cmd := p.command("put", "big.bin", "--wait", "1s")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-held
	server.Stop()
	wantExit(t, cmd.Wait(), 10, said.String())
	server.Restart()
	line.Release()
	stdout, _ := p.run(0, "put", "big.bin", "--json")
	if !strings.Contains(stdout, `"event":"done"`) || !strings.Contains(stdout, `"resumed":`) {
		t.Errorf("the second run says %s, want it to have resumed", stdout)
	}
}

// A password is not shown while it is typed, and ctrl+c at the question gives
// the terminal back as it was.
func TestPasswordIsNotShown(t *testing.T) {
	server := daemontest.Start(t)
	p := newPlace(t, "WANGPAN_SERVER="+server.Addr)
	p.run(0, "register", "--user", "alice", "--password-file", "pw", "--trust-new-server")

	term := tuitest.Start(t, p.command("login"), 80, 24)
	term.Wait("Password of alice:")
	term.Type("correct horse battery\r")
	if code := term.Ended(); code != 0 {
		t.Fatalf("login exits with %d:\n%s", code, term.Screen())
	}
	if screen := term.Screen(); strings.Contains(screen, "horse") || !strings.Contains(screen, "alice is logged in on "+server.Addr) {
		t.Errorf("the screen is\n%s", screen)
	}

	shell := exec.Command("sh", "-c", "trap : INT; wangpan login; echo code $?; stty -a")
	shell.Dir, shell.Env = p.dir, p.env
	term = tuitest.Start(t, shell, 120, 24)
	term.Wait("Password of alice:")
	term.Type("corr" + tuitest.CtrlC)
	screen := term.Wait("code 130", " echo ")
	if !strings.Contains(screen, "wangpan: interrupted") || strings.Contains(screen, "corr") {
		t.Errorf("the screen is\n%s", screen)
	}
}

// A first contact on a terminal, as people see it.
func TestTrustOnTerminal(t *testing.T) {
	server := daemontest.Start(t)
	p := newPlace(t, "WANGPAN_SERVER="+server.Addr)
	term := tuitest.Start(t, p.command("register", "--user", "张三", "--password-file", "pw"), 100, 24)
	term.Wait("is unknown. Its fingerprint", server.Fingerprint, "Type yes to trust it:")
	term.Type("yes\r")
	if code := term.Ended(); code != 0 {
		t.Fatalf("register exits with %d:\n%s", code, term.Screen())
	}
	if screen := term.Screen(); !strings.Contains(screen, "张三 has an account on "+server.Addr) {
		t.Errorf("the screen is\n%s", screen)
	}
}

// Progress is drawn on a terminal, in one line that is gone in the end.
func TestProgressOnTerminal(t *testing.T) {
	p, line := account(t)
	held := line.Hold(linetest.Up, bigSize*3/4)
	term := tuitest.Start(t, p.command("put", "big.bin"), 100, 24)
	<-held
	term.Wait("↑ big.bin", "of 12.6 MB", "%")
	line.Release()
	if code := term.Ended(); code != 0 {
		t.Fatalf("put exits with %d:\n%s", code, term.Screen())
	}
	if got, want := term.Screen(), "big.bin: 12.6 MB uploaded to /big.bin\n1 file uploaded; 12.6 MB in "; !strings.HasPrefix(got, want) {
		t.Errorf("the screen is\n%s\nwant\n%s", got, want)
	}
}
