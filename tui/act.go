package tui

import (
	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

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
		{Name: "drive.undo", Help: "act.undo.key", Keys: []string{"z"}, In: command.List, Group: command.FilesGroup, Online: true, Run: command.Do(m.undo)},
	}
}

// askRemove asks nothing, however much it is: it is said how it comes back.
func (m *Model) askRemove() tea.Cmd { return m.remove(m.selection()) }

// remove moves things to the trash.
func (m *Model) remove(s *selection) tea.Cmd {
	e := &errand{what: removing, where: m.list.Path(), hidden: s.known.Load()}
	if e.hidden {
		e.steps = removals(s)
	} else { // very many disappear as they are removed
		e.plan = func() ([]step, error) { return removals(s), nil }
	}
	if m.full(e) { // what is marked stays marked
		return nil
	}
	m.list.Unmark()
	m.list.Leaving(e.where, e.names(e.steps)...)
	return m.start(e)
}

func removals(s *selection) []step {
	items := s.list()
	steps := make([]step, len(items))
	for i, one := range items {
		steps[i] = removeStep(one.path, one.entry.Version)
	}
	return steps
}

// renameMsg is the answer of the question for a new name.
type renameMsg struct {
	from picked
	to   wire.Path
}

func (m *Model) askRename() tea.Cmd {
	s := m.selection()
	switch {
	case s.count() > mostNames:
		m.say(true, dialog.SayN("act.rename.too_many", mostNames))
		return nil
	case s.count() > 1:
		return m.know(s, func(s *selection) tea.Cmd { return m.renameMany(m.onDrive(), s.list()) })
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
			if err != nil || to == one.path { // Check has seen it, or nothing is to do
				return nil
			}
			return renameMsg{one, to}
		},
	}))
	return nil
}

func (msg renameMsg) apply(m *Model) tea.Cmd {
	e := &errand{
		what: renaming, steps: []step{moveStep(msg.from.path, msg.to, msg.from.entry.Version)},
		where: msg.to.Dir(), seek: msg.to.Base(),
	}
	if m.full(e) { // what is marked stays marked
		return nil
	}
	m.list.Unmark()
	return m.start(e)
}
