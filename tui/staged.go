package tui

import (
	"cmp"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// stagedMsg brings the unfinished uploads that the server holds.
type stagedMsg struct {
	list  *dialog.List
	reply wire.UploadsReply
	err   error
}

// dropMsg is the answer that staged uploads are to be dropped, droppedMsg how
// that ended.
type (
	dropMsg struct {
		list *dialog.List
		ids  []wire.UploadID
	}
	droppedMsg struct {
		list *dialog.List
		err  error
	}
)

// stagedDo is what can be done with a staged upload.
type stagedDo struct{}

// askStaged shows what uploads have left on the server: it counts in the quota
// until it is finished, dropped or expired.
func (m *Model) askStaged() tea.Cmd {
	discard := dialog.NewButton("d", "staged.discard", stagedDo{})
	discardAll := dialog.NewButton("x", "staged.discard_all", stagedDo{})
	discard.Danger, discardAll.Danger = true, true
	list := dialog.NewList(
		dialog.Say("staged.title"), dialog.Say("staged.asking"),
		dialog.ListButton{Button: dialog.NewButton("c", "staged.close", nil), Close: true},
		dialog.ListButton{Button: discard},
		dialog.ListButton{Button: discardAll, All: true},
	)
	m.dialogs.Push(list)
	return m.listStaged(list)
}

func (m *Model) listStaged(list *dialog.List) tea.Cmd {
	d := m.drive
	return func() tea.Msg {
		reply, err := d.session.Client().Uploads(d.ctx, wire.UploadsArgs{})
		return stagedMsg{list, reply, err}
	}
}

// apply shows the answer, what expires first above.
func (msg stagedMsg) apply(m *Model) tea.Cmd {
	if msg.err != nil {
		msg.list.SetRows(nil)
		msg.list.SetEmpty(func(*locale.Locale) string { return m.explain(msg.err) })
		return nil
	}
	slices.SortFunc(msg.reply.Uploads, func(a, b wire.Upload) int {
		return cmp.Or(a.Expires.Compare(b.Expires), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Upload, b.Upload))
	})
	rows := make([]dialog.Row, 0, len(msg.reply.Uploads))
	for _, u := range msg.reply.Uploads {
		rows = append(rows, m.stagedRow(u))
	}
	msg.list.SetRows(rows)
	msg.list.SetEmpty(dialog.Say("staged.none"))
	if msg.reply.More {
		msg.list.SetNote(dialog.Say("staged.more"))
	}
	return nil
}

func (m *Model) stagedRow(u wire.Upload) dialog.Row {
	return dialog.Row{
		Item: u,
		Name: string(u.Path),
		Facts: []dialog.Words{
			func(l *locale.Locale) string { return l.Part(u.Received, u.Size) },
			func(l *locale.Locale) string {
				if m.uploading(u.Path) {
					return l.T("staged.mine")
				}
				return l.T("staged.begun", "Ago", l.Ago(u.Begun, m.now))
			},
			func(l *locale.Locale) string { return l.T("staged.expires", "Date", l.Day(u.Expires.Local())) },
		},
		Note: func(l *locale.Locale) string { return l.T("staged.facts", "Size", l.Size(u.Size)) },
	}
}

// uploading reports whether a transfer of this run is at a path.
func (m *Model) uploading(path wire.Path) bool {
	return m.drive != nil && slices.ContainsFunc(m.drive.snapshot.Transfers, func(t transfer.Transfer) bool {
		return t.Direction == transfer.Upload && t.Remote == path && !t.State.Ended()
	})
}

// chosen asks before one upload or all are dropped; what is being uploaded
// is among all of them only when there is nothing else.
func (stagedDo) chosen(m *Model, chosen dialog.ListChosen) tea.Cmd {
	var uploads []wire.Upload
	if one, ok := chosen.Item.(wire.Upload); ok {
		uploads = append(uploads, one)
	} else {
		var mine []wire.Upload
		for _, item := range chosen.List.Items() {
			u := item.(wire.Upload) //nolint:forcetypeassert // stagedRow made them
			if m.uploading(u.Path) {
				mine = append(mine, u)
			} else {
				uploads = append(uploads, u)
			}
		}
		if len(uploads) == 0 {
			uploads = mine
		}
	}
	var arrived int64
	ids := make([]wire.UploadID, len(uploads))
	for i, u := range uploads {
		ids[i] = u.Upload
		arrived += u.Received
	}
	act := dialog.NewButton("d", "staged.discard", dropMsg{chosen.List, ids})
	act.Danger = true
	lost := func(l *locale.Locale) string { return l.T("staged.lost", "Size", l.Size(arrived)) }
	m.dialogs.Push(dialog.NewConfirm(sure(len(ids), "staged.sure_one", string(uploads[0].Path), "staged.sure"), []dialog.Words{lost}, act))
	return nil
}

// apply drops staged uploads one after the other. One that is gone is dropped.
func (msg dropMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if d == nil {
		return nil
	}
	return func() tea.Msg {
		var failed error
		for _, id := range msg.ids {
			err := d.session.Client().Discard(d.ctx, id)
			if err != nil && !errors.Is(err, wire.NotFound) {
				failed = err
				if _, refused := errors.AsType[*wire.Error](err); !refused {
					break // the connection is lost
				}
			}
		}
		return droppedMsg{msg.list, failed}
	}
}

// apply shows what is left, in the list if it is still open.
func (msg droppedMsg) apply(m *Model) tea.Cmd {
	if m.drive == nil {
		return nil
	}
	m.remote.UsageChanged()
	words := dialog.Words(nil)
	if msg.err != nil {
		words = func(*locale.Locale) string { return m.explain(msg.err) }
	}
	msg.list.SetNote(words)
	return tea.Batch(m.listStaged(msg.list), m.remote.Tick(), m.tick())
}
