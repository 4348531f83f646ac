package change

import (
	"errors"
	"fmt"

	"wangpan/wire"
)

// The errors of PlanMoves.
var (
	ErrNoTarget  = errors.New("the target folder does not exist")
	ErrNoFolder  = errors.New("the target is a file")
	ErrUnchanged = errors.New("the files are in the target folder already")
)

// IntoItselfError means that a folder would be moved or copied into itself.
type IntoItselfError struct{ Name wire.Name }

func (e IntoItselfError) Error() string { return fmt.Sprintf("%s cannot go into itself", e.Name) }

// PlanMoves returns the steps that move or copy items to a path; at and err are what
// Stat returned for it. If the path is a folder, the items go into it. Otherwise there
// must be one item, which gets the path as its new path. kind is Moving or Copying.
func PlanMoves(kind Kind, items []wire.Found, to wire.Path, at wire.StatReply, err error) ([]Step, error) {
	missing := errors.Is(err, wire.NotFound)
	switch {
	case missing && len(items) > 1:
		return nil, ErrNoTarget
	case err != nil && !missing:
		return nil, err
	case err == nil && !at.Entry.IsDir && len(items) > 1:
		return nil, ErrNoFolder
	}
	var steps []Step
	for _, item := range items {
		target := to
		if err == nil && at.Entry.IsDir {
			var invalid error
			if target, invalid = to.Join(string(item.Path.Base())); invalid != nil {
				return nil, invalid
			}
		}
		switch {
		case target == item.Path && kind == Moving:
		case target == item.Path: // a copy beside the file gets another name
			steps = append(steps, keepBoth(Copy(item.Path, target, item.Entry.Version)))
		case target.Within(item.Path):
			return nil, IntoItselfError{item.Path.Base()}
		case kind == Moving:
			steps = append(steps, Move(item.Path, target, item.Entry.Version))
		default:
			steps = append(steps, Copy(item.Path, target, item.Entry.Version))
		}
	}
	if len(steps) == 0 {
		return nil, ErrUnchanged
	}
	return steps, nil
}
