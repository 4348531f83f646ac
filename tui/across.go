package tui

import (
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/wire"
)

// acrossCommands copy between the drive and this computer: the same key in
// either direction, from the pane that has the focus to the other one's folder.
func (m *Model) acrossCommands() []command.Command {
	return []command.Command{
		{
			Name: "drive.copy_across", Help: "panes.keys.across", Keys: []string{"c"}, In: command.Folders, Group: command.LocalGroup, Online: true,
			Run: command.Do(m.copyAcross),
		},
		{Name: "drive.local_upload", Help: "panes.keys.up", Keys: []string{"u"}, In: command.Local, Group: command.LocalGroup, Online: true, Run: command.Do(m.uploadSelected)},
	}
}

// copyAcross copies what is selected in the pane that has the focus. Where there
// is only the drive, it asks where on that.
func (m *Model) copyAcross() tea.Cmd {
	switch {
	case m.focus == onLocal:
		return m.uploadSelected()
	case !m.hasSelection():
		return nil
	case m.local.shown:
		if folder := m.localFolder(); folder != "" {
			return m.downloadSelectedInto(folder)
		}
		return nil
	}
	return m.askCopy()
}

// localFolder returns the folder of this computer that is shown, "" while there
// is none.
func (m *Model) localFolder() string {
	if host := local.Host(m.local.pane.Path()); m.local.shown && filepath.IsAbs(host) {
		return host
	}
	return ""
}

// uploadSelected copies what is selected on this computer to the folder of the
// drive that is shown.
func (m *Model) uploadSelected() tea.Cmd {
	pane := m.local.pane
	var picks []dialog.Pick
	for _, one := range m.selectedHere() {
		picks = append(picks, dialog.Pick{Path: local.Host(one.path), Folder: one.entry.IsDir})
	}
	if len(picks) == 0 {
		return nil
	}
	cmd, queued := m.transfers.Upload(picks)
	if queued > 0 {
		pane.Unmark()
	}
	return fromTransfers(cmd)
}

// downloadSelected downloads the selection into the folder for downloads.
func (m *Model) downloadSelected() tea.Cmd {
	if !m.hasSelection() {
		return nil
	}
	return m.downloadSelectedInto("")
}

func (m *Model) downloadSelectedInto(folder string) tea.Cmd {
	s := m.selection()
	m.list.Unmark()
	return m.download(s, folder)
}

// download downloads a selection into a folder; blank: the one for downloads.
func (m *Model) download(s *selection, into string) tea.Cmd {
	return fromTransfers(m.transfers.Download(into, func() []wire.Found { return found(s.list()) }))
}
