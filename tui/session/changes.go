package session

import (
	"sync"

	"wangpan/wire"
)

// changes are the watched folders of which the server has told that they are
// not as they were.
type changes struct {
	told chan struct{} // has something in it while there are any

	mu    sync.Mutex
	paths map[wire.Path]struct{} // at most so many as a connection watches
}

func newChanges() *changes {
	return &changes{told: make(chan struct{}, 1), paths: make(map[wire.Path]struct{})}
}

// event takes what the server says without being asked.
func (c *changes) event(e wire.Event) {
	if e.Event != wire.Changed {
		return
	}
	c.mu.Lock()
	if len(c.paths) < wire.MaxWatched {
		c.paths[e.Path] = struct{}{}
	}
	c.mu.Unlock()
	select {
	case c.told <- struct{}{}:
	default:
	}
}

// Told is readable when a folder that the connection for browsing watches has
// changed: Changes says which.
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
