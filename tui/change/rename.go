package change

import (
	"fmt"
	"slices"

	"golang.org/x/text/unicode/norm"

	"wangpan/tui/local"
	"wangpan/wire"
)

// join returns the path of a name in a folder. It fails when the side does not allow
// the name.
func (s Side) join(folder wire.Path, name string) (wire.Path, error) {
	if s == Here {
		return local.Join(folder, wire.Name(name)), local.CheckName(name)
	}
	return folder.Join(norm.NFC.String(name))
}

// Rename is a new path for a file or folder.
type Rename struct {
	From, To wire.Path
	Version  wire.Version // of the file at From; "" on this computer
}

// Problem is the kind of a PlanError.
type Problem int

// The problems of new names.
const (
	WrongCount Problem = iota // the number of names differs from the number of files
	BadName                   // the side does not allow the name
	Twice                     // two files in one folder would get the name
	Taken                     // another file has the name
	Cycle                     // files would swap names
)

// PlanError means that the new names are not possible. No file was renamed.
type PlanError struct {
	Problem Problem
	Index   int       // of the name, from 0; not set for WrongCount
	Name    string    // the new name
	Old     wire.Name // the present name of the file; not set for WrongCount and Taken
}

func (e *PlanError) Error() string {
	return fmt.Sprintf("plan renames: name %d %q: problem %d", e.Index, e.Name, e.Problem)
}

// MaxRenames is how many files the user can rename at once.
const MaxRenames = 10_000

// RenamePlanner plans renames on one side. It checks the new names in Folder only. In
// another folder, a step fails later if its name is taken.
type RenamePlanner struct {
	Side   Side
	Folder wire.Path // the folder that the screen shows
	// HasOneOf returns one of the names that an entry of Folder has; ok is false
	// when no entry has any of them.
	HasOneOf func(names map[wire.Name]int) (name wire.Name, ok bool)
}

// Plan returns the renames that give items[i] the name names[i]. In their order, no
// rename goes to a path that another item still has. Items that keep their names are
// left out. The error is a *PlanError.
func (p RenamePlanner) Plan(items []wire.Found, names []string) ([]Rename, error) {
	if len(names) != len(items) {
		return nil, &PlanError{Problem: WrongCount}
	}
	var renames []Rename
	var index []int // the index in items of each rename
	wanted := make(map[wire.Path]int, len(items))
	for i, name := range names {
		item := items[i]
		wrong := PlanError{Index: i, Name: name, Old: item.Entry.Name}
		to, err := p.Side.join(item.Path.Dir(), name)
		if err != nil {
			wrong.Problem = BadName
			return nil, &wrong
		}
		wrong.Name = string(to.Base())
		if _, twice := wanted[to]; twice {
			wrong.Problem = Twice
			return nil, &wrong
		}
		wanted[to] = i
		if to != item.Path {
			renames, index = append(renames, Rename{item.Path, to, item.Entry.Version}), append(index, i)
		}
	}
	if err := p.taken(items, wanted); err != nil {
		return nil, err
	}
	ordered, cycle := order(renames)
	if cycle >= 0 {
		one := renames[cycle]
		return nil, &PlanError{Problem: Cycle, Index: index[cycle], Name: string(one.To.Base()), Old: one.From.Base()}
	}
	return ordered, nil
}

// taken returns a *PlanError when an entry of Folder that is not one of the items has
// one of the wanted paths.
func (p RenamePlanner) taken(items []wire.Found, wanted map[wire.Path]int) error {
	others := make(map[wire.Name]int)
	for path, i := range wanted {
		if path.Dir() == p.Folder {
			others[path.Base()] = i
		}
	}
	for _, item := range items {
		if item.Path.Dir() == p.Folder {
			delete(others, item.Path.Base())
		}
	}
	if name, taken := p.HasOneOf(others); taken {
		return &PlanError{Problem: Taken, Index: others[name], Name: string(name)}
	}
	return nil
}

// Steps returns the steps that carry out planned renames. Their batch must be InOrder.
// A step fails when its target exists.
func Steps(side Side, renames []Rename) []Step {
	steps := make([]Step, len(renames))
	for i, one := range renames {
		if side == Here {
			steps[i] = RenameHere(one.From, one.To)
			continue
		}
		steps[i] = Move(one.From, one.To, one.Version)
		steps[i].retarget = nil
	}
	return steps
}

// order sorts renames so that a path is free before another file gets it: of
// a → b and b → c, the second comes first. If files swap names, no such order exists,
// and cycle is the index of one of their renames. Otherwise cycle is -1.
func order(renames []Rename) (ordered []Rename, cycle int) {
	at := make(map[wire.Path]int, len(renames))
	for i, one := range renames {
		at[one.From] = i
	}
	ordered, done := make([]Rename, 0, len(renames)), make([]bool, len(renames))
	for i := range renames {
		if done[i] {
			continue
		}
		chain := []int{i} // the target of each is the present path of the next
		for next, blocked := at[renames[i].To]; blocked && !done[next]; next, blocked = at[renames[next].To] {
			if next == i {
				return nil, i
			}
			chain = append(chain, next)
		}
		for _, one := range slices.Backward(chain) {
			ordered, done[one] = append(ordered, renames[one]), true
		}
	}
	return ordered, -1
}
