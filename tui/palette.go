package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
)

// recentCommands is how many commands that were used last stand first in the
// palette.
const recentCommands = 8

// paletteActions find all others.
func paletteActions() []action {
	return []action{
		{id: "palette", words: "palette.key", keys: []string{":", "ctrl+p"}, in: inDrive, group: aboutAll, run: (*Model).openPalette},
	}
}

// openPalette offers everything that the screen can do.
func (m *Model) openPalette() tea.Cmd {
	var items []dialog.PaletteItem
	names := make(map[string]bool)
	for _, c := range m.commands() {
		if c.run == nil || c.ID == "palette" {
			continue
		}
		item := dialog.PaletteItem{Item: c, Does: dialog.Say(c.binding.Help().Desc), Name: c.ID}
		if c.binding.Enabled() {
			item.Keys = dialog.KeyNames(c.binding)
		}
		if c.able != nil {
			item.Why = c.able(m)
		}
		names[c.ID] = true
		items = append(items, item)
	}
	for _, w := range m.typedWords() {
		if !names[w.name] {
			items = append(items, dialog.PaletteItem{Does: dialog.Say(w.does), Name: w.name, Usage: w.usage})
		}
	}
	rank := func(item dialog.PaletteItem) int {
		name := item.Name
		if c, ok := item.Item.(command); ok {
			name = c.String() // panes have commands of the same name
		}
		if at := slices.Index(m.used, name); at >= 0 {
			return at
		}
		if item.Why != nil {
			return len(m.used) + 1 // what can be done goes before what cannot
		}
		return len(m.used)
	}
	slices.SortStableFunc(items, func(a, b dialog.PaletteItem) int { return rank(a) - rank(b) })
	m.dialogs.Push(dialog.NewPalette(dialog.PaletteOptions{
		Title: dialog.Say("palette.title"), Locale: m.locale, Items: items,
		Typed: m.isTyped, Usage: m.usageOf, Argument: m.argument(), Quote: quoted,
	}))
	return nil
}

// usedNow notes that a command was asked for by its name.
func (m *Model) usedNow(name string) tea.Cmd {
	used := slices.DeleteFunc(slices.Clone(m.used), func(other string) bool { return other == name })
	used = slices.Insert(used, 0, name)
	m.used = used[:min(len(used), recentCommands)]
	used = m.used
	return m.save(func(s *settings) { s.Palette = strings.Join(used, " ") })
}

// chosenCommand runs a command that was chosen in the palette, as its key would.
func (m *Model) chosenCommand(c command) tea.Cmd {
	noted := m.usedNow(c.String())
	var hurry tea.Cmd
	if c.online {
		hurry = m.hurry()
	}
	if c.able != nil {
		if why := c.able(m); why != nil { // it came to mean nothing while the palette was open
			m.say(true, why)
			return noted
		}
	}
	return tea.Batch(noted, hurry, c.run(m))
}
