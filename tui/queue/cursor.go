package queue

import (
	"wangpan/tui/text"
	"wangpan/tui/transfer"
)

// Unmovable returns the sentence why the transfer under the cursor cannot move before the
// previous waiting one or, with later, after the next one. It is blank if it can.
func (p *Pane) Unmovable(later bool) string {
	t, _ := p.Current()
	name := text.Visible(Name(&t))
	switch {
	case t.State == transfer.Active:
		return p.Locale.T("queue.unmovable.active", "Name", name, "Key", p.Registry.Label("transfers.pause"))
	case !t.State.Movable():
		return p.Locale.T("queue.unmovable.ended", "Name", name)
	}
	rows, id := p.order[:p.list.Cursor], "queue.unmovable.first"
	if later {
		rows, id = p.order[p.list.Cursor+1:], "queue.unmovable.last"
	}
	for _, i := range rows {
		if p.snapshot.Transfers[i].State.Movable() {
			return ""
		}
	}
	if later && p.snapshot.Hidden > 0 {
		return "" // a hidden transfer may wait
	}
	return p.Locale.T(id, "Name", name)
}

// Move moves the cursor by a number of rows. It stops at the first and the last row.
func (p *Pane) Move(by int) {
	p.list.Move(by)
	p.follow()
}

// Click moves the cursor to the transfer drawn on a line of the pane.
func (p *Pane) Click(line int) {
	if row, ok := p.list.Row(line); ok {
		p.list.Go(row)
	}
}

// Current returns the transfer under the cursor, and false if there are no rows.
func (p *Pane) Current() (transfer.Transfer, bool) {
	if p.list.Cursor >= len(p.order) {
		return transfer.Transfer{}, false
	}
	return *p.at(p.list.Cursor), true
}

// Select puts the cursor on a transfer, if it is shown.
func (p *Pane) Select(id transfer.ID) {
	for i := range p.order {
		if p.at(i).ID == id {
			p.list.Go(i)
			p.follow()
			return
		}
	}
}
