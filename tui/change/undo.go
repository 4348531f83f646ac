package change

import (
	"slices"

	"wangpan/wire"
)

// maxUndo is how many changes the stack holds. push drops the oldest ones.
const maxUndo = 50

// undoable is one change that can be undone.
type undoable struct {
	number  int // the position in the order of the user's requests
	side    Side
	steps   []Step  // undo the change
	inOrder bool    // each step needs the one before it
	upload  *upload // the change is this upload, which plans the steps; nil: steps has them
}

// stack holds the changes that can be undone on both sides, the latest at the end.
type stack struct {
	changes []undoable
	// byPath indexes the drive's steps by their paths, so that renew does not search
	// changes of 100,000 steps. renew builds it; nil: it must be built.
	byPath map[wire.Path][]*Step
}

// push inserts a change in the order of the numbers. The stack owns its steps then. It
// ignores a change without steps and upload.
func (s *stack) push(c undoable) {
	if len(c.steps) == 0 && c.upload == nil {
		return
	}
	at := len(s.changes)
	for at > 0 && s.changes[at-1].number > c.number {
		at--
	}
	s.changes = slices.Insert(s.changes, at, c)
	s.changes = s.changes[max(0, len(s.changes)-maxUndo):]
	s.byPath = nil
}

// top returns the latest change, and nil for none.
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

// renew replaces the version r.before by r.now in the steps of a path. An undo gives
// its file a new version, and the undo of an older change of that file must name it.
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
