package remote

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// removedMsg says that the folder shown was removed, and names the nearest folder
// above it.
type removedMsg struct {
	visit *visit
	path  wire.Path
	above wire.Path
	err   error // of the search for above
}

// folderRemoved returns the command that finds the nearest existing folder above a removed
// one. It returns nil unless page reports that the folder on the screen was removed.
func (r *Remote) folderRemoved(page browse.Page) tea.Cmd {
	v, path := r.visit, page.Request.Path
	if v == nil || !errors.Is(page.Err, wire.NotFound) || path == wire.Root || path != r.Pane.Path() {
		return nil
	}
	return func() tea.Msg {
		for above := path.Dir(); ; above = above.Dir() {
			reply, err := v.session.Client().Stat(v.ctx, above)
			switch {
			case err == nil && reply.Entry.IsDir, above == wire.Root:
				return removedMsg{v, path, above, nil}
			case err != nil && !errors.Is(err, wire.NotFound):
				return removedMsg{v, path, "", err}
			}
		}
	}
}

// apply shows the folder above and says why, unless the user has left the removed one.
func (msg removedMsg) apply(r *Remote) tea.Cmd {
	if msg.visit != r.visit || msg.err != nil || r.Pane.Path() != msg.path {
		return nil // the pane shows the error of the listing
	}
	r.Host.Say(true, locale.Say("screen.removed", "Path", msg.path, "To", msg.above))
	return r.Pane.Retreat(msg.above)
}
