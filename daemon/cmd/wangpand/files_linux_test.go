package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wangpan/wire"
	"wangpan/wire/client"
)

// filesVariable is set in the process that TestTooManyOpenFiles starts.
const filesVariable = "WANGPAND_TEST_FILES"

func TestMain(m *testing.M) {
	if dir := os.Getenv(filesVariable); dir != "" {
		few := syscall.Rlimit{Cur: 40, Max: 40}
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
			panic(err)
		}
		os.Exit(run(context.Background(), []string{"--data", dir, "--listen", "127.0.0.1:0"}, nil, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestTooManyOpenFiles takes all file descriptors of a daemon. Its clients are
// told that it is busy: who connects, and who asks for something.
func TestTooManyOpenFiles(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), filesVariable+"="+filepath.Join(t.TempDir(), "data"))
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer func() { _ = cmd.Process.Signal(syscall.SIGKILL) }()
	lines, addr := bufio.NewScanner(out), ""
	for lines.Scan() && addr == "" {
		addr, _ = strings.CutPrefix(lines.Text(), "wangpand: listening on ")
	}

	options := client.Options{Trust: func(context.Context, string, string) error { return nil }}
	first, err := client.Dial(t.Context(), addr, options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	if _, err := first.Register(t.Context(), wire.RegisterArgs{User: "alice", Password: password}); err != nil {
		t.Fatal(err)
	}
	session, err := first.Login(t.Context(), "alice", password)
	if err != nil {
		t.Fatal(err)
	}
	// The process may have 40 descriptors, so at least 20 of 60 connections find none.
	// Which of them do is open: one that was refused gives its descriptor back.
	busy := 0
	for n := range 60 {
		c, err := client.Dial(t.Context(), addr, options)
		if err == nil {
			t.Cleanup(func() { _ = c.Close() })
			_, err = c.Join(t.Context(), session.Token)
		}
		switch {
		case errors.Is(err, wire.Busy):
			busy++
		case err != nil:
			t.Errorf("connection %d ends with %v, want busy", n, err)
		}
	}
	if busy < 20 {
		t.Errorf("%d of 60 connections were told busy, want at least 20", busy)
	}
	if _, err := first.Mkdir(t.Context(), "/folder"); err != nil && !errors.Is(err, wire.Busy) {
		t.Errorf("a request is answered with %v, want busy", err)
	}
}
