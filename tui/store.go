package tui

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/session"
)

// settings are the stored choices of the user.
type settings = session.Settings

// savedMsg says how storing the settings ended.
type savedMsg struct{ err error }

// save changes the stored settings.
func (m *Model) save(change func(*settings)) tea.Cmd {
	keeper := m.Keeper
	return m.store(func() error { return keeper.Change(change) })
}

// store begins to store something at once, and close waits for it: who quits in
// the next moment must not lose it. One begins when the one before has ended, so
// that of what was chosen twice the second choice stays.
func (m *Model) store(do func() error) tea.Cmd {
	before, stored := m.stored, make(chan struct{})
	m.stored = stored
	done := make(chan error, 1)
	m.ending.Go(func() {
		defer close(stored)
		if before != nil {
			<-before
		}
		done <- do()
	})
	return func() tea.Msg { return savedMsg{<-done} }
}

func (msg savedMsg) apply(m *Model) tea.Cmd {
	if msg.err != nil {
		m.sayError(msg.err)
	}
	return nil
}

// showAs makes a pane show folders in the way that the settings say.
func showAs(p *browse.Pane, s settings) {
	if s.SortBy >= 0 && s.SortBy <= int(browse.ByKind) {
		p.SetOrder(browse.Order{By: browse.By(s.SortBy), Reverse: s.SortReverse})
	}
	p.ShowHidden(s.ShowHidden)
}

// showSo keeps how the person wants folders to be shown.
func (m *Model) showSo(msg browse.Viewed) tea.Cmd {
	return m.save(func(s *settings) {
		s.SortBy, s.SortReverse, s.ShowHidden = int(msg.Order.By), msg.Order.Reverse, msg.Hidden
	})
}
