package tui

import (
	"slices"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
)

// everywhere are the commands that the help of every place shows.
var everywhere = []command.Name{"everywhere.language", "everywhere.suspend"}

// help shows the keys of the place that takes them. In a pane, the keys of the
// others follow.
func (m *Model) help() {
	if place := m.keyPlace(); place&command.Panes == 0 {
		m.helpHere(place)
		return
	}
	list := dialog.HelpSection{Title: locale.Say("screen.help.list"), Bindings: m.commands.Group(command.ListGroup)}
	files := dialog.HelpSection{Title: locale.Say("screen.help.drive"), Bindings: m.commands.Group(command.FilesGroup)}
	local := dialog.HelpSection{Title: locale.Say("panes.help"), Bindings: m.commands.Group(command.LocalGroup)}
	transfers := dialog.HelpSection{Title: locale.Say("screen.help.transfers"), Bindings: m.commands.Group(command.TransfersGroup)}
	all := dialog.HelpSection{Title: locale.Say("screen.help.everywhere"), Bindings: slices.Concat(m.commands.Group(command.GeneralGroup), m.commands.Bindings(everywhere...))}
	switch m.focus {
	case onTransfers:
		m.dialogs.Push(dialog.NewHelp(transfers, list, files, local, all))
	case onLocal:
		m.dialogs.Push(dialog.NewHelp(local, list, files, transfers, all))
	case onList:
		m.dialogs.Push(dialog.NewHelp(list, files, local, transfers, all))
	}
}

// helpHere shows the keys of a dialog, a text field or the login card.
func (m *Model) helpHere(place command.Place) {
	if m.dialogs.Len() == 0 && m.drive == nil && m.signin.Restoring() {
		return
	}
	section := dialog.HelpSection{Title: locale.Say("help.here")}
	if place&(command.LoginField|command.LoginBox|command.LoginSaved) != 0 {
		section.Title = locale.Say("help.login")
	}
	if top, ok := m.dialogs.Top().(dialog.Lettered); ok {
		section.Bindings = top.Letters()
	}
	here := m.commands.Here(place)
	if top, ok := m.dialogs.Top().(dialog.Acting); ok {
		press := m.commands.Get("dialog.press").Binding().Help()
		for i := range here {
			if here[i].Help() == press {
				here[i].SetHelp(press.Key, top.Act())
			}
		}
	}
	section.Bindings = append(section.Bindings, here...)
	all := m.commands.Bindings(append([]command.Name{"drive.help", "everywhere.interrupt"}, everywhere...)...)
	m.dialogs.Push(dialog.NewHelp(section, dialog.HelpSection{Title: locale.Say("screen.help.everywhere"), Bindings: all}))
}
