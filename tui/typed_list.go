package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/command"
	"wangpan/tui/locale"
)

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
	pane, wrap := m.remote.Pane, func(cmd tea.Cmd) tea.Cmd { return cmd }
	if m.focus == onLocal {
		pane, wrap = m.here.Pane, fromHere
	}
	now := pane.Viewed()
	change(&now)
	return tea.Batch(wrap(tea.Batch(pane.SetOrder(now.Order), pane.ShowHidden(now.Hidden))), m.saveView(now))
}
