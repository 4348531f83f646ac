package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/signin"
	"wangpan/tui/text/field"
)

// allCommands returns everything that the user can ask for. Each part stands beside
// what it does.
func (m *Model) allCommands() [][]command.Command {
	undo := addressedCommands(changesFeature, m.changes.Commands())
	return [][]command.Command{
		m.fileCommands(),
		undo[:1], // on the drive
		addressedCommands(remoteFeature, m.remote.Commands()),
		m.toolCommands(),
		addressedCommands(previewFeature, m.preview.Commands()),
		m.panesCommands(),
		m.acrossCommands(),
		slices.Insert(addressedCommands(hereFeature, m.here.Commands()), 4, undo[1]), // the order of the help
		m.listCommands(),
		addressedCommands(transfersFeature, m.transfers.Commands()),
		m.driveCommands(),
		m.logCommands(),
		m.paletteCommands(),
		addressedCommands(themesFeature, m.themes.Commands()),
		m.everywhereCommands(),
		addressedCommands(remoteFeature, m.remote.Words()),
		m.listWords(),
		signin.Commands(),
		dialog.Commands(),
		browse.LineCommands(),
		field.Commands(),
	}
}

// listCommands are those of the panes that list folders. The pane that has the
// focus runs them.
func (m *Model) listCommands() []command.Command {
	drive := addressedCommands(remoteFeature, m.remote.Pane.Commands())
	local := addressedCommands(hereFeature, m.here.Pane.Commands())
	commands := slices.Clone(drive)
	for i := range commands {
		c, focused := &commands[i], func() *command.Command {
			if m.focus == onLocal {
				return &local[i]
			}
			return &drive[i]
		}
		c.Able = func() bool { able := focused().Able; return able == nil || able() }
		c.Run = func(args []string) (tea.Cmd, locale.Words) { return focused().Run(args) }
		if c.Name == "list.sort" {
			next := c.Run
			c.Run = func(args []string) (tea.Cmd, locale.Words) {
				if len(args) > 0 {
					return m.typedSort(args)
				}
				return next(nil)
			}
			c.Usage, c.Args = "sort "+strings.Join(orders[:], "|"), []command.Argument{command.Choice}
			c.Choices = func() []string { return orders[:] }
		}
	}
	return commands
}

// everywhereCommands work in all places, also while the user types and before a
// login.
func (m *Model) everywhereCommands() []command.Command {
	return []command.Command{
		{
			Name: "everywhere.interrupt", Help: "screen.keys.quit", Keys: []string{"ctrl+c"}, In: command.Everywhere, Needed: true,
			Run: command.Do(m.quit),
		},
		{
			Name: "everywhere.language", Help: "screen.keys.language", Keys: []string{"f2", "ctrl+l"}, In: command.Everywhere,
			Run: command.DoOr(m.switchLanguage, m.typedLang), Usage: "lang en|zh", Args: []command.Argument{command.Choice},
			Choices: func() []string { return []string{locale.English, locale.Chinese} },
		},
	}
}

// typedLang changes the language.
func (m *Model) typedLang(args []string) (tea.Cmd, locale.Words) {
	if args[0] != locale.English && args[0] != locale.Chinese {
		return nil, locale.Say("typed.no_lang", "Lang", args[0])
	}
	if args[0] == m.locale.Lang() {
		return nil, nil
	}
	return m.switchLanguage(), nil
}

// focused returns the place of the pane that has the focus.
func (m *Model) focused() command.Place {
	switch m.focus {
	case onTransfers:
		return command.Transfers
	case onLocal:
		return command.Local
	case onList:
	}
	return command.List
}

// runKey runs the command of a key in a pane.
func (m *Model) runKey(c *command.Command) tea.Cmd {
	if c == nil || c.Able != nil && !c.Able() {
		return nil
	}
	cmd, _ := c.Run(nil)
	return cmd
}

// fileCommands act on the folder shown and what is selected in it.
func (m *Model) fileCommands() []command.Command {
	download := command.Command{
		Name: "drive.download", Help: "screen.keys.download", Keys: []string{"d"}, In: command.List, Group: command.FilesGroup, Online: true,
		Run: command.DoOr(m.downloadSelected, func(args []string) (tea.Cmd, locale.Words) {
			cmd, wrong := m.remote.TypedGet(args)
			return fromRemote(cmd), wrong
		}), Usage: "get PATH", Args: []command.Argument{command.RemotePath},
	}
	return append([]command.Command{download}, addressedCommands(transfersFeature, m.transfers.FileCommands())...)
}

