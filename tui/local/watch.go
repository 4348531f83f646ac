package local

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"wangpan/wire"
)

const (
	// namesDelay is the wait between a change of the names in the folder and the
	// notification, so that one notification covers several changes.
	namesDelay = 150 * time.Millisecond

	// sizesDelay is the same for a change of a file. A file that is being downloaded
	// changes many times per second.
	sizesDelay = 2 * time.Second

	// pollInterval is how often poll reads the time of a folder that the system
	// cannot watch.
	pollInterval = 2 * time.Second

	// watchTimeout is how long Follow and Close wait for a slow disk.
	watchTimeout = statTimeout
)

// Watcher watches one folder at a time for changes. It is safe for concurrent use. The
// caller must close it.
type Watcher struct {
	changed chan struct{} // has a value when Wait has not returned the latest change yet

	mu      sync.Mutex
	folder  wire.Path          // the watched folder; blank: none
	stop    context.CancelFunc // ends the goroutine that watches folder
	ready   chan struct{}      // closed when that goroutine receives changes
	closed  bool
	running sync.WaitGroup // the goroutines that watch
}

// NewWatcher returns a Watcher that watches no folder.
func NewWatcher() *Watcher { return &Watcher{changed: make(chan struct{}, 1)} }

// Follow watches another folder instead of the present one; blank means none. It returns
// when the folder is watched: a caller that lists the folder afterwards misses no later
// change. If the disk does not answer within watchTimeout, Follow returns earlier and
// the Watcher starts to watch later.
func (w *Watcher) Follow(ctx context.Context, folder wire.Path) {
	w.mu.Lock()
	if w.folder != folder && !w.closed {
		if w.stop != nil {
			w.stop()
		}
		w.folder, w.stop, w.ready = folder, nil, nil
		select {
		case <-w.changed: // a change of the old folder
		default:
		}
		if folder != "" {
			following, stop := context.WithCancel(context.Background())
			w.stop, w.ready = stop, make(chan struct{})
			ready := w.ready
			w.running.Go(func() { w.follow(following, Host(folder), ready) })
		}
	}
	ready := w.ready
	w.mu.Unlock()
	if ready == nil {
		return
	}
	late := time.NewTimer(watchTimeout)
	defer late.Stop()
	select {
	case <-ready:
	case <-late.C:
	case <-ctx.Done():
	}
}

// Wait blocks until the folder has changed since the last Wait. It returns the error of
// ctx when that ends.
func (w *Watcher) Wait(ctx context.Context) error {
	select {
	case <-w.changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close stops watching. It waits for the goroutines to end, at most watchTimeout.
func (w *Watcher) Close() {
	w.mu.Lock()
	w.closed = true
	if w.stop != nil {
		w.stop()
	}
	w.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		w.running.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(watchTimeout):
	}
}

// notify makes the next Wait return.
func (w *Watcher) notify() {
	select {
	case w.changed <- struct{}{}:
	default: // Wait has not returned the earlier change yet
	}
}

// follow notifies of changes until ctx ends. It closes ready when it receives them. On a
// file system that cannot be watched, it polls.
func (w *Watcher) follow(ctx context.Context, host string, ready chan struct{}) {
	events, err := fsnotify.NewWatcher()
	if err == nil {
		defer events.Close()
		err = events.Add(host)
	}
	if err != nil {
		w.poll(ctx, host, ready)
		return
	}
	close(ready)
	var due <-chan time.Time
	var at time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-events.Events:
			if !ok {
				return
			}
			wait := namesDelay
			if !e.Has(fsnotify.Create | fsnotify.Remove | fsnotify.Rename) {
				wait = sizesDelay
			}
			if then := time.Now().Add(wait); due == nil || then.Before(at) {
				due, at = time.After(wait), then
			}
		case _, ok := <-events.Errors: // the system has lost events
			if !ok {
				return
			}
			w.notify()
		case <-due:
			due = nil
			w.notify()
		}
	}
}

// poll reads the modification time of the folder, which changes with the names in it.
// It does not notice changes of file sizes.
func (w *Watcher) poll(ctx context.Context, host string, ready chan struct{}) {
	stamp := func() (time.Time, bool) {
		info, err := os.Stat(host)
		if err != nil {
			return time.Time{}, false
		}
		return info.ModTime(), true
	}
	before, there := stamp()
	close(ready)
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if now, is := stamp(); is != there || !now.Equal(before) {
			before, there = now, is
			w.notify()
		}
	}
}
