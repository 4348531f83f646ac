package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The crash tests start this test binary again under strace, which kills it, or makes a system call
// fail, at a chosen moment. crashChild names the workbook for that process.
const crashChild = "WANGPAN_ACCOUNTS_CRASH_CHILD"

// TestCrashChild is not a test but the process to be killed: it registers, changes and removes, folds
// after each, and prints what was acknowledged.
func TestCrashChild(t *testing.T) {
	path := os.Getenv(crashChild)
	if path == "" {
		t.Skip("runs under strace only, for TestCrash")
	}
	// strace counts the calls of each thread: all that matter are made by this one.
	runtime.LockOSThread()
	b, err := Open(path, Options{look: time.Hour})
	if err != nil {
		fmt.Println("refused", err)
		return
	}
	acknowledge := func(o op) {
		b.change.Lock()
		err := b.record(o)
		b.change.Unlock()
		if err == nil {
			fmt.Println("ok", o.Kind, o.Folder)
		}
		_ = b.fold(false)
	}
	for i := range 4 {
		name := fmt.Sprintf("user%d", i)
		acknowledge(op{Kind: opRegister, Folder: name, Name: name, Hash: goodHash})
	}
	acknowledge(op{Kind: opStatus, Folder: "user1", Disabled: true})
	acknowledge(op{Kind: opRemove, Folder: "user2"})
	_ = b.Close()
}

// crash runs the child with one injection. It returns what was acknowledged, and whether the
// injection happened at all.
func crash(t *testing.T, path, call, what string, when int) (acknowledged []string, hit bool) {
	t.Helper()
	inject := fmt.Sprintf("inject=%s:%s:when=%d", call, what, when)
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := exec.CommandContext(t.Context(), "strace", "-f", "-qq", "-o", trace, "-e", "trace="+call, "-e", inject,
		os.Args[0], "-test.run=^TestCrashChild$", "-test.count=1")
	cmd.Env = append(os.Environ(), crashChild+"="+path)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		if kind, ok := strings.CutPrefix(strings.TrimSpace(line), "ok "); ok {
			acknowledged = append(acknowledged, kind)
		}
	}
	log := must(os.ReadFile(trace))
	return acknowledged, bytes.Contains(log, []byte("INJECTED")) || bytes.Contains(log, []byte("killed by SIGKILL"))
}

// intact opens the book after the crash and looks for everything that was acknowledged.
func intact(t *testing.T, path, moment string, acknowledged []string) {
	t.Helper()
	b, err := Open(path, Options{look: time.Hour})
	if err != nil {
		t.Errorf("%s: %v", moment, err)
		return
	}
	said := strings.Join(acknowledged, ", ")
	registered := func(name string) bool { return strings.Contains(said, opRegister+" "+name) }
	for _, what := range acknowledged {
		kind, name, _ := strings.Cut(what, " ")
		e := b.entry(name)
		removed := strings.Contains(said, "remove "+name)
		switch {
		case kind == opRegister && e == nil && !removed && name != "user2",
			kind == opStatus && registered(name) && (e == nil || !e.disabled),
			kind == opRemove && e != nil:
			t.Errorf("%s: %q was acknowledged and is lost", moment, what)
		}
	}
	if err := b.Close(); err != nil {
		t.Errorf("%s: %v", moment, err)
	}
	if left := must(filepath.Glob(filepath.Join(filepath.Dir(path), "*", tempPattern))); len(left) > 0 {
		t.Errorf("%s: left over: %v", moment, left)
	}
	if left := must(filepath.Glob(filepath.Join(filepath.Dir(path), tempPattern))); len(left) > 0 {
		t.Errorf("%s: left over: %v", moment, left)
	}
}

// TestCrash kills a book at every system call that changes the disk, and lets every one of them fail.
func TestCrash(t *testing.T) {
	plainOnly(t)
	if testing.Short() {
		t.Skip("starts some hundred processes")
	}
	if err := exec.Command("strace", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skipf("strace is not installed or may not trace: %v", err)
	}
	for _, c := range []struct{ name, call, what string }{
		{"killed at fsync", "fsync", "signal=SIGKILL"},
		{"killed at rename", "renameat", "signal=SIGKILL"},
		{"killed at exchange", "renameat2", "signal=SIGKILL"},
		{"killed at open", "openat", "signal=SIGKILL"},
		{"killed at write of a new file", "write", "signal=SIGKILL"},
		{"killed at write", "pwrite64", "signal=SIGKILL"},
		{"killed at chmod", "fchmod", "signal=SIGKILL"},
		{"killed at remove", "unlinkat", "signal=SIGKILL"},
		{"fsync fails", "fsync", "error=EIO"},
		{"rename fails", "renameat", "error=EIO"},
		{"exchange fails", "renameat2", "error=EIO"},
		{"exchange not known", "renameat2", "error=EINVAL"},
		{"too many open files", "openat", "error=EMFILE"},
		{"chmod fails", "fchmod", "error=EIO"},
		{"read fails", "read", "error=EIO"},
		{"disk full", "pwrite64", "error=ENOSPC"},
		{"disk full for new files", "write", "error=ENOSPC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hit := 0
			// Every moment in the end; a third or a ninth of them each time.
			step := 3
			if soak {
				step = 1
			}
			for when := 1; when <= 400; when += step {
				path := newPath(t)
				acknowledged, happened := crash(t, path, c.call, c.what, when)
				intact(t, path, fmt.Sprintf("%s %d", c.name, when), acknowledged)
				if !happened {
					break // no thread makes this call so often
				}
				hit++
			}
			t.Logf("%d moments", hit)
			if hit == 0 {
				t.Error("the injection was never hit")
			}
		})
	}
}
