package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// mostUndone is how many errands can be undone, the last one first.
const mostUndone = 50

// undone is what undoes one errand, in the order in which it is to be done.
type undone []step

// canUndo remembers the way back from what was done.
func (m *Model) canUndo(back []step) {
	back = slices.DeleteFunc(slices.Clone(back), func(s step) bool { return s.do == nil })
	if len(back) == 0 {
		return
	}
	d := m.drive
	slices.Reverse(back)
	d.undone = append(d.undone, back)
	d.undone = d.undone[max(0, len(d.undone)-mostUndone):]
}

// undo takes the last errand back.
func (m *Model) undo() tea.Cmd {
	d := m.drive
	switch {
	case d.errand != nil && !d.errand.short():
		m.say(true, dialog.Say("act.busy"))
		return nil
	case len(d.waiting) > 0 && d.undoAgain == 0:
		m.takeBack()
		return nil
	case d.errand != nil || d.seeking > 0:
		d.undoAgain++ // when that has ended; who presses the key again means the one before
		return nil
	}
	if len(d.undone) == 0 {
		m.say(false, dialog.Say("act.undo.nothing"))
		return nil
	}
	last := d.undone[len(d.undone)-1]
	d.undone = d.undone[:len(d.undone)-1]
	e := &errand{what: undoing, steps: last, where: m.list.Path(), quiet: true, inOrder: true}
	if to := last[0].to; to != "" && to.Dir() == e.where {
		e.seek = to.Base() // it is there again
	}
	return m.start(e)
}

// takeBack undoes the last that waits: nothing of it is done yet.
func (m *Model) takeBack() {
	d := m.drive
	last := len(d.waiting) - 1
	e := d.waiting[last]
	d.waiting = d.waiting[:last]
	names := e.names(e.steps)
	m.list.Stay(e.where, names...)
	if len(names) > 0 && e.where == m.list.Path() {
		m.list.Seek(names[0])
	}
	m.say(false, dialog.SayN("act.undo.done", e.all(), "Name", e.steps[0].path.Base()))
}

// undoLater keeps what an undoing did not come to, since the connection was lost
// or it was given up.
func (m *Model) undoLater(steps []step) {
	if len(steps) > 0 {
		m.drive.undone = append(m.drive.undone, slices.Clone(steps))
	}
}

// renew tells the steps that are still to be undone which version something has
// now that s has brought it back: each change of its path gives it another.
func (m *Model) renew(s, back step) {
	if s.was == "" {
		return
	}
	brought := func(next step) bool { return next.path == s.to && next.only == s.was }
	renewed(m.drive.errand.steps[m.drive.errand.at:], brought, back.only)
	for _, steps := range m.drive.undone {
		renewed(steps, brought, back.only)
	}
}

func renewed(steps []step, which func(step) bool, version wire.Version) {
	for i := range steps {
		if which(steps[i]) {
			steps[i].only = version
		}
	}
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

// overwrote looks for the way back from uploads that have replaced something.
func (m *Model) overwrote() tea.Cmd {
	d := m.drive
	var cmds []tea.Cmd
	for _, t := range d.snapshot.Transfers {
		if !d.over[t.ID] || !t.State.Ended() {
			continue
		}
		delete(d.over, t.ID)
		if r := t.Result; t.State == transfer.Done && r != nil && !r.Identical && !r.Skipped {
			d.seeking++
			cmds = append(cmds, func() tea.Msg {
				back, err := overwrittenStep(d.ctx, d.session.Client(), r.Remote, r.Entry.Version)
				return overwroteMsg{d, back, err}
			})
		}
	}
	return tea.Batch(cmds...)
}

// overwroteMsg brings the way back from an upload. The error is that of something
// that is not there, or not what was replaced any more: there is no way back.
type overwroteMsg struct {
	drive *drive
	back  step
	err   error
}

func (msg overwroteMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if msg.drive != d {
		return nil
	}
	d.seeking--
	if msg.err == nil {
		m.canUndo([]step{msg.back})
	}
	if d.seeking > 0 || d.errand != nil || d.undoAgain == 0 {
		return nil
	}
	d.undoAgain--
	return m.undo()
}
