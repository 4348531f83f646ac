package local

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/wire"
)

// told waits for a change of the folder followed; the test ends before the
// program does when there is none.
func told(t *testing.T, w *Watcher) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := w.Wait(ctx); err != nil {
		t.Fatal("nothing was told:", err)
	}
}

func TestWatcher(t *testing.T) {
	w := NewWatcher()
	defer w.Close()
	folder := fill(t, "a", "b")
	w.Follow(t.Context(), folder)
	host := Host(folder)
	changes := []struct {
		name string
		do   func() error
	}{
		{"a file more", func() error { return os.WriteFile(filepath.Join(host, "c"), nil, 0o600) }},
		{"another name", func() error { return os.Rename(filepath.Join(host, "a"), filepath.Join(host, "d")) }},
		{"one less", func() error { return os.Remove(filepath.Join(host, "b")) }},
	}
	for _, tt := range changes {
		if err := tt.do(); err != nil {
			t.Fatal(err)
		}
		told(t, w)
	}
	other := fill(t)
	w.Follow(t.Context(), other)
	if err := os.Mkdir(Host(Join(other, "sub")), 0o700); err != nil {
		t.Fatal(err)
	}
	told(t, w)
}

// Where the system tells nothing, a look every now and then does.
func TestWatcherLooksItself(t *testing.T) {
	w := NewWatcher()
	folder := fill(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready := make(chan struct{})
	w.running.Go(func() { w.poll(ctx, Host(folder), ready) })
	<-ready
	if err := os.Remove(Host(folder)); err != nil {
		t.Fatal(err)
	}
	told(t, w)
	stop()
	w.running.Wait()
}

func TestWatcherOfNothing(t *testing.T) {
	w := NewWatcher()
	w.Follow(t.Context(), "")
	w.Follow(t.Context(), wire.Path("/"))
	w.Close()
	w.Follow(t.Context(), fill(t)) // too late
	if w.folder != "/" {
		t.Errorf("after its end it follows %q", w.folder)
	}
}
