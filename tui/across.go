package tui

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
)

// acrossCommands copy between the drive and this computer: the same key in
// either direction, from the pane that has the focus to the other one's folder.
func (m *Model) acrossCommands() []command.Command {
	return []command.Command{
		{
			Name: "drive.copy_across", Help: "panes.keys.across", Keys: []string{"c"}, In: command.Folders, Group: command.LocalGroup, Online: true,
			Run: command.Do(m.copyAcross),
		},
	}
}

// copyAcross copies what is selected in the pane that has the focus. Where there
// is only the drive, it asks where on that.
func (m *Model) copyAcross() tea.Cmd {
	switch {
	case m.focus == onLocal:
		return fromHere(m.here.Upload())
	case !m.list.HasSelection():
		return nil
	case m.here.Shown():
		if folder := m.here.Folder(); folder != "" {
			return m.downloadSelectedInto(folder)
		}
		return nil
	}
	return fromRemote(m.remote.AskCopy())
}

// downloadSelected downloads the selection into the folder for downloads.
func (m *Model) downloadSelected() tea.Cmd { return m.downloadSelectedInto("") }

// downloadSelectedInto downloads the selection into a folder; blank: the one for downloads.
func (m *Model) downloadSelectedInto(folder string) tea.Cmd {
	if !m.list.HasSelection() {
		return nil
	}
	s := m.remote.Selection()
	m.list.Unmark()
	return fromTransfers(m.transfers.Download(folder, s.List))
}
