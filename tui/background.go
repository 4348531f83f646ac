package tui

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// background is the work that outlives the message that started it. The end of the
// program waits for the work.
type background struct {
	ctx    context.Context //nolint:containedctx // the lifetime of the screen's commands
	cancel context.CancelFunc
	group  sync.WaitGroup
	stored <-chan struct{} // closed when the last store has ended; nil: there was none
}

// store starts to run do at once. The stores run one after the other, so that of two
// choices in a row the second one is kept. The command returns the result.
func (b *background) store(do func() error) tea.Cmd {
	before, stored := b.stored, make(chan struct{})
	b.stored = stored
	done := make(chan error, 1)
	b.group.Go(func() {
		defer close(stored)
		if before != nil {
			<-before
		}
		done <- do()
	})
	return func() tea.Msg { return storedMsg{<-done} }
}

// storedMsg is the result of a store.
type storedMsg struct{ err error }

// stored shows why something was not stored.
func (m *Model) storeEnded(msg storedMsg) {
	if msg.err != nil {
		m.say(true, func(*locale.Locale) string { return m.explain(msg.err) })
	}
}

// settings are the stored choices of the user.
type settings = session.Settings

// save changes the stored settings.
func (m *Model) save(change func(*settings)) tea.Cmd {
	keeper := m.Keeper
	return m.store(func() error { return keeper.Change(change) })
}

// showAs makes a pane show folders in the way that the settings say.
func showAs(p *browse.Pane, s settings) {
	if s.SortBy >= 0 && s.SortBy <= int(browse.ByKind) {
		p.SetOrder(browse.Order{By: browse.By(s.SortBy), Reverse: s.SortReverse})
	}
	p.ShowHidden(s.ShowHidden)
}

// saveView stores how the user wants folders to be shown.
func (m *Model) saveView(msg browse.Viewed) tea.Cmd {
	return m.save(func(s *settings) {
		s.SortBy, s.SortReverse, s.ShowHidden = int(msg.Order.By), msg.Order.Reverse, msg.Hidden
	})
}
