package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
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
	return m.renameMany(m.onComputer(), items)
}

// askLocalName asks for another name of one thing.
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
			return localRenameMsg{folder, old, wire.Name(name)}
		},
	}))
}

// localRenameMsg is the answer that one thing gets another name.
type localRenameMsg struct {
	folder    wire.Path
	old, name wire.Name
}

func (msg localRenameMsg) apply(m *Model) tea.Cmd {
	m.local.pane.Unmark()
	return func() tea.Msg { return renameLocal(msg.folder, msg.old, msg.name) }
}

func renameLocal(folder wire.Path, old, name wire.Name) localDoneMsg {
	done := localDoneMsg{folder: folder, seek: name, said: dialog.Say("panes.rename.done", "Old", old, "New", name)}
	if done.err = local.Rename(local.Join(folder, old), string(name)); done.err == nil {
		done.undo = []undoLocal{{said: dialog.Say("panes.undone.rename", "Name", old), do: func() error {
			return local.Rename(local.Join(folder, name), string(old))
		}}}
	}
	return done
}

// onComputer returns this computer's side.
func (m *Model) onComputer() side {
	l := &m.local
	return side{change.Here, l.pane, &l.typed, func(renames []change.Rename) tea.Msg { return localRenamesMsg{renames} }}
}

// localRenamesMsg is the answer that things of this computer get their new names.
type localRenamesMsg struct{ renames []change.Rename }

func (msg localRenamesMsg) apply(m *Model) tea.Cmd {
	l := &m.local
	l.typed = nil
	l.pane.Unmark()
	ctx, folder, key := m.ctx, l.pane.Path(), m.commands.Label("drive.local_undo")
	return m.toItsEnd(func() localDoneMsg {
		done, err := renameHere(ctx, msg.renames)
		if len(done) == 0 {
			return localDoneMsg{folder: folder, err: err}
		}
		return localDoneMsg{
			folder: folder, err: err, undo: undoRenames(ctx, done),
			said: func(l *locale.Locale) string {
				return l.T("act.undo_hint", "Done", l.N("act.rename.done", len(done), "Name", done[0].From.Base()), "Key", key)
			},
		}
	})
}

// toItsEnd is a change on this computer that the end of the program waits for.
func (m *Model) toItsEnd(do func() localDoneMsg) tea.Cmd {
	ended := make(chan localDoneMsg, 1)
	m.ending.Go(func() { ended <- do() })
	return func() tea.Msg { return <-ended }
}
