package tui

import (
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/locale"
)

// drafts is where texts lie until the server has them.
func (o Options) drafts() *draft.Store {
	return draft.NewStore(filepath.Join(o.Keeper.Dir(), "drafts"))
}

// editsLeft are texts of former runs that never reached the server, and the
// list that asks about them.
type editsLeft struct {
	drive *drive
	edits []*edit
	list  *dialog.List
}

// draftsMsg brings what former runs have left.
type draftsMsg struct {
	drive  *drive
	editor string
	left   []*draft.Draft
}

// recallEdits looks for texts of this user on this server.
func (m *Model) recallEdits(d *drive) tea.Cmd {
	o := m.Options
	return func() tea.Msg {
		left, err := o.drafts().Left(d.origin)
		if err != nil && o.Log != nil {
			o.Log.Warn("look for drafts", "error", err)
		}
		if len(left) == 0 {
			return nil
		}
		editor, err := o.findEditor()
		if err != nil {
			editor = usualEditors[false][0] // who edits again is told that there is none
		}
		return draftsMsg{d, editor, left}
	}
}

// apply asks what becomes of them.
func (msg draftsMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return func() tea.Msg {
			for _, d := range msg.left {
				_ = d.Keep() // for the next time
			}
			return nil
		}
	}
	left := &editsLeft{drive: msg.drive}
	for _, d := range msg.left {
		left.edits = append(left.edits, &edit{drive: msg.drive, draft: d, path: d.Path, editor: msg.editor})
	}
	button := func(key, label string, step editStep) dialog.ListButton {
		return dialog.ListButton{Button: dialog.NewButton(key, label, leftDo{left, step})}
	}
	discard := button("d", "edit.discard", dropEdit)
	discard.Danger = true
	left.list = dialog.NewList(
		func(l *locale.Locale) string { return l.N("edit.left.title", len(left.edits)) }, dialog.Say("edit.left.none"),
		button("s", "edit.send", sendEdit), button("e", "edit.again", openEdit), discard,
		dialog.ListButton{Button: dialog.NewButton("l", "edit.left.later", nil), Close: true},
	)
	left.list.SetRows(m.leftRows(left))
	return m.dialogs.PushUnasked(left.list)
}

func (m *Model) leftRows(left *editsLeft) []dialog.Row {
	var rows []dialog.Row
	for _, e := range left.edits {
		rows = append(rows, dialog.Row{
			Item: e, Name: string(e.path),
			Facts: []dialog.Words{func(l *locale.Locale) string { return l.T("edit.left.stopped", "Ago", l.Ago(e.draft.Begun, m.now)) }},
			Note:  dialog.Say("edit.left.path", "Path", shorten(e.draft.File())),
		})
	}
	return rows
}

// leftDo is what can be done with a text that was left.
type leftDo struct {
	left *editsLeft
	step editStep
}

// chosen goes on with a text. What becomes of it is asked and said as if it had
// just been written.
func (do leftDo) chosen(m *Model, chosen dialog.ListChosen) tea.Cmd {
	e, ok := chosen.Item.(*edit)
	if !ok {
		return nil
	}
	do.left.edits = slices.DeleteFunc(do.left.edits, func(other *edit) bool { return other == e })
	do.left.list.SetRows(m.leftRows(do.left))
	if len(do.left.edits) == 0 {
		m.dialogs.Close(do.left.list)
	}
	return editDo{e, do.step}.apply(m)
}
