package browse

import (
	"maps"
	"slices"

	"wangpan/wire"
)

// selected is an entry with its folder.
type selected struct {
	folder wire.Path
	entry  wire.Entry
}

// Selection is a snapshot of the selected entries: the marked ones or, when there are
// none, the one under the cursor. Later keys do not change it, so a command can read
// it.
type Selection struct {
	folder    wire.Path
	all       []row // of the folder; never changed in place
	marks     marked
	elsewhere map[wire.Path]marks
	current   []selected
	join      func(folder wire.Path, name wire.Name) (wire.Path, error)
}

// HasSelection reports whether anything is selected, in constant time.
func (p *Pane) HasSelection() bool {
	_, ok := p.Current()
	return ok || p.Marked() > 0
}

// Selection returns the selected entries. It copies the marks and makes no pass over
// the entries: [Selection.Found] does.
func (p *Pane) Selection() Selection {
	if p.Marked() > 0 {
		s := Selection{join: p.Join, folder: p.path, all: p.all, marks: p.marks.clone(), elsewhere: make(map[wire.Path]marks, len(p.elsewhere))}
		for folder, others := range p.elsewhere {
			s.elsewhere[folder] = maps.Clone(others)
		}
		return s
	}
	if current, ok := p.Current(); ok {
		return Selection{join: p.Join, current: []selected{{p.path, current}}}
	}
	return Selection{}
}

// Count returns the number of selected entries, at least that of Found.
func (s *Selection) Count() int {
	n := len(s.current) + s.marks.count()
	for _, others := range s.elsewhere {
		n += len(others)
	}
	return n
}

// entries returns those of the folder in the pane from top to bottom, then those that
// were not listed again yet, then those of other folders.
func (s *Selection) entries() []selected {
	all := append(make([]selected, 0, s.Count()), s.current...)
	for i := range s.all {
		if s.marks.has(&s.all[i]) {
			all = append(all, selected{s.folder, s.all[i].Entry})
		}
	}
	if len(all) < s.marks.count() {
		all = append(all, s.awaited()...)
	}
	for _, folder := range slices.Sorted(maps.Keys(s.elsewhere)) {
		for _, name := range slices.Sorted(maps.Keys(s.elsewhere[folder])) {
			all = append(all, selected{folder, *s.elsewhere[folder][name]})
		}
	}
	return all
}

// Found returns the selected entries with their paths, without those in a folder that
// is selected itself. It takes long when there are 100,000.
func (s *Selection) Found() []wire.Found {
	found := make([]wire.Found, 0, s.Count())
	folders := make(map[wire.Path]bool)
	for _, one := range s.entries() {
		path, err := s.join(one.folder, one.entry.Name)
		if err != nil {
			continue
		}
		found = append(found, wire.Found{Path: path, Entry: one.entry})
		if one.entry.IsDir {
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

// awaited returns the marked entries that the listing under way has not brought yet.
func (s *Selection) awaited() []selected {
	missing := maps.Clone(s.marks.rest)
	for i := range s.all {
		delete(missing, s.all[i].Name)
	}
	var entries []selected
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		entries = append(entries, selected{s.folder, *missing[name]})
	}
	return entries
}
