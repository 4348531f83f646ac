package tui

import tea "charm.land/bubbletea/v2"

// plannedMsg brings the steps of an errand that had to find them out.
type plannedMsg struct {
	errand *errand
	steps  []step
	err    error
}

// planned is the command that finds out the steps.
func (e *errand) planned() tea.Msg {
	steps, err := e.plan()
	return plannedMsg{e, steps, err}
}

// apply begins with the first steps.
func (msg plannedMsg) apply(m *Model) tea.Cmd {
	e := msg.errand
	if e.drive != m.drive {
		return nil
	}
	if msg.err == nil && len(msg.steps) > 0 && !e.stopped {
		e.steps, e.plan = msg.steps, nil
		return e.more()
	}
	m.drive.errand = nil
	if e.what == undoing {
		m.undoLater(e)
	}
	if msg.err != nil {
		m.sayError(msg.err)
	}
	return m.next(e)
}
