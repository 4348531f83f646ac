package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/login"
	"wangpan/tui/text/field"
)

// everywhere are the commands that the help of every place shows.
var everywhere = []command.Name{"everywhere.language", "everywhere.suspend"}

// help shows the keys of the pane that has the focus, then those of the others.
func (m *Model) help() {
	list := dialog.HelpSection{Title: dialog.Say("screen.help.list"), Bindings: m.commands.Group(command.ListGroup)}
	files := dialog.HelpSection{Title: dialog.Say("screen.help.drive"), Bindings: m.commands.Group(command.FilesGroup)}
	local := dialog.HelpSection{Title: dialog.Say("panes.help"), Bindings: m.commands.Group(command.LocalGroup)}
	transfers := dialog.HelpSection{Title: dialog.Say("screen.help.transfers"), Bindings: m.commands.Group(command.TransfersGroup)}
	all := dialog.HelpSection{Title: dialog.Say("screen.help.everywhere"), Bindings: slices.Concat(m.commands.Group(command.GeneralGroup), m.commands.Bindings(everywhere...))}
	switch m.focus {
	case onTransfers:
		m.dialogs.Push(dialog.NewHelp(transfers, list, files, local, all))
	case onLocal:
		m.dialogs.Push(dialog.NewHelp(local, list, files, transfers, all))
	case onList:
		m.dialogs.Push(dialog.NewHelp(list, files, local, transfers, all))
	}
}

// helpBefore shows the keys of a dialog, or of the login card, when that is what
// a key means there: a character that is typed means itself.
func (m *Model) helpBefore(press tea.KeyPressMsg) bool {
	typing := true
	section := dialog.HelpSection{Title: dialog.Say("help.here")}
	switch top := m.dialogs.Top().(type) {
	case dialog.Bound:
		section.Bindings, typing = top.Bindings(), top.Typing()
	case nil:
		switch {
		case m.typing():
			section.Bindings = append([]key.Binding{dialog.Keys.Press, dialog.Keys.Close}, field.Keys.Help()...)
		case m.drive != nil || m.signin.Restoring():
			return false
		default:
			section.Title, section.Bindings = dialog.Say("help.login"), login.Keys.All()
		}
	default:
		return false
	}
	if !key.Matches(press, m.commands.Get("drive.help").Binding()) || typing && command.Types(press.String()) {
		return false
	}
	all := m.commands.Bindings(append([]command.Name{"drive.help", "everywhere.interrupt"}, everywhere...)...)
	m.dialogs.Push(dialog.NewHelp(section, dialog.HelpSection{Title: dialog.Say("screen.help.everywhere"), Bindings: all}))
	return true
}
