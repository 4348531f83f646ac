package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"wangpan/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve answers commands on a folder until the test ends.
func serve(t *testing.T, dir string, handle Handler) *Server {
	t.Helper()
	l, err := Listen(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	s := Serve(l, handle, slog.New(slog.NewTextHandler(t.Output(), nil)))
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func dial(t *testing.T, dir string) *Client {
	t.Helper()
	c, err := Dial(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// shortDir is a folder whose path is short enough for a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "wp") //nolint:usetesting // t.TempDir holds the name of the test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// echo answers with the request's own words.
func echo(_ context.Context, r Request) (Reply, error) {
	return Reply{Accounts: []Account{{Name: r.Name, Status: Status(r.Command), Problem: r.Password, Folder: r.Quota}}}, nil
}

func TestAskAndAnswer(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, func(ctx context.Context, r Request) (Reply, error) {
		switch r.Command {
		case List:
			all := make([]Account, 2*page+1)
			for i := range all {
				all[i].Name = fmt.Sprint(i)
			}
			return Reply{Accounts: all}, nil
		case Check:
			return Reply{Report: &Report{Accounts: 3, Problems: []Problem{{"it rains", "wait"}}}}, nil
		case Remove:
			return Reply{}, fmt.Errorf("remove: %w", wire.Errorf(wire.NotFound, "there is no %s", r.Name))
		case Disable:
			return Reply{}, errors.New("the disk is gone")
		default:
			return echo(ctx, r)
		}
	})
	c := dial(t, dir)
	got, err := c.Do(t.Context(), Request{Command: Add, Name: "张三", Password: "correct horse", Quota: "10 GB"})
	if want := (Account{Name: "张三", Status: "add", Problem: "correct horse", Folder: "10 GB"}); err != nil || len(got.Accounts) != 1 || got.Accounts[0] != want {
		t.Errorf("add answers %+v, %v, want %+v", got, err, want)
	}
	got, err = c.Do(t.Context(), Request{Command: List})
	if err != nil || len(got.Accounts) != 2*page+1 || got.Accounts[2*page].Name != fmt.Sprint(2*page) {
		t.Errorf("list answers %d accounts, %v, want %d in order", len(got.Accounts), err, 2*page+1)
	}
	got, err = c.Do(t.Context(), Request{Command: Check})
	if want := (&Report{Accounts: 3, Problems: []Problem{{"it rains", "wait"}}}); err != nil || !reflect.DeepEqual(got.Report, want) {
		t.Errorf("check answers %+v, %v, want %+v", got.Report, err, want)
	}
	if _, err = c.Do(t.Context(), Request{Command: Remove, Name: "bob"}); !errors.Is(err, wire.NotFound) || err.Error() != "there is no bob" {
		t.Errorf("remove answers %v, want not_found", err)
	}
	if _, err = c.Do(t.Context(), Request{Command: Disable}); !errors.Is(err, wire.Internal) || err.Error() != "the disk is gone" {
		t.Errorf("disable answers %v, want what went wrong", err)
	}
}

func TestNobodyListens(t *testing.T) {
	dir := shortDir(t)
	if _, err := Dial(t.Context(), dir); !errors.Is(err, ErrNoDaemon) {
		t.Errorf("an empty folder: %v, want ErrNoDaemon", err)
	}
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, socketName), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	_ = left.Close() // as a crash does
	if _, err := Dial(t.Context(), dir); !errors.Is(err, ErrNoDaemon) {
		t.Errorf("a socket left by a crash: %v, want ErrNoDaemon", err)
	}
	s := serve(t, dir, echo)
	if _, err := dial(t, dir).Do(t.Context(), Request{}); err != nil {
		t.Errorf("over a socket left by a crash: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the server left %v (%v)", left, err)
	}
}

func TestWhatIsNoSocketStays(t *testing.T) {
	dir := shortDir(t)
	path := filepath.Join(dir, socketName)
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), dir); !errors.Is(err, errNotSocket) {
		t.Errorf("listen: %v, want %v", err, errNotSocket)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "mine" {
		t.Errorf("the file is %q, %v", got, err)
	}
}

func TestSocketIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows keeps no modes")
	}
	dir := shortDir(t)
	serve(t, dir, echo)
	info, err := os.Lstat(filepath.Join(dir, socketName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v, want 0600", info, err)
	}
}

// TestDeepFolder: a socket's address is short, and a data folder may lie deep.
func TestDeepFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows links for administrators only")
	}
	dir := filepath.Join(shortDir(t), strings.Repeat("deep", 40), strings.Repeat("深", 30))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", shortDir(t))
	s := serve(t, dir, echo)
	if got, err := dial(t, dir).Do(t.Context(), Request{Name: "ann"}); err != nil || got.Accounts[0].Name != "ann" {
		t.Errorf("the answer is %+v, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for _, at := range []string{dir, os.Getenv("TMPDIR")} {
		if left, err := os.ReadDir(at); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v (%v)", left, err)
		}
	}
}

// TestBadRequests: each ends its connection, and the server goes on.
func TestBadRequests(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, func(ctx context.Context, r Request) (Reply, error) {
		if r.Name == "panic" {
			panic("a fault in the handler")
		}
		return echo(ctx, r)
	})
	tests := []struct{ name, bytes string }{
		{"no frame", "GET / HTTP/1.1\r\n\r\n"},
		{"an empty frame", "\x00\x00\x00\x00\x01"},
		{"data", "\x00\x00\x00\x02\x02x"},
		{"no JSON", "\x00\x00\x00\x02\x01x"},
		{"not UTF-8", "\x00\x00\x00\x0d\x01{\"name\":\"\xff\"}"},
		{"a fault", "\x00\x00\x00\x11\x01{\"name\":\"panic\"}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw, err := net.Dial("unix", filepath.Join(dir, socketName))
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			if _, err := raw.Write([]byte(tt.bytes)); err != nil {
				t.Fatal(err)
			}
			if n, err := raw.Read(make([]byte, 1)); n > 0 || err == nil {
				t.Errorf("it is answered with %d bytes", n)
			}
			if _, err := dial(t, dir).Do(t.Context(), Request{}); err != nil {
				t.Errorf("the next one: %v", err)
			}
		})
	}
}

// TestEndsInTheMiddle: neither side waits for the other for ever.
func TestEndsInTheMiddle(t *testing.T) {
	dir := shortDir(t)
	begun, ended := make(chan struct{}, 2), make(chan struct{}, 2)
	s := serve(t, dir, func(ctx context.Context, _ Request) (Reply, error) {
		begun <- struct{}{}
		<-ctx.Done()
		ended <- struct{}{}
		return Reply{}, ctx.Err()
	})
	t.Run("the command is interrupted", func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		go func() { <-begun; interrupt() }()
		if _, err := dial(t, dir).Do(ctx, Request{}); !errors.Is(err, context.Canceled) {
			t.Errorf("the answer is %v, want canceled", err)
		}
	})
	t.Run("the daemon goes down", func(t *testing.T) {
		c := dial(t, dir)
		go func() { <-begun; _ = s.Close() }()
		if _, err := c.Do(t.Context(), Request{}); err == nil {
			t.Error("it is answered")
		}
		<-ended
	})
}
