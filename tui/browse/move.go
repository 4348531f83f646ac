package browse

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// move moves the cursor by so many rows, as far as there are any.
func (p *Pane) move(by int) {
	p.moved = true
	p.moves++
	p.want = ""
	p.cursor = min(max(p.cursor+by, 0), max(len(p.rows)-1, 0))
	p.stretch()
	p.follow()
}

// Scroll moves the rows by so many, as a wheel does, and takes the cursor along
// only as far as it must stay in sight.
func (p *Pane) Scroll(by int) {
	p.top = min(max(p.top+by, 0), max(len(p.rows)-p.visible(), 0))
	p.cursor = min(max(p.cursor, p.top), max(min(p.top+p.visible(), len(p.rows))-1, 0))
	p.moved = true
	p.moves++
	p.want = ""
}

// follow scrolls as little as needed for the cursor to be in sight.
func (p *Pane) follow() {
	visible := max(1, p.visible())
	p.top = min(p.top, p.cursor)
	p.top = max(p.top, p.cursor-visible+1)
	p.top = max(0, min(p.top, len(p.rows)-visible))
}

func (p *Pane) enter() tea.Cmd {
	entry, ok := p.Current()
	if !ok {
		return nil
	}
	path, err := p.Join(p.path, entry.Name)
	if err != nil { // too deep, or too long together
		p.err = err
		return nil
	}
	if entry.IsDir {
		return p.Open(path)
	}
	return func() tea.Msg { return Chosen{path, entry} }
}

// above goes to the folder that this one is in, with the cursor on this one.
func (p *Pane) above() tea.Cmd {
	if p.path == wire.Root || p.path == "" {
		return nil
	}
	from := p.path.Base()
	cmd := p.Open(p.path.Dir())
	p.Seek(from)
	return cmd
}

// show puts rows on the screen. The cursor stays on its entry, and that on its
// line; at the top, where nobody has moved yet, it stays at the top.
func (p *Pane) show(rows []row, sorted Order) tea.Cmd {
	p.sorted = sorted
	if p.filter.on() && len(rows) > inline {
		p.all = rows
		return p.sift()
	}
	p.showing(rows, p.sieve().rows(rows))
	return nil
}

// showing replaces what is shown. An entry that the cursor was on and that is
// gone gives its place to the one that follows it in the order, whatever else
// has come or gone above.
func (p *Pane) showing(all, rows []row) {
	var before *row
	if p.moved && p.cursor < len(p.rows) {
		before = &p.rows[p.cursor]
	}
	offset := p.cursor - p.top
	p.all = all
	p.setRows(rows)
	if before != nil {
		if i := p.index(before.Name); i >= 0 {
			p.cursor = i
		} else {
			p.cursor, _ = slices.BinarySearchFunc(rows, *before, p.sorted.compareRows)
		}
	}
	p.cursor = min(p.cursor, max(len(rows)-1, 0))
	p.top = p.cursor - offset
	p.settle()
	p.follow()
}

// settle puts the cursor on the entry that is waited for, once it is there.
func (p *Pane) settle() {
	if p.want == "" {
		return
	}
	if i := p.index(p.want); i >= 0 {
		p.cursor, p.want, p.moved = i, "", true
		p.follow()
	}
}
