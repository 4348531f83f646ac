package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/keymap"
)

// The tables of the keys file: what the screen does, what its panes do, and what
// works everywhere.
const (
	sectionDrive      = "drive"
	sectionList       = "list"
	sectionTransfers  = "transfers"
	sectionEverywhere = "everywhere"
)

// needed are the ways out, and to the help: each keeps a key whatever is chosen.
var needed = []string{"quit", "help", "interrupt"}

// command is anything that has a key: an action of the screen's, or a command of
// one of its panes. The keys file, the palette and the help know all of them.
type command struct {
	keymap.Name
	binding key.Binding // the one in use; its help text is a message id
	rebind  func(key.Binding)
	in      keymap.Place
	online  bool                      // it takes a connection
	able    func(*Model) dialog.Words // why it means nothing now, nil when it does
	run     func(*Model) tea.Cmd
}

// commands are all commands of the screen. Each part is in the order in which
// help shows it.
func (m *Model) commands() []command {
	return slices.Concat(m.actions.commands(), listCommands(m), transferCommands(m), m.keys.commands())
}

// commands are the actions as commands.
func (a actions) commands() []command {
	commands := make([]command, len(a.all))
	for i, one := range a.all {
		commands[i] = command{
			Name: keymap.Name{Section: sectionDrive, ID: one.id}, binding: a.keys[one.id], rebind: func(b key.Binding) { a.keys[one.id] = b },
			in: keymap.Place(one.in), online: one.online, able: one.unable, run: one.run,
		}
	}
	return commands
}

// unable says why an action means nothing now, nil when it does.
func (a *action) unable(m *Model) dialog.Words {
	switch {
	case a.in&m.scope() == 0:
		return elsewhere(a.in)
	case a.able != nil && !a.able(m):
		return dialog.Say("palette.not_now")
	}
	return nil
}

// elsewhere says where something works that does not work here.
func elsewhere(in scope) dialog.Words {
	switch {
	case in&inList != 0:
		return dialog.Say("palette.only_list")
	case in&inLocal != 0:
		return dialog.Say("palette.only_local")
	}
	return dialog.Say("palette.only_transfers")
}

// transferCommands are those of the transfers pane.
func transferCommands(m *Model) []command {
	var commands []command
	for _, c := range m.transfers.Commands() {
		commands = append(commands, command{
			Name:    keymap.Name{Section: sectionTransfers, ID: c.ID},
			binding: *c.Binding, rebind: func(b key.Binding) { *c.Binding = b }, in: keymap.Place(inTransfers),
			online: c.ID == "retry" || c.ID == "pause", // a pause may end
			able: func(m *Model) dialog.Words {
				switch {
				case m.focus != onTransfers:
					return elsewhere(inTransfers)
				case c.Able != nil && !c.Able():
					return dialog.Say("palette.not_now")
				}
				return nil
			},
			run: func(m *Model) tea.Cmd { return m.act(c.Run()) },
		})
	}
	return commands
}

// keysOf are the commands as the keys file knows them.
func keysOf(commands []command) []keymap.Command {
	known := make([]keymap.Command, len(commands))
	for i, c := range commands {
		known[i] = keymap.Command{Name: c.Name, Keys: c.binding.Keys(), In: c.in, Needed: slices.Contains(needed, c.ID)}
	}
	return known
}

// use gives commands the keys that were chosen for them. A command without a
// key is out of the hints and the help, but not of the palette.
func use(commands []command, chosen map[keymap.Name][]string) {
	for _, c := range commands {
		keys, ok := chosen[c.Name]
		if !ok {
			continue
		}
		b := c.binding
		b.SetKeys(keys...)
		b.SetHelp(strings.Join(keys[:min(len(keys), shownKeys)], "/"), b.Help().Desc)
		b.SetEnabled(len(keys) > 0)
		c.rebind(b)
	}
}

// shownKeys is how many keys of a command are shown at the most.
const shownKeys = 2
