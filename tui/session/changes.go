package session

import (
	"sync"
	"time"

	"wangpan/wire"
)

// changesPause is the minimum time between two notifications of Session.Changed. A
// server must send no more events than that. If it does, the screen must still handle
// keys.
const changesPause = 200 * time.Millisecond

// changes collects the watched folders that the server reports as changed.
type changes struct {
	ready chan struct{} // readable when paths is not empty; see Session.Changed

	mu    sync.Mutex
	paths map[wire.Path]struct{} // at most as many as a connection watches
	last  time.Time              // of the latest notification
	timer *time.Timer            // notifies of changes that arrive during the pause; nil: not running
}

func newChanges() *changes {
	return &changes{ready: make(chan struct{}, 1), paths: make(map[wire.Path]struct{})}
}

// event handles an event of the server. It notifies of the first change at once, and of
// the following ones together after changesPause.
func (c *changes) event(e wire.Event) {
	if e.Event != wire.Changed {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.paths) < wire.MaxWatched {
		c.paths[e.Path] = struct{}{}
	}
	if c.timer != nil {
		return
	}
	if pause := changesPause - time.Since(c.last); pause > 0 {
		c.timer = time.AfterFunc(pause, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.timer = nil
			c.notify()
		})
		return
	}
	c.notify()
}

// notify makes ready readable. The caller holds c.mu.
func (c *changes) notify() {
	c.last = time.Now()
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// Changed returns a channel that becomes readable when a folder that the connection for
// browsing watches has changed, at most five times per second. Changes returns the
// folders.
func (s *Session) Changed() <-chan struct{} { return s.changes.ready }

// Changes returns the watched folders that have changed since the last call, in no
// order.
func (s *Session) Changes() []wire.Path {
	s.changes.mu.Lock()
	defer s.changes.mu.Unlock()
	paths := make([]wire.Path, 0, len(s.changes.paths))
	for path := range s.changes.paths {
		paths = append(paths, path)
	}
	clear(s.changes.paths)
	return paths
}
