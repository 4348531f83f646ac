package transfers

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

// stagedMsg has the staged uploads of the account.
type stagedMsg struct {
	list  *dialog.List
	reply wire.UploadsReply
	err   error
}

// discardStagedMsg is the answer that discards staged uploads. discardedMsg is the result.
type (
	discardStagedMsg struct {
		list *dialog.List
		ids  []wire.UploadID
	}
	discardedMsg struct {
		list *dialog.List
		err  error
	}
)

// stagedDo marks the buttons of the list of staged uploads: all of them discard.
type stagedDo struct{}

// askStaged lists the uploads that are staged on the server. They count in the
// quota until they are finished, discarded or expired.
func (t *Transfers) askStaged() tea.Cmd {
	list := dialog.NewList(
		locale.Say("staged.title"), locale.Say("staged.asking"),
		dialog.ListButton{Button: dialog.NewButton("c", "staged.close", nil), Close: true},
		dialog.ListButton{Button: dialog.NewDanger("d", "staged.discard", stagedDo{})},
		dialog.ListButton{Button: dialog.NewDanger("x", "staged.discard_all", stagedDo{}), All: true},
	)
	t.Dialogs.Push(list)
	return t.listStaged(list)
}

func (t *Transfers) listStaged(list *dialog.List) tea.Cmd {
	d := t.drive
	return func() tea.Msg {
		reply, err := d.session.Client().Uploads(d.ctx, wire.UploadsArgs{})
		return stagedMsg{list, reply, err}
	}
}

// showStaged shows the uploads, the next to expire first.
func (t *Transfers) showStaged(msg stagedMsg) {
	if msg.err != nil {
		msg.list.SetRows(nil)
		msg.list.SetEmpty(func(*locale.Locale) string { return t.Host.Explain(msg.err) })
		return
	}
	slices.SortFunc(msg.reply.Uploads, func(a, b wire.Upload) int {
		return cmp.Or(a.Expires.Compare(b.Expires), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Upload, b.Upload))
	})
	rows := make([]dialog.Row, len(msg.reply.Uploads))
	for i, u := range msg.reply.Uploads {
		rows[i] = t.stagedRow(u)
	}
	msg.list.SetRows(rows)
	msg.list.SetEmpty(locale.Say("staged.none"))
	if msg.reply.More {
		msg.list.SetNote(locale.Say("staged.more"))
	}
}

func (t *Transfers) stagedRow(u wire.Upload) dialog.Row {
	return dialog.Row{
		Item: u,
		Name: string(u.Path),
		Facts: []locale.Words{
			func(l *locale.Locale) string { return l.Part(u.Received, u.Size) },
			func(l *locale.Locale) string {
				if t.uploading(u.Path) {
					return l.T("staged.mine")
				}
				return l.T("staged.begun", "Ago", l.Ago(u.Begun, t.Now()))
			},
			func(l *locale.Locale) string { return l.T("staged.expires", "Date", l.Day(u.Expires.Local())) },
		},
		Note: func(l *locale.Locale) string { return l.T("staged.facts", "Size", l.Size(u.Size)) },
	}
}

// uploading reports whether a transfer of this run uploads to a path.
func (t *Transfers) uploading(path wire.Path) bool {
	return slices.ContainsFunc(t.Pane.Snapshot().Transfers, func(one transfer.Transfer) bool {
		return one.Direction == transfer.Upload && one.Remote == path && !one.State.Ended()
	})
}

// confirmDiscardStaged asks before one upload or all are discarded. "All" leaves out the
// uploads of this run, unless there are no others.
func (t *Transfers) confirmDiscardStaged(c dialog.ListChosen) {
	var uploads, mine []wire.Upload
	if one, ok := c.Item.(wire.Upload); ok {
		uploads = []wire.Upload{one}
	} else {
		for _, item := range c.List.Items() {
			u := item.(wire.Upload) //nolint:forcetypeassert // stagedRow made them
			if t.uploading(u.Path) {
				mine = append(mine, u)
			} else {
				uploads = append(uploads, u)
			}
		}
		if len(uploads) == 0 {
			uploads = mine
		}
	}
	var received int64
	ids := make([]wire.UploadID, len(uploads))
	for i, u := range uploads {
		ids[i] = u.Upload
		received += u.Received
	}
	t.Dialogs.Push(dialog.NewConfirm(
		sure(len(ids), "staged.sure_one", string(uploads[0].Path), "staged.sure"),
		[]locale.Words{func(l *locale.Locale) string { return l.T("staged.lost", "Size", l.Size(received)) }},
		dialog.NewDanger("d", "staged.discard", discardStagedMsg{c.List, ids}),
	))
}

// discardStaged discards staged uploads one after the other. An upload that no longer
// exists counts as discarded.
func (t *Transfers) discardStaged(msg discardStagedMsg) tea.Cmd {
	d := t.drive
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
		return discardedMsg{msg.list, failed}
	}
}

// stagedDiscarded lists the remaining uploads.
func (t *Transfers) stagedDiscarded(msg discardedMsg) tea.Cmd {
	if t.drive == nil {
		return nil
	}
	msg.list.SetNote(nil)
	if msg.err != nil {
		msg.list.SetNote(func(*locale.Locale) string { return t.Host.Explain(msg.err) })
	}
	return tea.Batch(t.listStaged(msg.list), t.Host.Sampled(true))
}
