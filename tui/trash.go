package tui

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/remote"
	"wangpan/wire"
)

// trashedMsg brings what is in the trash.
type trashedMsg struct {
	drive *drive
	list  *dialog.List
	reply wire.TrashReply
	err   error
}

// mostTrashed is from how many items on no others are asked for.
const mostTrashed = 5000

// trashDo is what can be done with what is in the trash.
type trashDo int

const (
	restoreItem trashDo = iota
	restoreElsewhere
	purgeItem
	purgeAll
)

// askTrash shows what was removed or replaced, the newest first.
func (m *Model) askTrash() tea.Cmd {
	list := dialog.NewList(
		dialog.Say("act.trash.title"), dialog.Say("staged.asking"),
		dialog.ListButton{Button: dialog.NewButton("r", "act.trash.restore", restoreItem)},
		dialog.ListButton{Button: dialog.NewButton("t", "act.trash.restore_to", restoreElsewhere)},
		dialog.ListButton{Button: dialog.NewDanger("p", "act.trash.purge", purgeItem)},
		dialog.ListButton{Button: dialog.NewDanger("e", "act.trash.empty", purgeAll), All: true},
		dialog.ListButton{Button: dialog.NewButton("c", "staged.close", nil), Close: true},
	)
	m.dialogs.Push(list)
	m.drive.trash = list
	return m.listTrash()
}

// refreshTrash fills the list of the trash anew, if it is open.
func (m *Model) refreshTrash() tea.Cmd {
	if m.drive.trash == nil || !m.dialogs.Holds(m.drive.trash) {
		return nil
	}
	return m.listTrash()
}

func (m *Model) listTrash() tea.Cmd {
	d := m.drive
	list := d.trash
	return func() tea.Msg {
		items, more, err := d.session.Client().WholeTrash(d.ctx, mostTrashed)
		return trashedMsg{d, list, wire.TrashReply{Items: items, More: more}, err}
	}
}

func (msg trashedMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return nil
	}
	if msg.err != nil {
		msg.list.SetRows(nil)
		msg.list.SetEmpty(m.because(msg.err))
		return nil
	}
	rows := make([]dialog.Row, len(msg.reply.Items))
	for i, item := range msg.reply.Items {
		rows[i] = m.trashRow(item)
	}
	msg.list.SetRows(rows)
	msg.list.SetEmpty(dialog.Say("act.trash.none"))
	msg.list.SetNote(nil)
	if msg.reply.More {
		msg.list.SetNote(dialog.SayN("act.trash.more", len(rows)))
	}
	return nil
}

func (m *Model) trashRow(item wire.Item) dialog.Row {
	why := "act.trash.removed"
	if item.Replaced {
		why = "act.trash.replaced"
	}
	name := string(item.Path)
	if item.IsDir {
		name += "/"
	}
	return dialog.Row{
		Item: item,
		Name: name,
		Facts: []dialog.Words{
			func(l *locale.Locale) string { return l.Size(sizeOf(item)) },
			func(l *locale.Locale) string { return l.T(why, "Ago", l.Ago(item.Since, m.now)) },
		},
		Note: func(l *locale.Locale) string {
			until := l.T("act.trash.until", "Date", l.Date(item.Expires.Local()))
			if item.IsDir && !item.Uncounted {
				return l.N("act.trash.files", int(item.Files)) + " " + until
			}
			return until
		},
	}
}

// chosen restores an item, or asks before any is deleted for good.
func (do trashDo) chosen(m *Model, chosen dialog.ListChosen) tea.Cmd {
	item, one := chosen.Item.(wire.Item)
	switch {
	case do == purgeAll:
		m.askEmpty(len(chosen.List.Items()))
	case !one:
	case do == restoreItem:
		return m.restore(item, item.Path)
	case do == restoreElsewhere:
		return m.askRestore(item)
	case do == purgeItem:
		m.askPurge(item)
	}
	return nil
}

func (m *Model) restore(item wire.Item, to wire.Path) tea.Cmd {
	return fromChanges(m.changes.Start(&change.Batch{Kind: change.Restoring, Steps: []change.Step{change.Restore(item, to)}}))
}

// restoreToMsg is the answer where an item of the trash is to go.
type restoreToMsg struct {
	prompt *dialog.PathPrompt
	item   wire.Item
	to     wire.Path
}

func (m *Model) askRestore(item wire.Item) tea.Cmd {
	return m.remote.AskPath(remote.PathQuestion{
		Title:  func(l *locale.Locale) string { return l.T("act.restore.to", "Name", item.Path.Base()) },
		Label:  dialog.Say("act.restore.folder"),
		Act:    "act.trash.restore",
		Answer: func(p *dialog.PathPrompt, path wire.Path) tea.Msg { return restoreToMsg{p, item, path} },
	})
}

func (msg restoreToMsg) apply(m *Model) tea.Cmd {
	to, err := msg.to.Join(string(msg.item.Path.Base()))
	if err != nil {
		msg.prompt.Refuse(m.because(err))
		return nil
	}
	if !m.dialogs.Close(msg.prompt) {
		return nil
	}
	return m.restore(msg.item, to)
}

// askPurge asks before an item is deleted for good.
func (m *Model) askPurge(item wire.Item) {
	var body []dialog.Words
	if item.IsDir && !item.Uncounted {
		body = append(body, dialog.SayN("act.trash.files", int(item.Files)))
	}
	if item.Uncounted {
		body = append(body, dialog.Say("act.purge.uncounted"))
	} else {
		body = append(body, func(l *locale.Locale) string { return l.T("act.purge.size", "Size", l.Size(item.Size)) })
	}
	body = append(body, dialog.Say("act.purge.no_way_back"))
	act := dialog.NewDanger("d", "act.trash.purge", startMsg{
		&change.Batch{Kind: change.Purging, Steps: []change.Step{change.Purge(item)}, Final: true},
	})
	m.dialogs.Push(dialog.NewConfirm(dialog.Say("act.purge.sure", "Name", item.Path.Base()), body, act))
}

// askEmpty asks before everything in the trash is deleted for good, also what the
// list does not show.
func (m *Model) askEmpty(listed int) {
	act := dialog.NewDanger("d", "act.trash.empty", startMsg{
		&change.Batch{Kind: change.Emptying, Steps: []change.Step{change.EmptyTrash()}, Final: true},
	})
	body := []dialog.Words{dialog.Say("act.purge.no_way_back")}
	if size := m.remote.Usage().Trash; size > 0 {
		body = append([]dialog.Words{func(l *locale.Locale) string { return l.T("act.purge.size", "Size", l.Size(size)) }}, body...)
	}
	title := dialog.SayN("act.purge.all", listed)
	if listed >= mostTrashed { // there may be more than those
		title = dialog.Say("act.purge.whole")
	}
	m.dialogs.Push(dialog.NewConfirm(title, body, act))
}

// sizeOf returns the bytes of an item, and -1 while the server has not counted them.
func sizeOf(item wire.Item) int64 {
	if item.Uncounted {
		return -1
	}
	return item.Size
}
