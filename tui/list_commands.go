package tui

import (
	"charm.land/bubbles/v2/key"

	"wangpan/tui/keymap"
)

// listCommands are those of the pane that lists a folder.
func listCommands(m *Model) []command {
	k := &m.list.Keys
	var commands []command
	for _, c := range []struct {
		id      string
		binding *key.Binding
	}{
		{"up", &k.Up},
		{"down", &k.Down},
		{"page_up", &k.PageUp},
		{"page_down", &k.PageDown},
		{"half_up", &k.HalfUp},
		{"half_down", &k.HalfDown},
		{"first", &k.First},
		{"last", &k.Last},
		{"open", &k.Open},
		{"above", &k.Above},
		{"mark", &k.Mark},
		{"mark_all", &k.MarkAll},
		{"sort", &k.Sort},
		{"refresh", &k.Refresh},
	} {
		commands = append(commands, command{
			Name: keymap.Name{Section: sectionList, ID: c.id}, binding: *c.binding,
			rebind: func(b key.Binding) { *c.binding = b }, in: keymap.Place(inFolders),
		})
	}
	return commands
}
