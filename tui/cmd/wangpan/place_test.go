package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// place is a folder with a state of its own in which commands run.
type place struct {
	t   *testing.T
	dir string
	env []string
}

func newPlace(t *testing.T, env ...string) place {
	t.Helper()
	dir := t.TempDir()
	p := place{t: t, dir: dir}
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "WANGPAN_") && !strings.HasPrefix(entry, "XDG_") && !strings.HasPrefix(entry, "SSH_") {
			p.env = append(p.env, entry)
		}
	}
	p.env = append(p.env, "HOME="+dir, "XDG_STATE_HOME="+dir+"/state", "XDG_DATA_HOME="+dir+"/data", "LC_ALL=en_US.UTF-8")
	p.env = append(append(p.env, driveIdleName+"=30s"), env...)
	t.Cleanup(func() { stopDrive(t, filepath.Join(dir, "data", "wangpan")) })
	p.write("pw", []byte("correct horse battery\n"))
	return p
}

func (p place) write(name string, content []byte) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), content, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p place) command(args ...string) *exec.Cmd {
	cmd := exec.Command("wangpan", args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	return cmd
}

// run demands an exit code and returns what was written.
func (p place) run(code int, args ...string) (stdout, stderr string) {
	p.t.Helper()
	var out, complaints bytes.Buffer
	cmd := p.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	wantExit(p.t, cmd.Run(), code, complaints.String())
	return out.String(), complaints.String()
}

func wantExit(t *testing.T, err error, want int, said string) {
	t.Helper()
	got := 0
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		got = failed.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Fatalf("exit code is %d, want %d; it said:\n%s", got, want, said)
	}
}

// eventOf is the one line of --json output with that event.
func eventOf[T any](t *testing.T, output, event string) (found T) {
	t.Helper()
	n := 0
	for line := range strings.Lines(output) {
		var head struct{ Event string }
		if err := json.Unmarshal([]byte(line), &head); err != nil {
			t.Fatalf("%q is no JSON: %v", line, err)
		}
		if head.Event != event {
			continue
		}
		n++
		if err := json.Unmarshal([]byte(line), &found); err != nil {
			t.Fatal(err)
		}
	}
	if n != 1 {
		t.Fatalf("there are %d lines with the event %s, want one, in\n%s", n, event, output)
	}
	return found
}
