package here

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

// maxName is the maximum length of a name that the user types, in characters.
const maxName = 255

// Commands returns the commands for the files of this computer, in the order of the help.
func (h *Here) Commands() []command.Command {
	return []command.Command{
		{Name: "drive.local_upload", Help: "panes.keys.up", Keys: []string{"u"}, In: command.Local, Group: command.LocalGroup, Online: true, Run: command.Do(h.Upload)},
		{Name: "drive.local_mkdir", Help: "screen.keys.folder", Keys: []string{"n"}, In: command.Local, Group: command.LocalGroup, Run: command.Just(h.askFolder)},
		{Name: "drive.local_rename", Help: "panes.keys.rename", Keys: []string{"r"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(h.askRename)},
		{Name: "drive.local_remove", Help: "panes.keys.remove", Keys: []string{"x", "delete"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(h.trash)},
		{Name: "drive.local_go", Help: "path.go.key", Keys: []string{"ctrl+g"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(h.askWhere)},
		{Name: "drive.local_properties", Help: "screen.keys.details", Keys: []string{"i"}, In: command.Local, Group: command.LocalGroup, Run: command.Just(h.properties)},
		{Name: "drive.local_copy_path", Help: "clipboard.key", Keys: []string{"y"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(h.copyPaths)},
	}
}

// startMsg is the answer of a dialog that starts a batch.
type startMsg struct{ batch *change.Batch }

// selection returns the marked entries of all folders or, if none is marked, the one under
// the cursor.
func (h *Here) selection() []wire.Found {
	selection := h.Pane.Selection()
	return selection.Found()
}

// Upload adds the selection to the transfers, into the folder of the drive that is
// shown.
func (h *Here) Upload() tea.Cmd {
	var picks []dialog.Pick
	for _, one := range h.selection() {
		picks = append(picks, dialog.Pick{Path: local.Host(one.Path), Folder: one.Entry.IsDir})
	}
	cmd, added := h.Host.Upload(picks)
	if added > 0 {
		h.Pane.Unmark()
	}
	return cmd
}

// askFolder asks for the name of a new folder.
func (h *Here) askFolder() {
	folder := h.Pane.Path()
	h.Dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: locale.Say("screen.mkdir.title"),
		Label: locale.Say("screen.mkdir.label", "Path", local.Shorten(local.Host(folder))),
		Limit: maxName, Act: "keys.create",
		Check: func(name string) locale.Words { return h.checkName(folder, name) },
		Answer: func(name string) tea.Msg {
			return startMsg{&change.Batch{
				Kind: change.Making, Side: change.Here, Folder: folder, Focus: wire.Name(name),
				Steps: []change.Step{change.MakeHere(local.Join(folder, wire.Name(name)))},
			}}
		},
	}))
}

// checkName returns why a folder cannot have a new entry of this name, and nil when it
// can.
func (h *Here) checkName(folder wire.Path, name string) locale.Words {
	switch {
	case name == "":
		return locale.Say("screen.mkdir.empty")
	case local.CheckName(name) != nil:
		return locale.Say("problem.bad_name")
	case folder == h.Pane.Path() && h.Pane.Has(wire.Name(name)):
		return locale.Say("screen.mkdir.exists")
	}
	return nil
}

// askRename asks for the new name of the selected file. For several files it opens the
// names in the user's editor.
func (h *Here) askRename() tea.Cmd {
	items := h.selection()
	switch len(items) {
	case 0:
		return nil
	case 1:
		h.askName(items[0])
		return nil
	}
	for _, one := range items { // some systems allow line breaks, which would be two names in the editor
		if strings.ContainsAny(string(one.Entry.Name), "\r\n") {
			h.Host.Say(true, locale.Say("panes.rename.break", "Name", one.Entry.Name))
			return nil
		}
	}
	return h.Host.RenameMany(change.Here, items)
}

// askName asks for another name of one file.
func (h *Here) askName(one wire.Found) {
	folder, old := local.Dir(one.Path), one.Entry.Name
	h.Dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: locale.Say("panes.rename.title"),
		Label: locale.Say("panes.rename.label", "Name", old),
		Value: string(old), Limit: maxName, Act: "panes.keys.rename",
		Check: func(name string) locale.Words {
			if wire.Name(name) == old {
				return nil
			}
			return h.checkName(folder, name)
		},
		Answer: func(name string) tea.Msg {
			if wire.Name(name) == old {
				return nil
			}
			return startMsg{&change.Batch{
				Kind: change.Renaming, Side: change.Here, Marked: true, Folder: folder, Focus: wire.Name(name),
				Steps: []change.Step{change.RenameHere(one.Path, local.Join(folder, wire.Name(name)))},
			}}
		},
	}))
}

// trash moves the selection to the trash, without a question, because undo restores it.
func (h *Here) trash() tea.Cmd {
	var steps []change.Step
	for _, one := range h.selection() {
		steps = append(steps, change.TrashHere(one.Path))
	}
	if len(steps) == 0 {
		return nil
	}
	return h.Host.Start(&change.Batch{Kind: change.Removing, Side: change.Here, Marked: true, Steps: steps})
}

// properties describes the entry under the cursor.
func (h *Here) properties() {
	if entry, ok := h.Pane.Current(); ok {
		h.describe(entry)
	}
}

// describe shows the facts of an entry of the folder shown.
func (h *Here) describe(entry wire.Entry) {
	place := locale.Say("screen.details.folder", "Path", local.Shorten(local.Host(h.Pane.Path())))
	h.Dialogs.Push(dialog.NewMessage(locale.Quote(string(entry.Name)), place, func(l *locale.Locale) string {
		date := l.LongDate(entry.ModTime.Local())
		if entry.IsDir {
			return l.T("screen.details.changed", "Date", date)
		}
		return l.T("screen.details.file", "Size", l.ExactSize(entry.Size), "Date", date)
	}))
}

// copyPaths puts the paths of the selection on the clipboard, one per line.
func (h *Here) copyPaths() tea.Cmd {
	var lines []string
	for _, one := range h.selection() {
		lines = append(lines, local.Host(one.Path))
	}
	switch len(lines) {
	case 0:
		return nil
	case 1:
		return h.Host.Copy(lines[0], locale.Say("clipboard.path", "Path", lines[0]))
	}
	return h.Host.Copy(strings.Join(lines, "\n"), locale.SayN("clipboard.paths", len(lines)))
}
