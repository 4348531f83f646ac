package tui

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

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
		{Name: "drive.local_undo", Help: "panes.keys.undo", Keys: []string{"z"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(m.undoLocal)},
		{Name: "drive.local_go", Help: "path.go.key", Keys: []string{"ctrl+g"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(m.askLocalWhere)},
		{Name: "drive.local_properties", Help: "screen.keys.details", Keys: []string{"i"}, In: command.Local, Group: command.LocalGroup, Run: command.Just(m.localProperties)},
		{Name: "drive.local_copy_path", Help: "clipboard.key", Keys: []string{"y"}, In: command.Local, Group: command.LocalGroup, Run: command.Do(m.copyLocalPaths)},
	}
}

// localDoneMsg says how a change on this computer ended. What it says is said
// where nothing went wrong.
type localDoneMsg struct {
	folder wire.Path // that was changed
	seek   wire.Name // where the cursor goes in it
	said   dialog.Words
	undo   []undoLocal
	err    error
	rest   []wire.Path // what the trash does not take
	undone bool        // it was an undo
}

func (msg localDoneMsg) apply(m *Model) tea.Cmd {
	m.keepUndo(msg.undo...)
	some, partly := errors.AsType[*unrenamed](msg.err)
	var told tea.Cmd
	switch {
	case partly:
		told = m.tellUnrenamed(some, msg.undone)
	case msg.err != nil:
		m.say(true, func(l *locale.Locale) string { return l.T("panes.failed", "Why", m.explain(msg.err)) })
	case msg.said != nil:
		m.say(false, msg.said)
	}
	var next tea.Cmd
	if len(msg.rest) > 0 {
		next = m.askForGood(msg.rest)
	}
	if msg.undone {
		next = m.undoneLocal(msg.err)
	}
	pane := m.local.pane
	if msg.folder != pane.Path() {
		return tea.Batch(told, next)
	}
	if msg.seek != "" {
		pane.Seek(msg.seek)
	}
	return tea.Batch(told, next, asLocal(pane.Refresh()))
}

