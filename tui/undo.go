package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/transfer"
)

// mostUndone is how many errands can be undone, the last one first.
const mostUndone = 50

// undone is what undoes one errand, in the order in which it is to be done.
type undone []step

// canUndo remembers the way back from what was done.
func (m *Model) canUndo(back []step) {
	if len(back) == 0 {
		return
	}
	d := m.drive
	back = slices.Clone(back)
	slices.Reverse(back)
	d.undone = append(d.undone, back)
	d.undone = d.undone[max(0, len(d.undone)-mostUndone):]
}

// undo takes the last errand back.
func (m *Model) undo() tea.Cmd {
	d := m.drive
	switch {
	case d.errand != nil && d.errand.what == undoing:
		d.undoAgain++ // who presses the key again means the one before
		return nil
	case d.errand != nil:
		m.say(true, dialog.Say("act.busy"))
		return nil
	}
	if len(d.undone) == 0 {
		m.say(false, dialog.Say("act.undo.nothing"))
		return nil
	}
	last := d.undone[len(d.undone)-1]
	d.undone = d.undone[:len(d.undone)-1]
	return m.start(&errand{what: undoing, steps: last, where: m.list.Path(), quiet: true, inOrder: true})
}

// undoNext undoes what was asked for while e was undone, as long as that works.
func (m *Model) undoNext(e *errand) tea.Cmd {
	d := m.drive
	if e.what != undoing || d.undoAgain == 0 {
		return nil
	}
	if d.undoAgain--; len(e.failed) > 0 {
		d.undoAgain = 0
		return nil
	}
	return m.undo()
}

// overwrites notes the uploads that were allowed to replace what is there.
func (m *Model) overwrites(id transfer.ID, c dialog.Chosen) {
	if c.Choice != dialog.StartOver && c.Choice != dialog.Resume {
		return
	}
	for _, t := range m.drive.snapshot.Transfers {
		if t.Direction == transfer.Upload && t.Question != nil && t.Question.Exists && (t.ID == id || c.Rest) {
			m.drive.over[t.ID] = true
		}
	}
}

// overwrote remembers the way back from uploads that have replaced something.
func (m *Model) overwrote() {
	d := m.drive
	for _, t := range d.snapshot.Transfers {
		if !d.over[t.ID] || !t.State.Ended() {
			continue
		}
		delete(d.over, t.ID)
		if t.State == transfer.Done {
			m.canUndo([]step{overwrittenStep(t.Remote)})
		}
	}
}
