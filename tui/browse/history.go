package browse

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// mostHistory is the largest number of folders to go back.
const mostHistory = 100

func pushed(stack []wire.Path, path wire.Path) []wire.Path {
	stack = append(stack, path)
	return stack[max(0, len(stack)-mostHistory):]
}

// goBack goes to the folder before.
func (p *Pane) goBack() tea.Cmd {
	n := len(p.back)
	if n == 0 {
		return nil
	}
	to := p.back[n-1]
	p.back, p.forward = p.back[:n-1], pushed(p.forward, p.path)
	return p.open(to)
}

// goForward undoes the last goBack.
func (p *Pane) goForward() tea.Cmd {
	n := len(p.forward)
	if n == 0 {
		return nil
	}
	to := p.forward[n-1]
	p.back, p.forward = pushed(p.back, p.path), p.forward[:n-1]
	return p.open(to)
}

// Retreat goes from a folder that no longer exists to one above it. It forgets the
// folders in between: their rows, their marks and the way back to them.
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

// The limits of the cache of folders.
const (
	maxPlaces     = 64
	maxRemembered = 200_000 // rows of all folders together
)

// place is the cached state of a folder.
type place struct {
	path     wire.Path
	rows     []row
	sorted   Order
	unlisted int
	whole    bool
	cursor   wire.Name
	offset   int // of the cursor from the first row in view
}

// memory is the cache of folders, the last one at the end.
type memory []place

func (m *memory) put(left place) {
	m.take(left.path)
	*m = append(*m, left)
	total := 0
	for i := len(*m) - 1; i >= 0; i-- {
		total += len((*m)[i].rows)
		if total > maxRemembered {
			(*m)[i].rows, (*m)[i].whole = nil, false // the cursor stays
		}
	}
	if extra := len(*m) - maxPlaces; extra > 0 {
		*m = slices.Delete(*m, 0, extra)
	}
}

func (m *memory) take(path wire.Path) (place, bool) {
	for i, known := range *m {
		if known.path == path {
			*m = slices.Delete(*m, i, i+1)
			return known, true
		}
	}
	return place{}, false
}

// remember caches the folder in the pane.
func (p *Pane) remember() {
	left := place{
		path: p.path, rows: p.all, sorted: p.sorted, unlisted: p.unlisted, whole: p.whole,
		offset: p.list.Cursor - p.list.Top, cursor: p.want,
	}
	if current, ok := p.Current(); ok && p.want == "" {
		left.cursor = current.Name
	}
	p.seen.put(left)
}

// recall shows the cached rows of the folder, if there are any.
func (p *Pane) recall() {
	known, ok := p.seen.take(p.path)
	if !ok {
		known.sorted = p.order
	}
	p.sorted, p.whole, p.unlisted = known.sorted, known.whole, known.unlisted
	p.filter = filter{}
	p.take(known.rows)
	p.cut, p.err, p.moved = false, nil, false
	p.list.Cursor, p.list.Top = 0, 0
	p.want = known.cursor
	p.settle()
	p.list.Top = p.list.Cursor - known.offset
	p.follow()
}
