package tui

import (
	tea "charm.land/bubbletea/v2"
)

// typing reports whether keys are characters for a pane that lists a folder.
func (m *Model) typing() bool {
	if m.drive == nil || m.dialogs.Len() > 0 {
		return false
	}
	return m.focus == onList && m.remote.Pane.Typing() || m.focus == onLocal && m.here.Pane.Typing()
}

// write hands such a key, or a paste, to the pane.
func (m *Model) write(msg tea.Msg) tea.Cmd {
	if m.focus == onLocal {
		return fromHere(m.here.Pane.Update(msg))
	}
	return m.remote.Pane.Update(msg)
}

// writing is where the cursor stands in a pane that is typed into.
func (m *Model) writing() *tea.Cursor {
	pane, x := m.remote.Pane, 0
	if m.focus == onLocal {
		pane = m.here.Pane
		if list, _ := m.sides(); m.beside() {
			x = list + divider
		}
	}
	cursor := pane.Cursor()
	if cursor != nil {
		cursor.X += x
		cursor.Y += headerLines
	}
	return cursor
}
