package browse

import (
	"maps"
	"slices"

	"wangpan/wire"
)

// Marked is a marked entry, wherever it is.
type Marked struct {
	Folder wire.Path
	Entry  wire.Entry
}

// Selection is what was selected in a pane at one moment: what is marked, or the
// entry under the cursor where nothing is. Later keys do not change it, so that a
// command can go through it.
type Selection struct {
	folder    wire.Path
	all       []row // of the folder; never changed in place
	marks     marked
	elsewhere map[wire.Path]marks
	current   []Marked
	join      func(folder wire.Path, name wire.Name) (wire.Path, error)
}

// HasSelection reports whether anything is selected, in constant time.
func (p *Pane) HasSelection() bool {
	_, ok := p.Current()
	return ok || p.Marked() > 0
}

// Selection returns what is selected now. It copies the marks, but goes through
// no entries: that is for [Selection.All].
func (p *Pane) Selection() Selection {
	if p.Marked() > 0 {
		s := Selection{join: p.Join, folder: p.path, all: p.all, marks: p.marks.clone(), elsewhere: make(map[wire.Path]marks, len(p.elsewhere))}
		for folder, others := range p.elsewhere {
			s.elsewhere[folder] = maps.Clone(others)
		}
		return s
	}
	if current, ok := p.Current(); ok {
		return Selection{join: p.Join, current: []Marked{{p.path, current}}}
	}
	return Selection{}
}

// Count returns how many entries All returns.
func (s *Selection) Count() int {
	n := len(s.current) + s.marks.count()
	for _, others := range s.elsewhere {
		n += len(others)
	}
	return n
}

// All returns the entries: those of the folder shown from top to bottom, then
// those that have not arrived again yet, and then those of other folders. It
// takes a while where there are 100,000.
func (s *Selection) All() []Marked {
	all := append(make([]Marked, 0, s.Count()), s.current...)
	for i := range s.all {
		if s.marks.has(&s.all[i]) {
			all = append(all, Marked{s.folder, s.all[i].Entry})
		}
	}
	if len(all) < s.marks.count() {
		all = append(all, s.awaited()...)
	}
	for _, folder := range slices.Sorted(maps.Keys(s.elsewhere)) {
		for _, name := range slices.Sorted(maps.Keys(s.elsewhere[folder])) {
			all = append(all, Marked{folder, *s.elsewhere[folder][name]})
		}
	}
	return all
}

// Found returns the entries of All with their paths, without those in a folder that is
// selected itself.
func (s *Selection) Found() []wire.Found {
	found := make([]wire.Found, 0, s.Count())
	folders := make(map[wire.Path]bool)
	for _, one := range s.All() {
		path, err := s.join(one.Folder, one.Entry.Name)
		if err != nil {
			continue
		}
		found = append(found, wire.Found{Path: path, Entry: one.Entry})
		if one.Entry.IsDir {
			folders[path] = true
		}
	}
	if len(folders) == 0 {
		return found
	}
	return slices.DeleteFunc(found, func(one wire.Found) bool {
		for above := one.Path.Dir(); above != wire.Root; above = above.Dir() {
			if folders[above] {
				return true
			}
		}
		return false
	})
}

// awaited are the marked entries, as they were, that a folder which is listed
// anew does not hold yet.
func (s *Selection) awaited() []Marked {
	missing := maps.Clone(s.marks.rest)
	for i := range s.all {
		delete(missing, s.all[i].Name)
	}
	var entries []Marked
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		entries = append(entries, Marked{s.folder, *missing[name]})
	}
	return entries
}
