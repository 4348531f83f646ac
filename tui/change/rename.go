package change

import (
	"fmt"
	"slices"

	"golang.org/x/text/unicode/norm"

	"wangpan/tui/local"
	"wangpan/wire"
)

// Side is where files are: on the drive or on this computer.
type Side int

// The sides.
const (
	Drive Side = iota
	Here
)

// join returns the path of a name in a folder. The error says that the side does
// not allow the name.
func (s Side) join(folder wire.Path, name string) (wire.Path, error) {
	if s == Here {
		return local.Join(folder, wire.Name(name)), local.CheckName(name)
	}
	return folder.Join(norm.NFC.String(name))
}

// Rename is a new path for a file or folder.
type Rename struct {
	From, To wire.Path
	Version  wire.Version // at From; "" on this computer
}

// Problem says why names cannot be given.
type Problem int

// The problems of new names.
const (
	WrongCount Problem = iota // there is not one name for each file
	BadName                   // the side does not allow the name
	Twice                     // two files in one folder would get the name
	Taken                     // another file has the name
	Cycle                     // files would trade names
)

// PlanError is the error of new names that cannot be given. Nothing was renamed.
type PlanError struct {
	Problem Problem
	Index   int    // of the name, from 0; not set for WrongCount
	Name    string // the new name
	Old     wire.Name
}

func (e *PlanError) Error() string {
	return fmt.Sprintf("plan renames: name %d %q: problem %d", e.Index, e.Name, e.Problem)
}

// MaxRenames is how many files the user can rename at once.
const MaxRenames = 10_000

// RenamePlanner plans renames on one side. Folder is the folder that the user
// sees, and HasOneOf returns one of the given names that an entry of it has.
// Names that are taken in other folders show up when the plan is carried out.
type RenamePlanner struct {
	Side     Side
	Folder   wire.Path
	HasOneOf func(names map[wire.Name]int) (wire.Name, bool)
}

// Plan returns the renames that give each item the name at its index, in an order
// in which no rename goes to a path that still has a file. Items that keep their
// names are left out. The error is a *PlanError.
func (p RenamePlanner) Plan(items []wire.Found, names []string) ([]Rename, error) {
	if len(names) != len(items) {
		return nil, &PlanError{Problem: WrongCount}
	}
	var renames []Rename
	var index []int // of the item of each rename
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

// taken returns an error when an entry of the folder that is not among the items
// has one of the wanted paths.
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

// order sorts renames so that a path is free before another file gets it: of
// a → b and b → c, the second comes first. When files trade names there is no
// such order: then it returns the index of one of their renames, else -1.
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
		chain := []int{i} // each goes where the next one is
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
