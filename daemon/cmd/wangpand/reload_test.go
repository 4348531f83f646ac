package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReload renames the log file, as logrotate does, also before the daemon is
// ready.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "wangpand.log")
	signals := make(chan os.Signal, 1)
	signals <- syscall.SIGHUP
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	p := &program{stdout: w, stderr: io.Discard, reload: signals}
	code := make(chan int, 1)
	go func() {
		code <- p.run(ctx, []string{"--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", "--log-file", file})
		_ = w.Close()
	}()
	ready := make([]byte, 1)
	if _, err := r.Read(ready); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	if err := os.Rename(file, file+".1"); err != nil {
		t.Fatal(err)
	}
	signals <- syscall.SIGHUP
	wait(t, func() bool { data, _ := os.ReadFile(file); return strings.Contains(string(data), "reloading") })
	stop()
	if got := <-code; got != exitDone {
		t.Errorf("exit code %d", got)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the log file is %v, %v", info, err)
	}
	before, err := os.ReadFile(file + ".1")
	if err != nil || !strings.Contains(string(before), "reloading") {
		t.Errorf("the signal before the daemon was ready is not in %q, %v", before, err)
	}
	after, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(after), "going down") {
		t.Errorf("the new log file has %q, %v", after, err)
	}
}

func wait(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not happen")
		}
	}
}
