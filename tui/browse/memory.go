package browse

import (
	"slices"

	"wangpan/wire"
)

// Bounds of what is remembered of folders that were left.
const (
	maxPlaces     = 64
	maxRemembered = 200_000 // rows, of all folders together
)

// place is what is remembered of a folder.
type place struct {
	path     wire.Path
	rows     []row
	sorted   Order
	unlisted int
	whole    bool
	cursor   wire.Name
	offset   int // of the cursor on the screen, in rows
}

// memory holds places, the one left last at the end.
type memory []place

func (m *memory) put(left place) {
	m.take(left.path)
	*m = append(*m, left)
	total := 0
	for i := len(*m) - 1; i >= 0; i-- {
		total += len((*m)[i].rows)
		if total > maxRemembered {
			(*m)[i].rows, (*m)[i].whole = nil, false // the cursor is still worth keeping
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

// recall makes the pane show what is remembered of its folder, or nothing.
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
