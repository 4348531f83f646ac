package browse

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
	"wangpan/wire"
)

// Click handles a click at a cell, relative to the upper left corner of the pane. A
// click on a row moves the cursor there; on the row under the cursor it opens the
// entry. On a heading it sorts by the column, the second time in reverse. On a name of
// the path it goes to that folder.
func (p *Pane) Click(x, line int) tea.Cmd {
	cmd := p.click(x, line)
	p.follow()
	return cmd
}

func (p *Pane) click(x, line int) tea.Cmd {
	switch i, ok := p.list.Row(line); {
	case line == 0:
		return p.clickPath(x)
	case line < p.head():
		return p.clickHeading(x)
	case !ok:
		return nil
	case i == p.list.Cursor:
		return p.enter()
	default:
		p.move(i - p.list.Cursor)
		return nil
	}
}

func (p *Pane) clickHeading(x int) tea.Cmd {
	c, by := p.columns(), ByName
	switch {
	case c.date > 0 && x >= gutter+c.name+gap+sizeWidth+gap:
		by = ByTime
	case c.size && x >= gutter+c.name+gap:
		by = BySize
	}
	return p.chooseOrder(Order{By: by, Reverse: p.order.By == by && !p.order.Reverse})
}

// clickPath goes to the folder at a cell. It counts from the right end of the path,
// which is never cut.
func (p *Pane) clickPath(x int) tea.Cmd {
	drawn := strings.TrimRight(p.drawnPath(), " ")
	if p.path == "" || x >= text.Width(drawn) {
		return nil
	}
	right := text.Width(drawn)
	for folder := p.path; folder != wire.Root; folder = folder.Dir() {
		right -= text.Width(" " + text.Visible(string(folder.Base())) + " /")
		if x >= right {
			return p.leaveFor(folder)
		}
	}
	return p.leaveFor(wire.Root)
}

// leaveFor goes to a folder above and puts the cursor on the name that leads back.
func (p *Pane) leaveFor(folder wire.Path) tea.Cmd {
	if folder == p.path {
		return nil
	}
	from := p.path
	for from.Dir() != folder && from != wire.Root {
		from = from.Dir()
	}
	cmd := p.Open(folder)
	p.Seek(from.Base())
	return cmd
}
