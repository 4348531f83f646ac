package edit

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// left has the drafts of earlier runs and the list dialog that asks about them.
type left struct {
	edits []*editing
	list  *dialog.List
}

// leftMsg has the drafts of earlier runs.
type leftMsg struct {
	session *session.Session
	editor  draft.Editor
	drafts  []*draft.Draft
}

// leftDo is the action of a button of the list.
type leftDo struct {
	left *left
	step step
}

// Recall returns the command that finds the drafts of earlier runs for this user and
// server. The feature then asks what to do with them.
func (f *Edit) Recall(s *session.Session) tea.Cmd {
	return func() tea.Msg {
		drafts, err := f.Store.Left(s.Origin())
		if err != nil && f.Log != nil {
			f.Log.Warn("look for drafts", "error", err)
		}
		if len(drafts) == 0 {
			return nil
		}
		editor, err := draft.FindEditor(f.Env)
		if err != nil {
			editor = "vi" // if it is missing, "edit again" shows the error
		}
		return leftMsg{s, editor, drafts}
	}
}

func (f *Edit) askLeft(msg leftMsg) tea.Cmd {
	of := new(left)
	for _, d := range msg.drafts {
		of.edits = append(of.edits, &editing{session: msg.session, draft: d, path: d.Path, editor: msg.editor})
	}
	if f.Host.Session() != msg.session {
		return func() tea.Msg {
			for _, e := range of.edits {
				e.keep()
			}
			return nil
		}
	}
	button := func(key, label string, do step) dialog.ListButton {
		return dialog.ListButton{Button: dialog.NewButton(key, label, leftDo{of, do})}
	}
	discard := button("d", "edit.discard", dropDraft)
	discard.Danger = true
	of.list = dialog.NewList(
		func(l *locale.Locale) string { return l.N("edit.left.title", len(of.edits)) }, locale.Say("edit.left.none"),
		button("s", "edit.send", send), button("e", "edit.again", openAgain), discard,
		dialog.ListButton{Button: dialog.NewButton("l", "edit.left.later", nil), Close: true},
	)
	of.list.SetRows(f.rows(of))
	return f.Dialogs.PushUnasked(of.list)
}

func (f *Edit) rows(of *left) (rows []dialog.Row) {
	for _, e := range of.edits {
		rows = append(rows, dialog.Row{
			Item: e, Name: string(e.path),
			Facts: []locale.Words{func(l *locale.Locale) string {
				return l.T("edit.left.stopped", "Ago", l.Ago(e.draft.Begun, time.Now()))
			}},
			Note: locale.Say("edit.left.path", "Path", f.Shorten(e.draft.File())),
		})
	}
	return rows
}

// chosen continues with the chosen draft as if its editor had just closed.
func (f *Edit) chosen(msg dialog.ListChosen) tea.Cmd {
	do, ok := msg.Do.(leftDo)
	e, is := msg.Item.(*editing)
	if !ok || !is {
		return nil
	}
	do.left.edits = slices.DeleteFunc(do.left.edits, func(other *editing) bool { return other == e })
	do.left.list.SetRows(f.rows(do.left))
	if len(do.left.edits) == 0 {
		f.Dialogs.Close(do.left.list)
	}
	return f.do(doMsg{e, do.step})
}
