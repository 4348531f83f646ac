package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/wire"
)

// How long a folder that was refreshed by itself stands still. Refreshing lists
// all of it, and it may be long and the line slow.
const (
	relist      = time.Second
	relistLarge = 5 * time.Second
	large       = 1000 // entries
)

// toldMsg says that folders are not as they were, whoever has changed them.
type toldMsg struct {
	drive *drive
	paths []wire.Path
}

// hear waits for the server to tell of changes.
func (d *drive) hear() tea.Cmd {
	return func() tea.Msg {
		select {
		case <-d.session.Told():
			return toldMsg{d, d.session.Changes()}
		case <-d.ctx.Done():
			return nil
		}
	}
}

// apply refreshes the folder shown if it is one of them.
func (msg toldMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if msg.drive != d {
		return nil
	}
	m.shown()
	if slices.Contains(msg.paths, m.list.Path()) {
		d.stale, d.usage.old = true, true
	}
	return tea.Batch(d.hear(), m.refreshStale(), m.tick())
}

// shown notes which folder is shown, which stale and listed are about.
func (m *Model) shown() {
	d := m.drive
	if path := m.list.Path(); path != d.into {
		d.into, d.stale, d.listed = path, false, m.now.Add(-relistLarge)
	}
}

// refreshStale lists the folder shown again if it has changed: at once after the
// first change, and for all that follow when it has stood still for a while.
func (m *Model) refreshStale() tea.Cmd {
	d := m.drive
	pause := relist
	if m.list.Count() > large {
		pause = relistLarge
	}
	if !d.stale || m.list.Loading() || d.link.lost || m.now.Sub(d.listed) < pause {
		return nil
	}
	d.stale, d.listed = false, m.now
	return m.list.Refresh()
}

// showAs makes a pane show folders as the person wants to have them.
func showAs(p *browse.Pane, s settings) {
	if s.SortBy >= 0 && s.SortBy <= int(browse.ByKind) {
		p.SetOrder(browse.Order{By: browse.By(s.SortBy), Reverse: s.SortReverse})
	}
	p.ShowHidden(s.ShowHidden)
}
