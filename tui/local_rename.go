package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/wire"
)

// askLocalRename asks for another name of what is selected on this computer or,
// for several, has their names edited.
func (m *Model) askLocalRename() tea.Cmd {
	items := m.selectedHere()
	switch len(items) {
	case 0:
		return nil
	case 1:
		m.askLocalName(items[0])
		return nil
	}
	for _, one := range items { // systems allow these; in a list they would be two names
		if strings.ContainsAny(string(one.entry.Name), "\r\n") {
			m.say(true, dialog.Say("panes.rename.break", "Name", one.entry.Name))
			return nil
		}
	}
	return fromChanges(m.changes.RenameMany(change.Here, found(items)))
}

// askLocalName asks for another name of one file.
func (m *Model) askLocalName(one picked) {
	folder, old := local.Dir(one.path), one.entry.Name
	m.dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: dialog.Say("panes.rename.title"),
		Label: dialog.Say("panes.rename.label", "Name", old),
		Value: string(old), Limit: longestName, Act: "panes.keys.rename",
		Check: func(name string) dialog.Words {
			if wire.Name(name) == old {
				return nil
			}
			return m.checkLocalName(folder, name)
		},
		Answer: func(name string) tea.Msg {
			if wire.Name(name) == old {
				return nil
			}
			return startMsg{renamingHere(one.path, wire.Name(name))}
		},
	}))
}

// renamingHere returns the batch that gives one file of this computer another name.
func renamingHere(path wire.Path, name wire.Name) *change.Batch {
	folder := local.Dir(path)
	return &change.Batch{
		Kind: change.Renaming, Side: change.Here, Marked: true, Folder: folder, Focus: name,
		Steps: []change.Step{change.RenameHere(path, local.Join(folder, name))},
	}
}