// driveCommands are about the screen as a whole.
func (m *Model) driveCommands() []command.Command {
	return []command.Command{
		{Name: "drive.back", Help: "screen.keys.back", Keys: []string{"esc"}, In: command.Panes, Group: command.GeneralGroup, Run: command.Do(m.back)},
		{Name: "drive.password", Help: "screen.keys.password", Keys: []string{"P"}, In: command.Panes, Group: command.GeneralGroup, Run: command.Just(func() { m.signin.AskPassword(m.drive.ctx, m.drive.session) })},
		{Name: "drive.logout", Help: "screen.keys.logout", Keys: []string{"L"}, In: command.Panes, Group: command.GeneralGroup, Run: command.Just(m.askLogout)},
		{
			Name: "drive.help", Help: "screen.keys.help", Keys: []string{"?", "f1"}, In: command.Everywhere &^ (command.HelpText | command.HelpFilter),
			Group: command.GeneralGroup, Run: command.Just(m.help), Needed: true, Other: []string{"h"},
		},
		{Name: "drive.quit", Help: "screen.keys.quit", Keys: []string{"q"}, In: command.Panes, Group: command.GeneralGroup, Run: command.Do(m.quit), Needed: true, Other: []string{"q", "exit"}},
	}
}

// back stops the batch in the background, as the status bar says; else it leaves
// what one is in: a range, a filter, the marks, or the pane.
func (m *Model) back() tea.Cmd {
	var cmd tea.Cmd
	switch {
	case m.changes.StopBackground():
		return nil
	case m.preview.Covers() && m.focus != onTransfers:
		m.preview.Uncover()
		return nil
	case m.focus == onList:
		cmd, _ = m.remote.Pane.Leave()
		cmd = fromRemote(cmd)
	case m.focus == onLocal:
		if cmd, left := m.here.Pane.Leave(); left {
			return fromHere(cmd)
		}
	}
	m.setFocus(onList)
	return cmd
}

// orders are what a list can be sorted by, as it is typed; the place of each is
// its number.
var orders = [...]string{browse.ByName: "name", browse.BySize: "size", browse.ByTime: "time", browse.ByKind: "kind"}

// listWords choose how both panes show folders.
func (m *Model) listWords() []command.Command {
	return []command.Command{{
		Name: "set", Help: "typed.set", In: command.Panes, Usage: "set hidden|nohidden|reverse|noreverse",
		Args: []command.Argument{command.Choice}, Least: 1, Run: m.typedSet,
		Choices: func() []string { return []string{"hidden", "nohidden", "reverse", "noreverse"} },
	}}
}

func (m *Model) typedSort(args []string) (tea.Cmd, locale.Words) {
	by := slices.Index(orders[:], args[0])
	if by < 0 {
		return nil, locale.Say("typed.no_order", "Word", args[0])
	}
	return m.showFolders(func(v *browse.Viewed) { v.Order = browse.Order{By: browse.By(by)} }), nil
}

func (m *Model) typedSet(args []string) (tea.Cmd, locale.Words) {
	changes := map[string]func(*browse.Viewed){
		"hidden":    func(v *browse.Viewed) { v.Hidden = true },
		"nohidden":  func(v *browse.Viewed) { v.Hidden = false },
		"reverse":   func(v *browse.Viewed) { v.Order.Reverse = true },
		"noreverse": func(v *browse.Viewed) { v.Order.Reverse = false },
	}
	change, ok := changes[args[0]]
	if !ok {
		return nil, locale.Say("typed.no_option", "Word", args[0])
	}
	return m.showFolders(change), nil
}

// showFolders shows folders in another way from now on, in the pane that has
// the focus.
func (m *Model) showFolders(change func(*browse.Viewed)) tea.Cmd {
	pane, address := m.remote.Pane, fromRemote
	if m.focus == onLocal {
		pane, address = m.here.Pane, fromHere
	}
	now := pane.Viewed()
	change(&now)
	return tea.Batch(address(tea.Batch(pane.SetOrder(now.Order), pane.ShowHidden(now.Hidden))), m.saveView(now))
}
