package browse

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// Retreat goes from the folder shown, which does not exist any more, to one
// above it. Nothing of the folders in between is remembered: neither what they
// held nor the marks, nor the way back to them.
func (p *Pane) Retreat(above wire.Path) tea.Cmd {
	gone := func(path wire.Path) bool {
		return path != above && path.Within(above) && p.path.Within(path) || path.Within(p.path)
	}
	p.back, p.forward = slices.DeleteFunc(p.back, gone), slices.DeleteFunc(p.forward, gone)
	if n := len(p.back); n > 0 && p.back[n-1] == above {
		p.back = p.back[:n-1]
	}
	p.seen = slices.DeleteFunc(p.seen, func(one place) bool { return gone(one.path) })
	for folder := range p.elsewhere {
		if gone(folder) {
			delete(p.elsewhere, folder)
		}
	}
	p.marks, p.leaving = marked{}, nil
	p.changePlace(above)
	p.recall()
	return p.Refresh()
}
