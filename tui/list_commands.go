package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/dialog"
	"wangpan/tui/keymap"
)

// hurrying are the commands of a list that take a connection.
var hurrying = map[string]bool{"open": true, "above": true, "refresh": true}

// listCommands are those of a pane that lists a folder, of the drive or of this
// computer: the one that has the focus carries them out.
func listCommands(m *Model) []command {
	var commands []command
	for _, c := range m.list.Commands() {
		id := c.ID
		commands = append(commands, command{
			Name: keymap.Name{Section: sectionList, ID: id}, binding: *c.Binding,
			rebind: func(b key.Binding) { *c.Binding = b }, in: keymap.Place(inFolders),
			online: hurrying[id],
			able: func(m *Model) dialog.Words {
				if m.scope()&inFolders == 0 {
					return elsewhere(inFolders)
				}
				if now, ok := m.listCommand(id); !ok || now.Able != nil && !now.Able() {
					return dialog.Say("palette.not_now")
				}
				return nil
			},
			run: func(m *Model) tea.Cmd {
				now, ok := m.listCommand(id)
				switch {
				case !ok:
					return nil
				case m.focus == onLocal:
					return asLocal(now.Run())
				}
				return now.Run()
			},
		})
	}
	return commands
}

// listCommand is a command of the list that has the focus.
func (m *Model) listCommand(id string) (browse.Command, bool) {
	pane := m.list
	if m.focus == onLocal {
		pane = m.local.pane
	}
	commands := pane.Commands()
	at := slices.IndexFunc(commands, func(c browse.Command) bool { return c.ID == id })
	if at < 0 {
		return browse.Command{}, false
	}
	return commands[at], true
}
