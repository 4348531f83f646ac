package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// settling is how long after the last change of size the screen is drawn anew:
// by then the renderer has drawn it once in the new size.
const settling = 150 * time.Millisecond

// redrawMsg says that the size has not changed for a while.
type redrawMsg struct{ width, height int }

// resized takes a new size. The renderer does not know what it has drawn in the
// columns by which a screen became wider, and would leave it there for ever; so
// a wider screen is drawn once more from nothing.
func (m *Model) resized(msg tea.WindowSizeMsg) tea.Cmd {
	wider := m.width > 0 && msg.Width > m.width
	m.width, m.height = msg.Width, msg.Height
	m.arrange()
	if !wider {
		return nil
	}
	return tea.Tick(settling, func(time.Time) tea.Msg { return redrawMsg{msg.Width, msg.Height} })
}

// redraw draws a wider screen from nothing, once its size stays the same.
func (m *Model) redraw(msg redrawMsg) tea.Cmd {
	if msg.width != m.width || msg.height != m.height {
		return nil // it changes still
	}
	return tea.ClearScreen
}
