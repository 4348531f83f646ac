package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// changeActions change what is on the drive.
func changeActions() []action {
	some := func(m *Model) bool { return len(m.selection()) > 0 }
	return []action{
		{id: "rename", words: "act.rename.key", keys: []string{"r"}, in: inList, online: true, able: some, run: (*Model).askRename},
		{id: "move", words: "act.move.key", keys: []string{"m"}, in: inList, online: true, able: some, run: (*Model).askMove},
		{id: "copy_to", words: "act.copy.key", keys: []string{"C"}, in: inList, online: true, able: some, run: (*Model).askCopy},
		{id: "remove", words: "act.remove.key", keys: []string{"x", "delete"}, in: inList, online: true, able: some, run: (*Model).askRemove},
		{id: "trash", words: "act.trash.key", keys: []string{"T"}, in: inList, online: true, run: (*Model).askTrash},
		{id: "undo", words: "act.undo.key", keys: []string{"z"}, in: inList, online: true, run: (*Model).undo},
	}
}

// picked is something on the drive that an action is about.
type picked struct {
	path  wire.Path
	entry wire.Entry
}

// selection is what an action is about: what is marked, else what the cursor is
// on. What lies in a folder that is itself selected goes with that.
func (m *Model) selection() []picked {
	var all []picked
	for _, one := range m.list.Selection() {
		if path, err := one.Folder.Join(string(one.Entry.Name)); err == nil {
			all = append(all, picked{path, one.Entry})
		}
	}
	folders := make(map[wire.Path]bool)
	for _, one := range all {
		if one.entry.IsDir {
			folders[one.path] = true
		}
	}
	return slices.DeleteFunc(all, func(one picked) bool { // of 100,000, too
		for above := one.path.Dir(); above != wire.Root; above = above.Dir() {
			if folders[above] {
				return true
			}
		}
		return false
	})
}

// about says what an action is about: one thing by its name, several by their
// number and the size of the files among them.
func aboutItems(items []picked) dialog.Words {
	if len(items) == 1 {
		return dialog.Quote(string(items[0].entry.Name))
	}
	size := int64(0)
	for _, one := range items {
		size += one.entry.Size
	}
	return func(l *locale.Locale) string {
		if size == 0 {
			return l.N("act.items", len(items))
		}
		return l.N("act.items_size", len(items), "Size", l.Size(size))
	}
}

// removeMsg is the answer that things go to the trash.
type removeMsg struct{ items []picked }

// askRemove asks nothing, however much it is: it is said how it comes back.
func (m *Model) askRemove() tea.Cmd { return removeMsg{m.selection()}.apply(m) }

func (msg removeMsg) apply(m *Model) tea.Cmd {
	steps := make([]step, len(msg.items))
	for i, one := range msg.items {
		steps[i] = removeStep(one.path, one.entry.Version)
	}
	e := &errand{what: removing, steps: steps, where: m.list.Path()}
	if m.full(e) { // what is marked stays marked
		return nil
	}
	m.list.Unmark()
	m.list.Leaving(e.where, e.names(e.steps)...)
	return m.start(e)
}

// renameMsg is the answer of the question for a new name.
type renameMsg struct {
	from picked
	to   wire.Path
}

func (m *Model) askRename() tea.Cmd {
	items := m.selection()
	if len(items) > 1 {
		return m.renameMany(m.onDrive(), items)
	}
	one := items[0]
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
