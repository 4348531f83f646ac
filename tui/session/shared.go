package session

import "sync"

// shared is one file of the state folder, which other wangpans read and change
// too, and a copy of what it said when it was last read or written. Readers get
// the copy and wait for no disk; a change begins with what the file says now.
//
// A T may hold maps and slices, and readers keep what they got: it is replaced
// as a whole and never changed in place.
type shared[T any] struct {
	folder *folder
	load   func(*folder) (T, error)
	store  func(*folder, T) error

	mu    sync.Mutex // held to take or to replace known, never through I/O
	known T
}

// get returns the copy.
func (s *shared[T]) get() T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

func (s *shared[T]) set(known T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = known
}

// reload reads the file. When that fails, the copy stays as it was. The folder
// is locked, so that no older content replaces a newer one.
func (s *shared[T]) reload() (T, error) {
	now, err := s.load(s.folder)
	if err == nil {
		s.set(now)
	}
	return now, err
}

// change replaces what the file says by what edit makes of it, on the disk first.
func (s *shared[T]) change(edit func(now T) (T, error)) error {
	return s.folder.locked(func() error {
		now, err := s.reload()
		if err != nil {
			return err
		}
		next, err := edit(now)
		if err != nil {
			return err
		}
		if err := s.store(s.folder, next); err != nil {
			return err
		}
		s.set(next)
		return nil
	})
}
