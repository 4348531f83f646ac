package browse

import (
	"maps"
	"slices"

	"wangpan/wire"
)

// leaving are entries of the folder shown that are on their way out of it and
// are not shown any more; true once they are gone. It is never changed in place,
// since commands read it.
type leaving map[wire.Name]bool

// Leaving takes entries of a folder off the screen while they are removed, so
// that the next key is about what comes after them. Gone or Stay tell how it
// ended.
func (p *Pane) Leaving(folder wire.Path, names ...wire.Name) { p.leave(folder, names, false) }

// Gone says that entries are gone. A listing that began before still holds them;
// only one that begins later can show such names again.
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
	if gone && len(next) == len(before) { // they are off the screen already
		p.leaving = next
		return
	}
	if !gone {
		p.moves++
	}
	p.moved = true // the cursor stays where it is among the others
	if len(names) == 1 && !p.sifting && p.takeOut(names[0]) {
		p.leaving = next
		return
	}
	p.left(next)
}

// takeOut takes one row off the screen, without a look at 100,000 others. It
// reports whether it was there.
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

// Stay shows entries again that did not go.
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

// leavingIn returns what is on its way out of a folder.
func (p *Pane) leavingIn(folder wire.Path) leaving {
	if folder == p.path {
		return p.leaving
	}
	return p.away[folder]
}

// putAway keeps what is on its way out of a folder that is not shown. What is
// remembered of it still holds that, until it is listed anew.
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

// changeLeaving takes along what is on its way out of the folder that is left.
func (p *Pane) changeLeaving(path wire.Path) {
	p.putAway(p.path, p.leaving)
	p.leaving = p.away[path]
	delete(p.away, path)
}

// left shows what is to be shown beside those.
func (p *Pane) left(next leaving) {
	p.leaving = next
	p.showing(p.all, p.sieve().rows(p.all))
}

// gone returns the names that no listing from now on will hold.
func (l leaving) gone() []wire.Name {
	var names []wire.Name
	for name, gone := range l {
		if gone {
			names = append(names, name)
		}
	}
	return names
}

// forgotten is l without names.
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
