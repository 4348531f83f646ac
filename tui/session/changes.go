package session

import (
	"sync"
	"time"

	"wangpan/wire"
)

// changesPause is the shortest time between two deliveries of changes. The
// server sends at most as many events; one that sends more must not keep the
// screen from handling keys.
const changesPause = 200 * time.Millisecond

// changes collects the watched folders that the server reports as changed.
type changes struct {
	told chan struct{} // readable when there are changes to deliver

	mu    sync.Mutex
	paths map[wire.Path]struct{} // at most as many as a connection watches
	last  time.Time              // of the latest delivery
	timer *time.Timer            // delivers what arrives during the pause; nil: none is armed
}

func newChanges() *changes {
	return &changes{told: make(chan struct{}, 1), paths: make(map[wire.Path]struct{})}
}

// event takes an event of the server. The first change is delivered at once,
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
			c.deliver()
		})
		return
	}
	c.deliver()
}

// deliver makes told readable. The caller holds c.mu.
func (c *changes) deliver() {
	c.last = time.Now()
	select {
	case c.told <- struct{}{}:
	default:
	}
}

// Told is readable when a folder that the connection for browsing watches has
// changed, at most five times per second: Changes returns the folders.
func (s *Session) Told() <-chan struct{} { return s.changes.told }

// Changes returns the watched folders that have changed since it was called last.
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
