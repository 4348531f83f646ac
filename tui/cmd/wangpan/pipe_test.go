//go:build !windows

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/tui/explain"
	"wangpan/wire/linetest"
)

// longSize is more than the buffers of the connections on the way hold.
const longSize = 40 << 20

func long() []byte { return bytes.Repeat(big(), longSize/bigSize+1)[:longSize] }

// stalledStream is a get of big.bin to stdout whose line has stopped in the middle.
func stalledStream(t *testing.T) (p place, server *daemontest.Server, end func(code int) (stdout []byte, stderr string)) {
	t.Helper()
	server = daemontest.Start(t)
	line := linetest.Start(t, server.Addr)
	p = newPlace(t, "WANGPAN_SERVER="+line.Addr, "WANGPAN_USER=alice", "WANGPAN_PASSWORD_FILE=pw")
	p.run(0, "register", "--trust-new-server")
	p.write("big.bin", long())
	p.run(0, "put", "big.bin")
	held := line.Hold(linetest.Down, longSize/8)
	cmd := p.command("get", "big.bin", "-o", "-")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-held
	return p, server, func(code int) ([]byte, string) {
		t.Helper()
		line.Release()
		wantExit(t, cmd.Wait(), code, stderr.String())
		return stdout.Bytes(), stderr.String()
	}
}

// A stream goes on by itself when the daemon was away.
func TestStreamOutlivesTheDaemon(t *testing.T) {
	_, server, end := stalledStream(t)
	server.Stop()
	server.Restart()
	if stdout, said := end(0); !bytes.Equal(stdout, long()) || said != "" {
		t.Errorf("%d bytes came, %q", len(stdout), said)
	}
}

// A stream is of one version, and says so when it can not be finished.
func TestStreamIsNoMixture(t *testing.T) {
	p, server, end := stalledStream(t)
	server.Stop()
	server.Restart()
	other := bytes.Clone(long())
	other[longSize-1] ^= 1
	p.write("big.bin", other)
	p.run(0, "--server", server.Addr, "--trust-new-server", "put", "big.bin", "--if-exists=restart")
	stdout, said := end(1)
	if len(stdout) == 0 || len(stdout) >= longSize || !bytes.HasPrefix(long(), stdout) {
		t.Errorf("%d bytes came, which are not the beginning of the first version", len(stdout))
	}
	if !strings.Contains(said, "big.bin: the file on the server changed during the transfer") {
		t.Errorf("it says %q", said)
	}
}

// An interrupted stream says so once.
func TestInterruptedStream(t *testing.T) {
	p, line := account(t)
	p.run(0, "put", "big.bin")
	held := line.Hold(linetest.Down, bigSize/4)
	cmd := p.command("get", "big.bin", "-o", "-")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-held
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	wantExit(t, cmd.Wait(), explain.ExitInterrupted, said.String())
	if said.String() != "wangpan: interrupted\n" {
		t.Errorf("it says %q", said.String())
	}
}

// wantNoSpool demands that nothing of stdin is left, here or on the server.
func wantNoSpool(t *testing.T, p place) {
	t.Helper()
	if left, err := os.ReadDir(filepath.Join(p.dir, "state", "wangpan", "spool")); err != nil || len(left) > 0 {
		t.Errorf("the spool holds %v, %v", left, err)
	}
	if uploads, _ := p.run(0, "uploads"); uploads != "" {
		t.Errorf("staged is\n%s", uploads)
	}
}

// An interrupted upload from stdin leaves nothing: nobody can go on with it.
func TestInterruptedPipe(t *testing.T) {
	t.Run("while it is read", func(t *testing.T) {
		p, _ := account(t)
		cmd := p.command("put", "-", "--as", "x", "--json")
		var said bytes.Buffer
		cmd.Stderr = &said
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := stdin.Write(make([]byte, 1<<20)); err != nil { // more than a pipe holds: it is being read
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		wantExit(t, cmd.Wait(), explain.ExitInterrupted, said.String())
		wantNoSpool(t, p)
	})
	t.Run("while it is sent", func(t *testing.T) {
		p, line := account(t)
		held := line.Hold(linetest.Up, bigSize*3/4)
		cmd := p.command("put", "-", "--as", "x")
		var said bytes.Buffer
		cmd.Stdin, cmd.Stderr = bytes.NewReader(big()), &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		<-held
		line.Release() // so that it can be told to forget
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		wantExit(t, cmd.Wait(), explain.ExitInterrupted, said.String())
		wantNoSpool(t, p)
	})
}

// What a killed program left of stdin is removed by the next one.
func TestKilledPipe(t *testing.T) {
	p, line := account(t)
	held := line.Hold(linetest.Up, bigSize/2)
	cmd := p.command("put", "-", "--as", "x")
	cmd.Stdin = bytes.NewReader(big())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-held
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	line.Release()
	p.run(0, "put", "-", "--as", "y")
	if left, err := os.ReadDir(filepath.Join(p.dir, "state", "wangpan", "spool")); err != nil || len(left) > 0 {
		t.Errorf("the spool holds %v, %v", left, err)
	}
}

// What takes its time tells machines how far it is.
func TestProgressForMachines(t *testing.T) {
	p, line := account(t)
	line.Hold(linetest.Up, bigSize*3/4)
	cmd := p.command("put", "big.bin", "--json")
	cmd.Stderr = t.Output()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	var moving progressing
	var total totalling
	for moving.Done == 0 || total.Event == "" {
		if !lines.Scan() {
			t.Fatal("it ended before it said how far it was")
		}
		into := any(&total)
		if strings.Contains(lines.Text(), `"progress"`) {
			into = &moving
		}
		if err := json.Unmarshal(lines.Bytes(), into); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
	}
	if moving.Direction != "upload" || moving.Remote != "/big.bin" || moving.Size != bigSize || moving.Done > bigSize || filepath.Base(moving.Local) != "big.bin" {
		t.Errorf("it says %+v", moving)
	}
	if total.Event != "total" || total.Files != 1 || total.FilesDone != 0 || total.Size != bigSize || !total.Counted {
		t.Errorf("of all it says %+v", total)
	}
	line.Release()
	rest, err := io.ReadAll(stdout)
	wantExit(t, cmd.Wait(), 0, string(rest))
	if sum := eventOf[summed](t, lines.Text()+"\n"+string(rest), "summary"); err != nil || sum.Done != 1 || sum.Moved < bigSize || sum.Exit != 0 {
		t.Errorf("in the end it says %+v, %v", sum, err)
	}
}

// When nobody reads stdout any more, a command ends as SIGPIPE would end it, and
// says nothing; what was under way is put away first.
func TestNobodyReads(t *testing.T) {
	p, _ := account(t)
	p.run(0, "put", "big.bin")
	for _, args := range [][]string{
		{"ls"},
		{"ls", "--json"},
		{"get", "big.bin", "-o", "-"},
		{"put", "pw", "big.bin", "--json", "--if-exists=resume"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := reader.Close(); err != nil {
				t.Fatal(err)
			}
			cmd := p.command(args...)
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = writer, &said
			err = cmd.Run()
			_ = writer.Close()
			wantExit(t, err, explain.ExitNoReader, said.String())
			if said.Len() > 0 {
				t.Errorf("it says %q", said.String())
			}
		})
	}
}
