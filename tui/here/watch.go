package here

import (
	"errors"
	"io/fs"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// changedMsg says that the folder shown has changed.
type changedMsg struct{}

// watch returns the command that waits for a change of the folder on the screen, after a
// pause. Only one such command runs at a time.
func (h *Here) watch(pause time.Duration) tea.Cmd {
	if h.watching {
		return nil
	}
	h.watching = true
	ctx, watcher := h.ctx, h.watcher
	return func() tea.Msg {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return nil
		}
		if watcher.Wait(ctx) != nil {
			return nil
		}
		return changedMsg{}
	}
}

// changed lists the folder again. If a listing is running, it waits for its end first,
// because that listing may be older than the change.
func (h *Here) changed(msg changedMsg) tea.Cmd {
	pause := h.Pane.RefreshPause()
	if h.shown && h.Pane.Loading() {
		return tea.Tick(pause, func(time.Time) tea.Msg { return msg })
	}
	h.watching = false
	if !h.shown {
		return h.watch(pause)
	}
	return tea.Batch(h.Pane.Refresh(), h.watch(pause))
}

// removedMsg says that the folder shown was removed, and names the nearest folder
// above it.
type removedMsg struct{ path, above wire.Path }

// folderRemoved returns the command that finds the nearest existing folder above a removed
// one. It returns nil unless page reports that the folder on the screen was removed.
func (h *Here) folderRemoved(page browse.Page) tea.Cmd {
	path := page.Request.Path
	if !errors.Is(page.Err, fs.ErrNotExist) || path == wire.Root || path != h.Pane.Path() {
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

// retreat shows the folder above and says why, unless the user has left the removed one.
func (h *Here) retreat(msg removedMsg) tea.Cmd {
	if h.Pane.Path() != msg.path {
		return nil
	}
	h.Host.Say(true, locale.Say("screen.removed", "Path", local.Shorten(local.Host(msg.path)), "To", local.Shorten(local.Host(msg.above))))
	return h.Pane.Retreat(msg.above)
}
