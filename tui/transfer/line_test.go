package transfer_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
	"wangpan/wire/linetest"
)

// lined is an account on a daemon that speaks plain TCP, at the far end of a
// bad line: without TLS nothing but the digests notices damage.
type lined struct {
	daemon *daemontest.Server
	line   *linetest.Line
	token  wire.Token

	mu      sync.Mutex
	clients []*client.Client // all that were ever dialled
}

func newLined(t *testing.T) *lined {
	t.Helper()
	a := &lined{daemon: daemontest.Start(t, func(c *daemon.Config) {
		c.Plain = true
		c.Limits.Silence = time.Second // as much shorter as that of the client
	})}
	a.line = linetest.Start(t, a.daemon.Addr)
	c, err := a.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Register(t.Context(), wire.RegisterArgs{User: "ann", Password: "correct horse"}); err != nil {
		t.Fatal(err)
	}
	session, err := c.Login(t.Context(), "ann", "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	a.token = session.Token
	return a
}

// connect takes a line for dead after 1.5 s instead of 15, so that the test does, too.
func (a *lined) connect(ctx context.Context) (*client.Client, error) {
	return client.Dial(ctx, a.line.Addr, client.Options{
		Name: "test", Plain: true, Timeouts: client.Timeouts{Silence: 1500 * time.Millisecond},
	})
}

func (a *lined) dial(ctx context.Context) (transfer.Server, error) {
	c, err := a.connect(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.Join(ctx, a.token); err != nil {
		_ = c.Close()
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.clients = append(a.clients, c)
	return c, nil
}

// silent is how many connections ended because nothing was heard any more.
func (a *lined) silent() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.clients {
		if errors.Is(c.Err(), client.ErrSilent) {
			n++
		}
	}
	return n
}

// offer makes a file where a transfer of that direction takes it from, and
// returns where it arrives.
func (a *lined) offer(t *testing.T, direction transfer.Direction, data []byte) (job transfer.Job, arrives string) {
	t.Helper()
	here, there := filepath.Join(t.TempDir(), "f"), filepath.Join(a.daemon.Dir, "drives", "ann", "f")
	if direction == transfer.Upload {
		write(t, here, data)
		return transfer.Job{Direction: direction, Local: here, Remote: "/f"}, there
	}
	write(t, there, data)
	return transfer.Job{Direction: direction, Local: here, Remote: "/f"}, here
}

// leftovers fails when either side keeps a part of a file.
func (a *lined) leftovers(t *testing.T, job transfer.Job) {
	t.Helper()
	for dir, want := range map[string]int{filepath.Dir(job.Local): 1, filepath.Join(a.daemon.Dir, "uploads", "ann"): 0} {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, os.ErrNotExist) || len(entries) != want {
			t.Errorf("%s has %v (%v), want %d", dir, entries, err, want)
		}
	}
}

func eachDirection(t *testing.T, f func(*testing.T, transfer.Direction)) {
	t.Helper()
	t.Run("upload", func(t *testing.T) { f(t, transfer.Upload) })
	t.Run("download", func(t *testing.T) { f(t, transfer.Download) })
}

// TestLineFallsSilent leaves a connection half open in the middle of a body:
// this side finds out by itself and goes on over another.
func TestLineFallsSilent(t *testing.T) {
	eachDirection(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a := newLined(t)
		data := content(4*wire.BlockSize + 99)
		job, arrives := a.offer(t, direction, data)
		a.line.Rate(8 << 20)
		way := linetest.Down
		if direction == transfer.Upload {
			way = linetest.Up
		}
		q := transfer.New(transfer.Options{Dial: a.dial, Origin: "ann"})
		t.Cleanup(func() { _ = q.Close() })
		q.Add(job)
		waitFor(t, func() bool { return a.line.Passed(way) > wire.BlockSize })
		a.line.Silence()
		a.line.Rate(0)
		if err := q.Wait(t.Context()); err != nil { // without any help
			t.Fatal(err)
		}
		if tr := q.Snapshot().Transfers[0]; tr.State != transfer.Done {
			t.Fatalf("transfer is %+v", tr)
		}
		if a.silent() == 0 {
			t.Error("no connection ended because of the silence")
		}
		wantFile(t, arrives, data)
		a.leftovers(t, job)
	})
}

// TestLineFlipsABit damages a byte of a body on its way: it is found, and only
// its block is sent again.
func TestLineFlipsABit(t *testing.T) {
	eachDirection(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a := newLined(t)
		data := content(4*wire.BlockSize + 99)
		job, arrives := a.offer(t, direction, data)
		way := linetest.Down
		if direction == transfer.Upload {
			way = linetest.Up
		}
		before := a.line.Passed(way)
		a.line.Flip(way, wire.BlockSize+wire.BlockSize/2) // far from the header of a frame
		q := transfer.New(transfer.Options{Dial: a.dial, Origin: "ann"})
		t.Cleanup(func() { _ = q.Close() })
		tr := done(t, q, job)
		wantFile(t, arrives, data)
		a.leftovers(t, job)
		again := a.line.Passed(way) - before - int64(len(data))
		if tr.Repaired != wire.BlockSize || again < wire.BlockSize || again > wire.BlockSize+64<<10 {
			t.Errorf("%d bytes were repaired and %d sent again, want one block", tr.Repaired, again)
		}
	})
}
