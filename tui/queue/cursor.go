package queue

import (
	"wangpan/tui/text"
	"wangpan/tui/transfer"
)

// Unmovable returns why the transfer under the cursor cannot move before or after
// the next waiting one, blank when it can.
func (p *Pane) Unmovable(later bool) string {
	t, _ := p.Current()
	name := text.Visible(Name(&t))
	switch {
	case t.State == transfer.Active:
		return p.Locale.T("queue.unmovable.active", "Name", name, "Key", p.Registry.Label("transfers.pause"))
	case !t.State.Movable():
		return p.Locale.T("queue.unmovable.ended", "Name", name)
	}
	rows, id := p.order[:p.cursor], "queue.unmovable.first"
	if later {
		rows, id = p.order[p.cursor+1:], "queue.unmovable.last"
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

// Move moves the cursor by a number of rows, as far as there are rows.
func (p *Pane) Move(by int) {
	p.cursor = min(max(p.cursor+by, 0), max(len(p.order)-1, 0))
	p.follow()
}

// Click moves the cursor to the transfer drawn on a line of the pane.
func (p *Pane) Click(line int) {
	if i := p.top + line - 1; line > 0 && i < len(p.order) {
		p.Move(i - p.cursor)
	}
}

// Current returns the transfer under the cursor.
func (p *Pane) Current() (transfer.Transfer, bool) {
	if p.cursor >= len(p.order) {
		return transfer.Transfer{}, false
	}
	return *p.at(p.cursor), true
}

// Select puts the cursor on a transfer, if it is shown.
func (p *Pane) Select(id transfer.ID) {
	for i := range p.order {
		if p.at(i).ID == id {
			p.Move(i - p.cursor)
			return
		}
	}
}
