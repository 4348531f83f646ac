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

// removedMsg says that the folder shown does not exist any more, and which
// folder above it does.
type removedMsg struct {
	drive *drive // nil: it was on this computer
	path  wire.Path
	above wire.Path
	err   error // the search for it ended with this one
}

// folderRemoved makes the command that finds the nearest folder above one that
// does not exist any more; nil where the page says nothing like that.
func (m *Model) folderRemoved(page browse.Page) tea.Cmd {
	d, path := m.drive, page.Request.Path
	if d == nil || !errors.Is(page.Err, wire.NotFound) || path == wire.Root || path != m.list.Path() {
		return nil
	}
	return func() tea.Msg {
		for above := path.Dir(); ; above = above.Dir() {
			reply, err := d.session.Client().Stat(d.ctx, above)
			switch {
			case err == nil && reply.Entry.IsDir, above == wire.Root:
				return removedMsg{d, path, above, nil}
			case err != nil && !errors.Is(err, wire.NotFound):
				return removedMsg{d, path, "", err}
			}
		}
	}
}

// localFolderRemoved is folderRemoved for this computer.
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

// apply shows the folder above and says why, unless the user has gone elsewhere.
func (msg removedMsg) apply(m *Model) tea.Cmd {
	if msg.drive != nil && msg.drive != m.drive {
		return nil
	}
	pane, from, to := m.list, string(msg.path), string(msg.above)
	if msg.drive == nil {
		pane, from, to = m.local.pane, shorten(local.Host(msg.path)), shorten(local.Host(msg.above))
	}
	if msg.err != nil || pane.Path() != msg.path {
		return nil // the error of the listing is on the screen
	}
	m.say(true, dialog.Say("screen.removed", "Path", from, "To", to))
	cmd := pane.Retreat(msg.above)
	if msg.drive == nil {
		return asLocal(cmd)
	}
	return cmd
}
