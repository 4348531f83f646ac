package remote

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/wire"
)

// freshness is whether the folder on the screen is as the server has it.
type freshness struct {
	path  wire.Path
	stale bool      // it has changed since it was listed
	last  time.Time // when it was refreshed last by itself
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

// follow notices that another folder is shown.
func (r *Remote) follow() {
	if path := r.Pane.Path(); path != r.visit.folder.path {
		r.visit.folder = freshness{path: path, last: r.Now().Add(-browse.MaxRefreshPause)}
	}
}

// ListedAt returns when the folder on the screen was refreshed last by itself.
func (r *Remote) ListedAt() time.Time {
	r.follow()
	return r.visit.folder.last
}

// Stale marks the folder on the screen as changed. The next tick refreshes it.
func (r *Remote) Stale() {
	r.follow()
	r.visit.folder.stale = true
}

// refreshStale lists the folder shown again if it has changed: at once after the
// first change, and then after the pause.
func (r *Remote) refreshStale() tea.Cmd {
	r.follow()
	f := &r.visit.folder
	if !f.stale || r.Pane.Loading() || r.visit.link.lost || r.Now().Sub(f.last) < r.Pane.RefreshPause() {
		return nil
	}
	f.stale, f.last = false, r.Now()
	return r.Pane.Refresh()
}
