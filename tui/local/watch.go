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
	// settling is how long after a change others are expected to follow.
	settling = 150 * time.Millisecond

	// growing is how often a file that grows is worth a look: while a download
	// arrives it changes many times a second.
	growing = 2 * time.Second

	// polling is how often a folder is looked at where the system tells nothing.
	polling = 2 * time.Second
)

// Watcher tells when the folder that it follows has changed. It may be used by
// several goroutines; Close ends it.
type Watcher struct {
	changed chan struct{} // holds one change that nobody has taken

	mu     sync.Mutex
	folder wire.Path
	stop   context.CancelFunc // of the following under way
	ready  chan struct{}      // closed when it is
	closed bool
	ending sync.WaitGroup
}

// NewWatcher returns a Watcher that follows nothing.
func NewWatcher() *Watcher { return &Watcher{changed: make(chan struct{}, 1)} }

// Follow changes to a folder, and returns when it is followed: whoever lists it
// after that learns of each change behind the listing. A disk that does not
// answer is followed in its own time. Blank is no folder.
func (w *Watcher) Follow(ctx context.Context, folder wire.Path) {
	w.mu.Lock()
	if w.folder != folder && !w.closed {
		if w.stop != nil {
			w.stop()
		}
		w.folder, w.stop, w.ready = folder, nil, nil
		select {
		case <-w.changed: // it was about another folder
		default:
		}
		if folder != "" {
			following, stop := context.WithCancel(context.Background())
			w.stop, w.ready = stop, make(chan struct{})
			ready := w.ready
			w.ending.Go(func() { w.follow(following, Host(folder), ready) })
		}
	}
	ready := w.ready
	w.mu.Unlock()
	if ready == nil {
		return
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-ready:
	case <-late.C:
	case <-ctx.Done():
	}
}

// Wait blocks until the folder has changed since the last Wait, or ctx ends.
func (w *Watcher) Wait(ctx context.Context) error {
	select {
	case <-w.changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close stops following and waits for that, unless a disk does not answer.
func (w *Watcher) Close() {
	w.mu.Lock()
	w.closed = true
	if w.stop != nil {
		w.stop()
	}
	w.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		w.ending.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(patience):
	}
}

func (w *Watcher) tell() {
	select {
	case w.changed <- struct{}{}:
	default: // it is told already
	}
}

// follow tells of changes until ctx ends: as the system tells of them, or by
// looking where it does not.
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
			wait := settling
			if !e.Has(fsnotify.Create | fsnotify.Remove | fsnotify.Rename) {
				wait = growing
			}
			if then := time.Now().Add(wait); due == nil || then.Before(at) {
				due, at = time.After(wait), then
			}
		case _, ok := <-events.Errors: // too many at once for the system to remember
			if !ok {
				return
			}
			w.tell()
		case <-due:
			due = nil
			w.tell()
		}
	}
}

// poll looks at the folder itself: its time changes with the names in it.
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
	ticker := time.NewTicker(polling)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if now, is := stamp(); is != there || !now.Equal(before) {
			before, there = now, is
			w.tell()
		}
	}
}
