package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/wire"
)

// changeCommands change what is on the drive.
func (m *Model) changeCommands() []command.Command {
	return []command.Command{
		{Name: "drive.rename", Help: "act.rename.key", Keys: []string{"r"}, In: command.List, Group: command.FilesGroup, Online: true, Able: m.hasSelection, Run: command.Do(m.askRename)},
		{Name: "drive.move", Help: "act.move.key", Keys: []string{"m"}, In: command.List, Group: command.FilesGroup, Online: true, Able: m.hasSelection, Run: command.Do(m.askMove)},
		{Name: "drive.copy_to", Help: "act.copy.key", Keys: []string{"C"}, In: command.List, Group: command.FilesGroup, Online: true, Able: m.hasSelection, Run: command.Do(m.askCopy)},
		{Name: "drive.remove", Help: "act.remove.key", Keys: []string{"x", "delete"}, In: command.List, Group: command.FilesGroup, Online: true, Able: m.hasSelection, Run: command.Do(m.askRemove)},
		{Name: "drive.trash", Help: "act.trash.key", Keys: []string{"T"}, In: command.List, Group: command.FilesGroup, Online: true, Run: command.Do(m.askTrash)},
	}
}

// askRemove asks nothing, however many files there are: the status bar says how
// they come back.
func (m *Model) askRemove() tea.Cmd { return m.remove(m.selection()) }

// remove moves files to the trash.
func (m *Model) remove(s *selection) tea.Cmd {
	b := &change.Batch{Kind: change.Removing, Marked: true, Hidden: s.known.Load()}
	if b.Hidden {
		b.Steps = removals(s)
	} else { // very many disappear as they are removed
		b.Plan = func(context.Context, change.Server) ([]change.Step, error) { return removals(s), nil }
	}
	return fromChanges(m.changes.Start(b))
}

func removals(s *selection) []change.Step {
	items := s.list()
	steps := make([]change.Step, len(items))
	for i, one := range items {
		steps[i] = change.Remove(one.path, one.entry.Version)
	}
	return steps
}

func (m *Model) askRename() tea.Cmd {
	s := m.selection()
	if s.count() > 1 {
		return m.know(s, func(s *selection) tea.Cmd { return fromChanges(m.changes.RenameMany(change.Drive, found(s.list()))) })
	}
	one := s.list()[0]
	parent := one.path.Dir()
	m.dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: dialog.Say("act.rename.title"),
		Label: dialog.Quote(string(one.entry.Name)),
		Value: string(one.entry.Name), Stem: !one.entry.IsDir,
		Limit: wire.MaxName,
		Act:   "act.rename.act",
		Check: func(value string) dialog.Words {
			if norm.NFC.String(value) == string(one.entry.Name) {
				return nil
			}
			return m.checkName(parent, value)
		},
		Answer: func(value string) tea.Msg {
			to, err := parent.Join(norm.NFC.String(value))
			if err != nil || to == one.path { // Check has refused the name, or the name stays
				return nil
			}
			return startMsg{renaming(one, to)}
		},
	}))
	return nil
}

// renaming returns the batch that gives one file another path.
func renaming(one picked, to wire.Path) *change.Batch {
	return &change.Batch{
		Kind: change.Renaming, Marked: true, Steps: []change.Step{change.Move(one.path, to, one.entry.Version)},
		Folder: to.Dir(), Focus: to.Base(),
	}
}
