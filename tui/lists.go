package tui

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
)

// handleLists takes what is about all transfers, of this run and of others.
func (m *Model) handleLists(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case unfinishedMsg:
		return m.recalled(msg)
	case discardMsg:
		return m.discard(msg)
	case stagedMsg:
		m.staged(msg)
	case dropMsg:
		return m.drop(msg)
	case droppedMsg:
		return m.dropped(msg)
	case limitMsg:
		return m.limited(msg)
	case dialog.ListChosen:
		return m.listChosen(msg)
	default:
		return m.pass(msg)
	}
	return nil
}

// listChosen carries out what was chosen in a list.
func (m *Model) listChosen(chosen dialog.ListChosen) tea.Cmd {
	if m.drive == nil {
		return nil
	}
	switch do := chosen.Do.(type) {
	case earlierDo:
		return m.earlierChosen(do, chosen.Item)
	case stagedDo:
		m.stagedChosen(chosen)
	}
	return nil
}
