package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// longestName bounds what is typed for a name, in characters.
const longestName = 255

// localCommands change the folder of this computer that is shown.
func (m *Model) localCommands() []command.Command {
	return []command.Command{
		{Name: "drive.local_mkdir", Help: "screen.keys.folder", Keys: []string{"n"}, In: command.Local, Group: command.LocalGroup, Run: command.Just(m.askLocalFolder)},
		{Name: "drive.local_rename", Help: "panes.keys.rename", Keys: []string{"r"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(m.askLocalRename)},
		{Name: "drive.local_remove", Help: "panes.keys.remove", Keys: []string{"x", "delete"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(m.trashLocal)},
		{Name: "drive.local_go", Help: "path.go.key", Keys: []string{"ctrl+g"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(m.askLocalWhere)},
		{Name: "drive.local_properties", Help: "screen.keys.details", Keys: []string{"i"}, In: command.Local, Group: command.LocalGroup, Run: command.Just(m.localProperties)},
		{Name: "drive.local_copy_path", Help: "clipboard.key", Keys: []string{"y"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(m.copyLocalPaths)},
	}
}

// askLocalFolder asks for the name of a new folder.
func (m *Model) askLocalFolder() {
	folder := m.local.pane.Path()
	m.dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: dialog.Say("screen.mkdir.title"),
		Label: dialog.Say("screen.mkdir.label", "Path", local.Shorten(local.Host(folder))),
		Limit: longestName, Act: "keys.create",
		Check: func(name string) dialog.Words { return m.checkLocalName(folder, name) },
		Answer: func(name string) tea.Msg {
			return startMsg{&change.Batch{
				Kind: change.Making, Side: change.Here, Folder: folder, Focus: wire.Name(name),
				Steps: []change.Step{change.MakeHere(local.Join(folder, wire.Name(name)))},
			}}
		},
	}))
}

// checkLocalName says why a name will not do in a folder of this computer, nil
// when it will.
func (m *Model) checkLocalName(folder wire.Path, name string) dialog.Words {
	switch pane := m.local.pane; {
	case name == "":
		return dialog.Say("screen.mkdir.empty")
	case local.CheckName(name) != nil:
		return dialog.Say("problem.bad_name")
	case folder == pane.Path() && pane.Has(wire.Name(name)):
		return dialog.Say("screen.mkdir.exists")
	}
	return nil
}

// selectedLocal are the paths of what is marked on this computer, in all folders,
// or of what is under the cursor.
func (m *Model) selectedLocal() []wire.Path {
	var paths []wire.Path
	for _, one := range m.selectedHere() {
		paths = append(paths, one.path)
	}
	return paths
}

// selectedHere is what an action on this computer is about. What lies in a
// folder that is itself selected goes with that.
func (m *Model) selectedHere() []picked {
	var all []picked
	folders := make(map[wire.Path]bool)
	selected := m.local.pane.Selection()
	for _, one := range selected.All() {
		path := local.Join(one.Folder, one.Entry.Name)
		all = append(all, picked{path, one.Entry})
		folders[path] = one.Entry.IsDir
	}
	return outside(all, folders)
}

// trashLocal moves what is selected to the trash. Since that can be undone, there
// is no question before; the screen asks about files that the trash does not take.
func (m *Model) trashLocal() tea.Cmd {
	paths := m.selectedLocal()
	if len(paths) == 0 {
		return nil
	}
	steps := make([]change.Step, len(paths))
	for i, path := range paths {
		steps[i] = change.TrashHere(path)
	}
	return fromChanges(m.changes.Start(&change.Batch{Kind: change.Removing, Side: change.Here, Marked: true, Steps: steps}))
}

// localProperties shows the facts of what is under the cursor.
func (m *Model) localProperties() {
	if entry, ok := m.local.pane.Current(); ok {
		m.localDetails(entry)
	}
}

func (m *Model) localDetails(entry wire.Entry) {
	place := dialog.Say("screen.details.folder", "Path", local.Shorten(local.Host(m.local.pane.Path())))
	m.tell(dialog.Quote(string(entry.Name)), place, func(l *locale.Locale) string {
		date := l.LongDate(entry.ModTime.Local())
		if entry.IsDir {
			return l.T("screen.details.changed", "Date", date)
		}
		return l.T("screen.details.file", "Size", l.ExactSize(entry.Size), "Date", date)
	})
}

// copyLocalPaths puts the paths of what is selected on the clipboard.
func (m *Model) copyLocalPaths() tea.Cmd {
	paths := m.selectedLocal()
	lines := make([]string, len(paths))
	for i, path := range paths {
		lines[i] = local.Host(path)
	}
	switch len(lines) {
	case 0:
		return nil
	case 1:
		return m.external.Copy(lines[0], dialog.Say("clipboard.path", "Path", lines[0]))
	}
	return m.external.Copy(strings.Join(lines, "\n"), dialog.SayN("clipboard.paths", len(lines)))
}
