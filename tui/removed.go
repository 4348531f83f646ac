package tui

import (
	"errors"
	"io/fs"
	"os"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/wire"
)

// removedMsg says that the folder of this computer that is shown was removed, and
// names the nearest folder above it.
type removedMsg struct{ path, above wire.Path }

// localFolderRemoved makes the command that finds the nearest folder above one that
// was removed; nil where the page does not say so.
func (m *Model) localFolderRemoved(page browse.Page) tea.Cmd {
	path := page.Request.Path
	if !errors.Is(page.Err, fs.ErrNotExist) || path == wire.Root || path != m.local.pane.Path() {
		return nil
	}
	return func() tea.Msg {
		above := local.Dir(path)
		for above != wire.Root {
			if info, err := os.Stat(local.Host(above)); err == nil && info.IsDir() {
				break
			}
			above = local.Dir(above)
		}
		return removedMsg{path: path, above: above}
	}
}

// apply shows the folder above and says why, unless the user has left the removed one.
func (msg removedMsg) apply(m *Model) tea.Cmd {
	pane := m.local.pane
	if pane.Path() != msg.path {
		return nil
	}
	m.say(true, dialog.Say("screen.removed", "Path", local.Shorten(local.Host(msg.path)), "To", local.Shorten(local.Host(msg.above))))
	return asLocal(pane.Retreat(msg.above))
}