// askLocalFolder asks for the name of a new folder.
func (m *Model) askLocalFolder() {
	folder := m.local.pane.Path()
	m.dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: dialog.Say("screen.mkdir.title"),
		Label: dialog.Say("screen.mkdir.label", "Path", shorten(local.Host(folder))),
		Limit: longestName, Act: "keys.create",
		Check: func(name string) dialog.Words { return m.checkLocalName(folder, name) },
		Answer: func(name string) tea.Msg {
			return localChangeMsg{func() localDoneMsg {
				err := local.Mkdir(local.Join(folder, wire.Name(name)))
				return localDoneMsg{folder: folder, seek: wire.Name(name), said: dialog.Say("screen.mkdir.done", "Name", name), err: err}
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

// localChangeMsg asks for a change on this computer.
type localChangeMsg struct{ do func() localDoneMsg }

func (msg localChangeMsg) apply(*Model) tea.Cmd {
	return func() tea.Msg { return msg.do() }
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
	return slices.DeleteFunc(all, func(one picked) bool {
		for above := local.Dir(one.path); above != wire.Root; above = local.Dir(above) {
			if folders[above] {
				return true
			}
		}
		return false
	})
}

// trashLocal moves what is selected to the trash. Since it can be undone, there
// is no question before; what the trash does not take is asked about.
func (m *Model) trashLocal() tea.Cmd {
	paths := m.selectedLocal()
	if len(paths) == 0 {
		return nil
	}
	folder := m.local.pane.Path()
	m.local.pane.Unmark()
	ctx := m.ctx
	return func() tea.Msg {
		done := localDoneMsg{folder: folder}
		var gone []local.Trashed
		for _, path := range paths {
			if ctx.Err() != nil {
				break
			}
			trashed, err := local.Trash(path)
			switch {
			case errors.Is(err, local.ErrNoTrash):
				done.rest = append(done.rest, path)
			case err == nil:
				gone = append(gone, trashed)
			case done.err == nil:
				done.err = err
			}
		}
		if len(gone) > 0 {
			done.said = dialog.SayN("panes.trash", len(gone))
			if len(gone) == 1 {
				done.said = dialog.Say("panes.single.trash", "Name", gone[0].Path.Base())
			}
			done.undo = []undoLocal{untrash(gone)}
		}
		return done
	}
}

// namesShown is how many names a question lists.
const namesShown = 6

// askForGood asks about what the trash does not take. Whoever types something
// else by then answers nothing.
func (m *Model) askForGood(paths []wire.Path) tea.Cmd {
	var body []dialog.Words
	for _, path := range paths[:min(len(paths), namesShown)] {
		body = append(body, dialog.Quote(shorten(local.Host(path))))
	}
	if more := len(paths) - namesShown; more > 0 {
		body = append(body, dialog.SayN("panes.for_good.more", more))
	}
	folder := m.local.pane.Path()
	act := dialog.NewButton("d", "panes.for_good.act", localChangeMsg{func() localDoneMsg {
		gone, err := local.Remove(m.ctx, paths)
		return localDoneMsg{folder: folder, said: dialog.SayN("panes.for_good.done", gone), err: err}
	}})
	act.Danger = true
	return m.dialogs.PushUnasked(dialog.NewConfirm(dialog.SayN("panes.for_good.title", len(paths)), append(body, dialog.Say("panes.for_good.why")), act))
}

// undoLocal takes a change on this computer back.
type undoLocal struct {
	said dialog.Words
	do   func() error
}

// undoable is how many changes can be taken back.
const undoable = 50

func (m *Model) keepUndo(undo ...undoLocal) {
	kept := slices.Concat(m.local.undo, undo)
	m.local.undo = kept[max(len(kept)-undoable, 0):]
}

// untrash puts things back, as many as it can.
func untrash(gone []local.Trashed) undoLocal {
	said := dialog.SayN("panes.undone.trash", len(gone))
	if len(gone) == 1 {
		said = dialog.Say("panes.single.untrash", "Name", gone[0].Path.Base())
	}
	return undoLocal{said, func() error {
		var first error
		for _, t := range gone {
			if err := t.Restore(); err != nil && first == nil {
				first = err
			}
		}
		return first
	}}
}

// undoLocal undoes the last change on this computer. When there is none it undoes
// the last change in the drive: that may be an upload from this pane. Changes are
// undone one at a time, because each may need what the one after it brings back.
func (m *Model) undoLocal() tea.Cmd {
	if m.local.undoing {
		m.local.undoAgain++
		return nil
	}
	last := len(m.local.undo) - 1
	if last < 0 {
		return m.undo()
	}
	undo, folder := m.local.undo[last], m.local.pane.Path()
	m.local.undo = m.local.undo[:last]
	m.local.undoing = true
	return m.toItsEnd(func() localDoneMsg {
		err := undo.do()
		if errors.Is(err, fs.ErrNotExist) {
			err = errUndone
		}
		return localDoneMsg{folder: folder, said: undo.said, err: err, undone: true}
	})
}

// undoneLocal undoes what was asked for meanwhile, as long as that works.
func (m *Model) undoneLocal(err error) tea.Cmd {
	m.local.undoing = false
	again := m.local.undoAgain
	if err != nil || again == 0 {
		m.local.undoAgain = 0
		return nil
	}
	m.local.undoAgain = again - 1
	return m.undoLocal()
}

// errUndone means that something is no longer where a change has left it.
var errUndone = errors.New("it is no longer where it was")

// localProperties shows the facts of what is under the cursor.
func (m *Model) localProperties() {
	if entry, ok := m.local.pane.Current(); ok {
		m.localDetails(entry)
	}
}

func (m *Model) localDetails(entry wire.Entry) {
	place := dialog.Say("screen.details.folder", "Path", shorten(local.Host(m.local.pane.Path())))
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
		return m.copyText(lines[0], dialog.Say("clipboard.path", "Path", lines[0]))
	}
	return m.copyText(strings.Join(lines, "\n"), dialog.SayN("clipboard.paths", len(lines)))
}
