package tui

import (
	"cmp"
	"context"
	"path/filepath"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/wire"
)

// picking is what the picker of local files reads through.
type picking struct {
	folders *local.Folders
	cancel  context.CancelFunc // of the reading under way
}

// pick opens the picker of local files where it was last, or where the program
// was started.
func (m *Model) pick() tea.Cmd {
	picker, first := dialog.NewPicker(cmp.Or(m.picked, xdg.Home))
	m.dialogs.Push(picker)
	return m.handle(first)
}

// readFolder lists a local folder for the picker, in place of the one before:
// the names first, and the sizes with them when the disk is quick.
func (m *Model) readFolder(ask dialog.ListFolder) tea.Cmd {
	m.picking.cancel()
	ctx, cancel := context.WithCancel(m.ctx)
	m.picking.cancel = cancel
	folders := m.picking.folders
	return func() tea.Msg {
		entries, late, err := folders.All(ctx, local.Path(ask.Folder))
		return pickableMsg{ctx, ask, dialog.NewFolderListed(ask.Request, pickable(entries), err), late}
	}
}

// pickable are entries as the picker knows them.
func pickable(entries []wire.Entry) []dialog.LocalEntry {
	list := make([]dialog.LocalEntry, len(entries))
	for i, e := range entries {
		list[i] = dialog.LocalEntry{Name: string(e.Name), Size: e.Size, ModTime: e.ModTime, IsDir: e.IsDir}
	}
	return list
}

// pickableMsg is a folder for the picker; late says that more will be known of
// what is in it.
type pickableMsg struct {
	ctx    context.Context //nolint:containedctx // it is that of the reading
	ask    dialog.ListFolder
	listed dialog.FolderListed
	late   bool
}

func (msg pickableMsg) apply(m *Model) tea.Cmd {
	if msg.ctx.Err() != nil {
		return nil
	}
	_, cmd := m.dialogs.Update(msg.listed)
	if !msg.late {
		return cmd
	}
	folders := m.picking.folders
	return tea.Batch(cmd, func() tea.Msg {
		if folders.Settle(msg.ctx) != nil {
			return nil
		}
		entries, _, err := folders.All(msg.ctx, local.Path(msg.ask.Folder))
		return pickableMsg{msg.ctx, msg.ask, dialog.NewFolderListed(msg.ask.Request, pickable(entries), err), false}
	})
}

// picks takes what the picker came to.
func (m *Model) picks(picks []dialog.Pick) tea.Cmd {
	if len(picks) == 0 {
		return nil
	}
	m.picking.cancel()
	m.picked = filepath.Dir(picks[0].Path)
	cmd, _ := m.upload(picks)
	return cmd
}
