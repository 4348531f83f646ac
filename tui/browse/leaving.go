package browse

import (
	"maps"
	"slices"

	"wangpan/wire"
)

// leaving are entries that a change is removing from a folder; the pane hides them.
// The value is true after the removal. Commands read it, so it is never changed in
// place.
type leaving map[wire.Name]bool

// Leaving hides entries while they are being removed, so that the next key acts on the
// entry after them. The caller must call Gone or Stay at the end.
func (p *Pane) Leaving(folder wire.Path, names ...wire.Name) { p.leave(folder, names, false) }

// Gone records that entries were removed. A listing that began earlier still contains
// them; only a later one can show these names again.
func (p *Pane) Gone(folder wire.Path, names ...wire.Name) { p.leave(folder, names, true) }

func (p *Pane) leave(folder wire.Path, names []wire.Name, gone bool) {
	if len(names) == 0 {
		return
	}
	before := p.leavingIn(folder)
	next := make(leaving, len(before)+len(names))
	maps.Copy(next, before)
	for _, name := range names {
		next[name] = gone
	}
	if folder != p.path {
		p.putAway(folder, next)
		return
	}
	if gone && len(next) == len(before) { // they are hidden already
		p.leaving = next
		return
	}
	if !gone {
		p.moves++
	}
	p.moved = true // the cursor keeps its row
	if len(names) == 1 && !p.sifting && p.takeOut(names[0]) {
		p.leaving = next
		return
	}
	p.left(next)
}

// takeOut removes one row without a pass over all others. It reports whether the name
// had a row.
func (p *Pane) takeOut(name wire.Name) bool {
	i := p.list.Cursor
	if i >= len(p.rows) || p.rows[i].Name != name {
		i = p.index(name)
	}
	if i < 0 {
		return false
	}
	p.size -= p.rows[i].Size
	p.there--
	if &p.rows[0] == &p.all[0] { // commands may read those
		p.rows = slices.Concat(p.rows[:i], p.rows[i+1:])
	} else {
		p.rows = slices.Delete(p.rows, i, i+1)
	}
	if i < p.list.Cursor {
		p.list.Cursor--
		p.list.Top--
	}
	p.list.SetRows(len(p.rows))
	p.follow()
	return true
}

// Stay shows entries again that were not removed.
func (p *Pane) Stay(folder wire.Path, names ...wire.Name) {
	before := p.leavingIn(folder)
	if len(before) == 0 || len(names) == 0 {
		return
	}
	next := maps.Clone(before)
	for _, name := range names {
		delete(next, name)
	}
	if folder != p.path {
		p.putAway(folder, next)
		return
	}
	p.left(next)
}

// leavingIn returns the entries that are leaving a folder.
func (p *Pane) leavingIn(folder wire.Path) leaving {
	if folder == p.path {
		return p.leaving
	}
	return p.away[folder]
}

// putAway stores the leaving entries of another folder. Its cached rows contain them
// until it is listed again.
func (p *Pane) putAway(folder wire.Path, l leaving) {
	delete(p.away, folder)
	if len(l) == 0 {
		return
	}
	if p.away == nil {
		p.away = make(map[wire.Path]leaving)
	}
	p.away[folder] = l
}

// changeLeaving stores the leaving entries of the folder and restores those of the
// next one.
func (p *Pane) changeLeaving(path wire.Path) {
	p.putAway(p.path, p.leaving)
	p.leaving = p.away[path]
	delete(p.away, path)
}

// left hides the leaving entries.
func (p *Pane) left(next leaving) {
	p.leaving = next
	p.showing(p.all, p.sieve().rows(p.all))
}

// gone returns the removed names. No later listing contains them.
func (l leaving) gone() []wire.Name {
	var names []wire.Name
	for name, gone := range l {
		if gone {
			names = append(names, name)
		}
	}
	return names
}

// forgotten returns l without some removed names.
func (l leaving) forgotten(names []wire.Name) leaving {
	if len(names) == 0 {
		return l
	}
	next := maps.Clone(l)
	for _, name := range names {
		if next[name] {
			delete(next, name)
		}
	}
	return next
}
