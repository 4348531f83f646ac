package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/keymap"
	"wangpan/tui/login"
	"wangpan/tui/text/field"
)

// help shows the keys of where one is, and then the others.
func (m *Model) help() {
	list := dialog.HelpSection{Title: dialog.Say("screen.help.list"), Bindings: m.list.All()}
	files := dialog.HelpSection{Title: dialog.Say("screen.help.drive"), Bindings: m.actions.group(aboutFiles)}
	local := dialog.HelpSection{Title: dialog.Say("panes.help"), Bindings: m.actions.group(aboutLocal)}
	transfers := dialog.HelpSection{Title: dialog.Say("screen.help.transfers"), Bindings: slices.Concat(m.transfers.All(), m.actions.group(aboutTransfers))}
	all := dialog.HelpSection{Title: dialog.Say("screen.help.everywhere"), Bindings: slices.Concat(m.actions.group(aboutAll), m.keys.everywhere())}
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
	if !key.Matches(press, m.actions.keys["help"]) || typing && keymap.Types(press.String()) {
		return false
	}
	everywhere := slices.Concat(m.actions.of("help"), []key.Binding{m.keys.Interrupt}, m.keys.everywhere())
	m.dialogs.Push(dialog.NewHelp(section, dialog.HelpSection{Title: dialog.Say("screen.help.everywhere"), Bindings: everywhere}))
	return true
}
