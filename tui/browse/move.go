package browse

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// move moves the cursor by a number of rows, as far as there are rows.
func (p *Pane) move(by int) {
	p.touch()
	p.list.Move(by)
	p.stretch()
	p.follow()
}

// Scroll moves the rows by a number of them, as a wheel does. It moves the cursor only
// as far as needed to keep it in view.
func (p *Pane) Scroll(by int) {
	p.touch()
	p.list.Scroll(by)
}

// touch records that the user moved the cursor.
func (p *Pane) touch() {
	p.moved = true
	p.moves++
	p.want = ""
}

// follow scrolls as little as needed to show the cursor.
func (p *Pane) follow() {
	p.list.Line = p.head()
	p.list.Follow(p.visible())
}

func (p *Pane) enter() tea.Cmd {
	entry, ok := p.Current()
	if !ok {
		return nil
	}
	path, err := p.Join(p.path, entry.Name)
	if err != nil { // the path is too deep or too long
		p.err = err
		return nil
	}
	if entry.IsDir {
		return p.Open(path)
	}
	return func() tea.Msg { return Chosen{path, entry} }
}

// above goes to the parent folder and puts the cursor on this folder.
func (p *Pane) above() tea.Cmd {
	if p.path == wire.Root || p.path == "" {
		return nil
	}
	from := p.path.Base()
	cmd := p.Open(p.path.Dir())
	p.Seek(from)
	return cmd
}

// show shows sorted rows. The cursor keeps its entry and its line. Before the user has
// moved it, it stays at the top.
func (p *Pane) show(rows []row, sorted Order) tea.Cmd {
	p.sorted = sorted
	if p.filter.on() && len(rows) > inline {
		p.all = rows
		return p.sift()
	}
	p.showing(rows, p.sieve().rows(rows))
	return nil
}

// showing replaces the rows. When the entry under the cursor was removed, the cursor
// goes to the one that follows it in the order.
func (p *Pane) showing(all, rows []row) {
	var before *row
	if p.moved && p.list.Cursor < len(p.rows) {
		before = &p.rows[p.list.Cursor]
	}
	offset := p.list.Cursor - p.list.Top
	p.all = all
	p.setRows(rows)
	if before != nil {
		if i := p.index(before.Name); i >= 0 {
			p.list.Cursor = i
		} else {
			p.list.Cursor, _ = slices.BinarySearchFunc(rows, *before, p.sorted.compareRows)
		}
	}
	p.list.Go(p.list.Cursor)
	p.list.Top = p.list.Cursor - offset
	p.settle()
	p.follow()
}

// settle puts the cursor on the wanted entry when it has arrived.
func (p *Pane) settle() {
	if p.want == "" {
		return
	}
	if i := p.index(p.want); i >= 0 {
		p.list.Cursor, p.want, p.moved = i, "", true
		p.follow()
	}
}
