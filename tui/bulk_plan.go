package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/browse"
	"wangpan/tui/dialog"
	"wangpan/wire"
)

// rename is a new name for something.
type rename struct {
	from, to wire.Path
	version  wire.Version
	aside    bool      // to is a name in between, and no one's choice
	called   wire.Path // where it was, when from is such a name; else blank
}

// paths is how names make paths on one side of the screen: on the drive, or on
// this computer.
type paths struct {
	dir  func(path wire.Path) wire.Path
	join func(folder wire.Path, name string) (wire.Path, error) // an error: there are no such names

	invalid string // the message that says so
}

var drivePaths = paths{
	wire.Path.Dir,
	func(folder wire.Path, name string) (wire.Path, error) { return folder.Join(norm.NFC.String(name)) },
	"act.rename.invalid",
}

// side is where things are that are renamed together.
type side struct {
	paths
	pane   *browse.Pane
	typed  **namesEditedMsg // names as they were typed last and not given yet
	rename func([]rename) tea.Msg
}

// onDrive is the drive; there must be one.
func (m *Model) onDrive() side {
	return side{drivePaths, m.list, &m.drive.named, func(renames []rename) tea.Msg { return renameManyMsg{renames} }}
}

// plan makes renames of the lines, which have others above them, or says what is
// wrong with them. What is taken in another folder, is known when it is done.
func (s side) plan(items []picked, lines []string, above int) ([]rename, dialog.Words) {
	renames, wrong := s.planRenames(items, lines, above)
	if wrong != nil {
		return nil, wrong
	}
	free := make(map[wire.Path]bool, len(items))
	for _, one := range items {
		free[one.path] = true
	}
	wanted := make(map[wire.Name]int)
	for i, line := range lines {
		if s.dir(items[i].path) != s.pane.Path() {
			continue
		}
		if to, err := s.join(s.pane.Path(), line); err == nil && !free[to] {
			wanted[to.Base()] = above + i + 1
		}
	}
	if name, taken := s.pane.HasOneOf(wanted); taken {
		return nil, dialog.Say("act.rename.taken", "Line", wanted[name], "Name", name)
	}
	return renames, nil
}

// planRenames makes renames of the lines, or says what is wrong with them.
func (p paths) planRenames(items []picked, lines []string, above int) ([]rename, dialog.Words) {
	if len(lines) != len(items) {
		return nil, dialog.SayN("act.rename.lines", len(lines), "Want", len(items))
	}
	var renames []rename
	seen := make(map[wire.Path]bool)
	for i, one := range items {
		to, err := p.join(p.dir(one.path), lines[i])
		if err != nil {
			return nil, dialog.Say(p.invalid, "Line", above+i+1, "Name", lines[i])
		}
		if seen[to] {
			return nil, dialog.Say("act.rename.twice", "Line", above+i+1, "Name", to.Base())
		}
		seen[to] = true
		if to != one.path {
			renames = append(renames, rename{one.path, to, one.entry.Version, false, ""})
		}
	}
	return p.inOrder(renames), nil
}

// inOrder orders renames so that none goes where another still is. A circle, as
// of two names that are swapped, is broken by a name in between. No two go to
// one path.
func (p paths) inOrder(renames []rename) []rename {
	at, known := make(map[wire.Path]int, len(renames)), make(map[wire.Path]bool, 2*len(renames))
	for i, one := range renames {
		at[one.from] = i
		known[one.from], known[one.to] = true, true
	}
	ordered, done := make([]rename, 0, len(renames)), make([]bool, len(renames))
	for i := range renames {
		if done[i] {
			continue
		}
		chain := []int{i} // each goes where the next one is
		next, some := at[renames[i].to]
		for some && !done[next] && next != i {
			chain = append(chain, next)
			next, some = at[renames[next].to]
		}
		if some && next == i {
			if between, fits := p.unused(p.dir(renames[i].from), known); fits {
				ordered = append(ordered, rename{renames[i].from, between, renames[i].version, true, ""})
				renames[i].called = renames[i].from
				renames[i].from, renames[i].version = between, "" // moved, it has another version
			}
		}
		for _, one := range slices.Backward(chain) {
			ordered, done[one] = append(ordered, renames[one]), true
		}
	}
	return ordered
}

// unused is a path in a folder for a name in between, and makes it known. Where
// it would be too long for a path, it does not fit: the server refuses the circle.
func (p paths) unused(folder wire.Path, known map[wire.Path]bool) (path wire.Path, fits bool) {
	for n := 1; ; n++ {
		path, err := p.join(folder, numbered("wangpan-rename", n))
		if err != nil {
			return "", false
		}
		if !known[path] {
			known[path] = true
			return path, true
		}
	}
}
