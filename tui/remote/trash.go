package remote

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// trashedMsg has the items of the trash.
type trashedMsg struct {
	visit *visit
	list  *dialog.List
	reply wire.TrashReply
	err   error
}

// maxTrashed is how many items the list requests; it may get one page more.
const maxTrashed = 5000

// trashDo is the action of a button of the list of the trash.
type trashDo int

const (
	restoreItem trashDo = iota
	restoreElsewhere
	purgeItem
	purgeAll
)

// askTrash opens the list of removed and replaced files, the newest first.
func (r *Remote) askTrash() tea.Cmd {
	list := dialog.NewList(
		locale.Say("act.trash.title"), locale.Say("staged.asking"),
		dialog.ListButton{Button: dialog.NewButton("r", "act.trash.restore", restoreItem)},
		dialog.ListButton{Button: dialog.NewButton("t", "act.trash.restore_to", restoreElsewhere)},
		dialog.ListButton{Button: dialog.NewDanger("p", "act.trash.purge", purgeItem)},
		dialog.ListButton{Button: dialog.NewDanger("e", "act.trash.empty", purgeAll), All: true},
		dialog.ListButton{Button: dialog.NewButton("c", "staged.close", nil), Close: true},
	)
	r.Dialogs.Push(list)
	r.visit.trash = list
	return r.listTrash()
}

// RefreshTrash lists the trash again if its dialog is open.
func (r *Remote) RefreshTrash() tea.Cmd {
	if r.visit == nil || r.visit.trash == nil || !r.Dialogs.Holds(r.visit.trash) {
		return nil
	}
	return r.listTrash()
}

func (r *Remote) listTrash() tea.Cmd {
	v := r.visit
	list := v.trash
	return func() tea.Msg {
		items, more, err := v.session.Client().WholeTrash(v.ctx, maxTrashed)
		return trashedMsg{v, list, wire.TrashReply{Items: items, More: more}, err}
	}
}

func (msg trashedMsg) apply(r *Remote) tea.Cmd {
	if msg.visit != r.visit {
		return nil
	}
	if msg.err != nil {
		msg.list.SetRows(nil)
		msg.list.SetEmpty(r.because(msg.err))
		return nil
	}
	rows := make([]dialog.Row, len(msg.reply.Items))
	for i, item := range msg.reply.Items {
		rows[i] = r.trashRow(item)
	}
	msg.list.SetRows(rows)
	msg.list.SetEmpty(locale.Say("act.trash.none"))
	msg.list.SetNote(nil)
	if msg.reply.More {
		msg.list.SetNote(locale.SayN("act.trash.more", len(rows)))
	}
	return nil
}

func (r *Remote) trashRow(item wire.Item) dialog.Row {
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
		Facts: []locale.Words{
			func(l *locale.Locale) string { return l.Size(sizeOf(item)) },
			func(l *locale.Locale) string { return l.T(why, "Ago", l.Ago(item.Since, r.Now())) },
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

// trashChosen restores an item, or asks before items are deleted.
func (r *Remote) trashChosen(do trashDo, chosen dialog.ListChosen) tea.Cmd {
	item, one := chosen.Item.(wire.Item)
	switch {
	case do == purgeAll:
		r.askEmpty(len(chosen.List.Items()))
	case !one:
	case do == restoreItem:
		return r.restore(item, item.Path)
	case do == restoreElsewhere:
		return r.askRestore(item)
	case do == purgeItem:
		r.askPurge(item)
	}
	return nil
}

func (r *Remote) restore(item wire.Item, to wire.Path) tea.Cmd {
	return r.Changes.Start(&change.Batch{Kind: change.Restoring, Steps: []change.Step{change.Restore(item, to)}})
}

// restoreToMsg is the answer to the question for a folder to restore an item to.
type restoreToMsg struct {
	prompt *dialog.PathPrompt
	item   wire.Item
	to     wire.Path
}

func (r *Remote) askRestore(item wire.Item) tea.Cmd {
	return r.askPath(pathQuestion{
		Title:  func(l *locale.Locale) string { return l.T("act.restore.to", "Name", item.Path.Base()) },
		Label:  locale.Say("act.restore.folder"),
		Act:    "act.trash.restore",
		Answer: func(p *dialog.PathPrompt, path wire.Path) tea.Msg { return restoreToMsg{p, item, path} },
	})
}

func (msg restoreToMsg) apply(r *Remote) tea.Cmd {
	to, err := msg.to.Join(string(msg.item.Path.Base()))
	if err != nil {
		msg.prompt.Refuse(r.because(err))
		return nil
	}
	if !r.Dialogs.Close(msg.prompt) {
		return nil
	}
	return r.restore(msg.item, to)
}

// askPurge asks before an item of the trash is deleted.
func (r *Remote) askPurge(item wire.Item) {
	var body []locale.Words
	if item.IsDir && !item.Uncounted {
		body = append(body, locale.SayN("act.trash.files", int(item.Files)))
	}
	if item.Uncounted {
		body = append(body, locale.Say("act.purge.uncounted"))
	} else {
		body = append(body, func(l *locale.Locale) string { return l.T("act.purge.size", "Size", l.Size(item.Size)) })
	}
	body = append(body, locale.Say("act.purge.no_way_back"))
	act := dialog.NewDanger("d", "act.trash.purge", batchMsg{
		&change.Batch{Kind: change.Purging, Steps: []change.Step{change.Purge(item)}, Final: true},
	})
	r.Dialogs.Push(dialog.NewConfirm(locale.Say("act.purge.sure", "Name", item.Path.Base()), body, act))
}

// askEmpty asks before all items of the trash are deleted, including those that the list
// does not show.
func (r *Remote) askEmpty(listed int) {
	act := dialog.NewDanger("d", "act.trash.empty", batchMsg{
		&change.Batch{Kind: change.Emptying, Steps: []change.Step{change.EmptyTrash()}, Final: true},
	})
	body := []locale.Words{locale.Say("act.purge.no_way_back")}
	if size := r.Usage().Trash; size > 0 {
		body = append([]locale.Words{func(l *locale.Locale) string { return l.T("act.purge.size", "Size", l.Size(size)) }}, body...)
	}
	title := locale.SayN("act.purge.all", listed)
	if listed >= maxTrashed { // the trash may have more items
		title = locale.Say("act.purge.whole")
	}
	r.Dialogs.Push(dialog.NewConfirm(title, body, act))
}

// sizeOf returns the bytes of an item, and -1 while the server has not counted them.
func sizeOf(item wire.Item) int64 {
	if item.Uncounted {
		return -1
	}
	return item.Size
}
