package change

import (
	"slices"

	"wangpan/wire"
)

// mostUndone is how many changes can be undone.
const mostUndone = 50

// undoable is one change that can be undone.
type undoable struct {
	number  int // of the change, in the order in which the user asked
	side    Side
	steps   []Step // that undo it
	inOrder bool   // each step needs the one before it
	upload  *upload
}

// stack holds the changes that can be undone on both sides, the latest at the end.
type stack struct {
	changes []undoable
	// byPath has the drive's steps by their paths: a change may have 100,000 steps,
	// and each undone step may concern a few. It is nil until it is needed.
	byPath map[wire.Path][]*Step
}

// push adds a change in the order of the numbers. The stack owns the steps then.
func (s *stack) push(c undoable) {
	if len(c.steps) == 0 && c.upload == nil {
		return
	}
	at := len(s.changes)
	for at > 0 && s.changes[at-1].number > c.number {
		at--
	}
	s.changes = slices.Insert(s.changes, at, c)
	s.changes = s.changes[max(0, len(s.changes)-mostUndone):]
	s.byPath = nil
}

// top returns the latest change, nil when there is none.
func (s *stack) top() *undoable {
	if len(s.changes) == 0 {
		return nil
	}
	return &s.changes[len(s.changes)-1]
}

// pop removes the latest change, which must exist.
func (s *stack) pop() undoable {
	last := s.changes[len(s.changes)-1]
	s.changes = s.changes[:len(s.changes)-1]
	s.byPath = nil
	return last
}

// forget removes the changes of one side.
func (s *stack) forget(side Side) {
	s.changes = slices.DeleteFunc(s.changes, func(c undoable) bool { return c.side == side })
	s.byPath = nil
}

// renew replaces a version in the steps about a path. An undone step gives its file
// a new version, and earlier changes of that file can be undone after it.
func (s *stack) renew(r renewal) {
	if s.byPath == nil {
		s.byPath = make(map[wire.Path][]*Step)
		for _, c := range s.changes {
			for i := range c.steps {
				if c.side == Drive {
					s.byPath[c.steps[i].Path] = append(s.byPath[c.steps[i].Path], &c.steps[i])
				}
			}
		}
	}
	for _, step := range s.byPath[r.path] {
		if step.Version == r.before {
			step.Version = r.now
		}
	}
}
