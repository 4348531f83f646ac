package remote

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/wire"
)

// folderState says whether the list of the folder on the screen is up to date.
type folderState struct {
	path  wire.Path
	stale bool      // the folder has changed since it was listed
	last  time.Time // the latest automatic refresh
}

// changedMsg says that folders have changed on the server.
type changedMsg struct {
	visit *visit
	paths []wire.Path
}

// watchFolders waits until the server reports a change.
func (v *visit) watchFolders() tea.Cmd {
	return func() tea.Msg {
		select {
		case <-v.session.Changed():
			return changedMsg{v, v.session.Changes()}
		case <-v.ctx.Done():
			return nil
		}
	}
}

func (msg changedMsg) apply(r *Remote) tea.Cmd {
	if msg.visit != r.visit {
		return nil
	}
	r.follow()
	if slices.Contains(msg.paths, r.Pane.Path()) {
		r.visit.folder.stale, r.visit.usage.old = true, true
	}
	return tea.Batch(msg.visit.watchFolders(), r.refreshStale())
}

// follow resets the state when the pane shows another folder.
func (r *Remote) follow() {
	if path := r.Pane.Path(); path != r.visit.folder.path {
		r.visit.folder = folderState{path: path, last: r.Now().Add(-browse.MaxRefreshPause)}
	}
}

// ListedAt returns the time of the latest automatic refresh of the folder on the screen.
func (r *Remote) ListedAt() time.Time {
	r.follow()
	return r.visit.folder.last
}

// Stale marks the folder on the screen as changed. The next tick refreshes it.
func (r *Remote) Stale() {
	r.follow()
	r.visit.folder.stale = true
}

// refreshStale lists the folder on the screen again if it has changed. After a refresh it
// waits for the pane's RefreshPause before the next one.
func (r *Remote) refreshStale() tea.Cmd {
	r.follow()
	f := &r.visit.folder
	if !f.stale || r.Pane.Loading() || r.visit.link.lost || r.Now().Sub(f.last) < r.Pane.RefreshPause() {
		return nil
	}
	f.stale, f.last = false, r.Now()
	return r.Pane.Refresh()
}
