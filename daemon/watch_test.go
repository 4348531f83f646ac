package daemon_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
)

// watcher is a client that notes which folders it was told of.
func watcher(t *testing.T, s *daemontest.Server, token wire.Token) (*client.Client, <-chan wire.Path) {
	t.Helper()
	changed := make(chan wire.Path, 1000)
	c, err := client.Dial(t.Context(), s.Addr, client.Options{
		Trust: func(context.Context, string, string) error { return nil },
		OnEvent: func(e wire.Event) {
			if e.Event == wire.Changed {
				changed <- e.Path
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.Join(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	return c, changed
}

// next is the folder that the client is told of.
func next(t *testing.T, changed <-chan wire.Path) wire.Path {
	t.Helper()
	select {
	case path := <-changed:
		return path
	case <-time.After(30 * time.Second):
		t.Fatal("nothing is told")
		return ""
	}
}

func TestWatch(t *testing.T) {
	s := daemontest.Start(t)
	p, token := memberToken(t, s, "ann")
	c, changed := watcher(t, s, token)
	for _, path := range []wire.Path{"/a", "/b"} {
		if _, err := c.Mkdir(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Watch(t.Context(), "/a", "/b", "/a"); err != nil {
		t.Fatal(err)
	}
	p.upload("/a/by another client", []byte("x"))
	if got := next(t, changed); got != "/a" {
		t.Errorf("told of %s, want /a", got)
	}
	onDisk := filepath.Join(s.Dir, "drives", "ann", "b", "by hand")
	if err := os.WriteFile(onDisk, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for next(t, changed) != "/b" { // what is still to come of /a
	}
	if err := c.Watch(t.Context(), "/none"); wire.CodeOf(err) != wire.NotFound {
		t.Errorf("a folder that is not there: %v", err)
	}
	p.upload("/b/again", []byte("x"))
	for next(t, changed) != "/b" { // it is watched as before
	}
	if err := c.Watch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Ten thousand files that come at once are few events, the last of them behind
// the last file, and nobody who writes waits for somebody who is told.
func TestWatchedStorm(t *testing.T) {
	s := daemontest.Start(t)
	p, token := memberToken(t, s, "ann")
	c, changed := watcher(t, s, token)
	for _, path := range []wire.Path{"/storm", "/end"} {
		if _, err := c.Mkdir(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Watch(t.Context(), "/storm", "/end"); err != nil {
		t.Fatal(err)
	}
	const files = 10_000
	for i := range files {
		if err := os.WriteFile(filepath.Join(s.Dir, "drives", "ann", "storm", fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	events := 1
	for next(t, changed); countOf(t, c, "/storm") != files; events++ {
		next(t, changed)
	}
	p.upload("/end/of the storm", nil)
	for next(t, changed) != "/end" {
		events++
	}
	t.Logf("%d events", events)
	if events > files/10 {
		t.Errorf("%d events for %d files", events, files)
	}
}

func countOf(t *testing.T, c *client.Client, path wire.Path) int64 {
	t.Helper()
	reply, err := c.Count(context.WithoutCancel(t.Context()), path)
	if err != nil {
		t.Fatal(err)
	}
	return reply.Files
}
