package tui

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
)

// acrossCommands returns the command that copies from the pane with the focus to the
// folder of the other pane.
func (m *Model) acrossCommands() []command.Command {
	return []command.Command{
		{
			Name: "drive.copy_across", Help: "panes.keys.across", Keys: []string{"c"}, In: command.Folders, Group: command.LocalGroup, Online: true,
			Run: command.Do(m.copyAcross),
		},
	}
}

// copyAcross copies the selection of the pane with the focus. Where only the drive is
// shown, it asks for a folder of the drive.
func (m *Model) copyAcross() tea.Cmd {
	switch {
	case m.focus == onLocal:
		return fromHere(m.here.Upload())
	case !m.remote.Pane.HasSelection():
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
	if !m.remote.Pane.HasSelection() {
		return nil
	}
	s := m.remote.Selection()
	m.remote.Pane.Unmark()
	return fromTransfers(m.transfers.Download(folder, s.List))
}
