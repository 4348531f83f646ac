package browse

import (
	"maps"

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
	if folder != p.path || len(names) == 0 {
		return
	}
	next := make(leaving, len(p.leaving)+len(names))
	maps.Copy(next, p.leaving)
	for _, name := range names {
		next[name] = gone
	}
	p.moved = true // the cursor stays where it is among the others
	p.left(next)
}

// Stay shows entries again that did not go.
func (p *Pane) Stay(folder wire.Path, names ...wire.Name) {
	if folder != p.path {
		return
	}
	next := maps.Clone(p.leaving)
	for _, name := range names {
		delete(next, name)
	}
	p.left(next)
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
