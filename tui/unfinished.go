package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/queue"
	"wangpan/tui/transfer"
)

// earlier are the transfers of former runs, of this user on this server, that
// have not ended, as far as nobody has decided about them.
type earlier struct {
	left []*transfer.Unfinished
	list *dialog.List // open, or nil
}

// unfinishedMsg brings what the journal holds.
type unfinishedMsg struct {
	drive *drive
	left  []transfer.Unfinished
}

// earlierDo is what can be done with what is left of a former run.
type earlierDo int

const (
	resumeEarlier earlierDo = iota
	discardEarlier
)

// discardMsg is the answer that unfinished transfers are to be dropped.
type discardMsg struct{ of []*transfer.Unfinished }

// recall looks into the journal.
func (m *Model) recall(d *drive) tea.Cmd {
	if m.journal == nil {
		return nil
	}
	journal, origin := m.journal, d.origin
	return func() tea.Msg { return unfinishedMsg{d, journal.Unfinished(origin)} }
}

// apply asks what is to become of what is left, unless the person is at
// something else.
func (msg unfinishedMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if msg.drive != d || len(msg.left) == 0 {
		return nil
	}
	for i := range msg.left {
		d.earlier.left = append(d.earlier.left, &msg.left[i])
	}
	m.transfers.SetEarlier(len(d.earlier.left))
	m.layout()
	if m.dialogs.Len() > 0 {
		return nil
	}
	return m.dialogs.PushUnasked(m.earlierList())
}

// askEarlier opens the list of what is left.
func (m *Model) askEarlier() {
	if len(m.drive.earlier.left) == 0 {
		m.say(false, dialog.Say("unfinished.none"))
		return
	}
	m.dialogs.Push(m.earlierList())
}

func (m *Model) earlierList() *dialog.List {
	discard := dialog.NewButton("d", "unfinished.discard", discardEarlier)
	discardAll := dialog.NewButton("x", "unfinished.discard_all", discardEarlier)
	discard.Danger, discardAll.Danger = true, true
	e := &m.drive.earlier
	list := dialog.NewList(
		func(l *locale.Locale) string { return l.N("unfinished.title", len(e.left)) }, dialog.Say("unfinished.none"),
		dialog.ListButton{Button: dialog.NewButton("r", "unfinished.resume", resumeEarlier)},
		dialog.ListButton{Button: discard},
		dialog.ListButton{Button: dialog.NewButton("a", "unfinished.resume_all", resumeEarlier), All: true},
		dialog.ListButton{Button: discardAll, All: true},
		dialog.ListButton{Button: dialog.NewButton("l", "unfinished.later", nil), Close: true},
	)
	e.list = list
	list.SetRows(m.earlierRows())
	return list
}

func (m *Model) earlierRows() []dialog.Row {
	rows := make([]dialog.Row, 0, len(m.drive.earlier.left))
	for _, u := range m.drive.earlier.left {
		rows = append(rows, m.earlierRow(u))
	}
	return rows
}

// earlierRow tells how far a transfer came and when it stopped.
func (m *Model) earlierRow(u *transfer.Unfinished) dialog.Row {
	t := transfer.Transfer{Job: u.Job}
	arrow, from, to := m.theme.Glyph.Download, string(u.Job.Remote), shorten(u.Job.Local)
	if u.Job.Direction == transfer.Upload {
		arrow, from, to = m.theme.Glyph.Upload, to, from
	}
	ids := map[transfer.State]string{transfer.Paused: "unfinished.paused", transfer.Failed: "unfinished.failed"}
	id, special := ids[u.State]
	if !special {
		id = "unfinished.stopped"
	}
	return dialog.Row{
		Item: u,
		Name: arrow + " " + queue.Name(&t),
		Facts: []dialog.Words{
			func(l *locale.Locale) string {
				if u.Size <= 0 {
					return ""
				}
				return l.Percent(float64(u.Done) / float64(u.Size))
			},
			func(l *locale.Locale) string {
				if u.Size <= 0 {
					return ""
				}
				return l.Part(u.Done, u.Size)
			},
			func(l *locale.Locale) string { return l.T(id, "Ago", l.Ago(u.Stopped, m.now)) },
		},
		Note: dialog.Say("unfinished.way", "From", from, "To", to),
	}
}

// chosen carries out what was chosen for one or for all.
func (do earlierDo) chosen(m *Model, chosen dialog.ListChosen) tea.Cmd {
	of := slices.Clone(m.drive.earlier.left)
	if one, ok := chosen.Item.(*transfer.Unfinished); ok {
		of = []*transfer.Unfinished{one}
	}
	if do == discardEarlier {
		m.confirmDiscard(of)
		return nil
	}
	again := values(of)
	for i := range again {
		again[i].State = transfer.Queued // also what had been paused: it is asked for now
	}
	m.drive.queue.Continue(again...)
	m.decided(of)
	return m.sample()
}

func (m *Model) confirmDiscard(of []*transfer.Unfinished) {
	var arrived int64
	for _, u := range of {
		arrived += u.Done
	}
	act := dialog.NewButton("d", "unfinished.discard", discardMsg{of})
	act.Danger = true
	lost := func(l *locale.Locale) string { return l.T("unfinished.lost", "Size", l.Size(arrived)) }
	m.dialogs.Push(dialog.NewConfirm(
		dialog.SayN("unfinished.sure", len(of)), []dialog.Words{lost, dialog.Say("unfinished.no_way_back")}, act,
	))
}

func (msg discardMsg) apply(m *Model) tea.Cmd {
	if m.drive == nil {
		return nil
	}
	m.drive.queue.Drop(values(msg.of)...)
	m.drive.usage.old = true
	m.decided(msg.of)
	return m.tick()
}

// decided takes transfers off the list, which closes when it is empty.
func (m *Model) decided(of []*transfer.Unfinished) {
	e := &m.drive.earlier
	e.left = slices.DeleteFunc(e.left, func(u *transfer.Unfinished) bool { return slices.Contains(of, u) })
	m.transfers.SetEarlier(len(e.left))
	if e.list != nil {
		e.list.SetRows(m.earlierRows())
		if len(e.left) == 0 && m.dialogs.Top() == e.list {
			m.dialogs.Pop()
		}
	}
	if m.transfers.Empty() {
		m.setFocus(onList)
	}
	m.layout()
}

// supersede takes what was started anew and is done now off the list.
func (m *Model) supersede() {
	var done []*transfer.Unfinished
	for _, u := range m.drive.earlier.left {
		if slices.ContainsFunc(m.drive.snapshot.Transfers, func(t transfer.Transfer) bool {
			return t.State == transfer.Done && t.Direction == u.Job.Direction && t.Local == u.Job.Local && t.Remote == u.Job.Remote
		}) {
			done = append(done, u)
		}
	}
	if len(done) > 0 {
		m.drive.queue.Drop(values(done)...)
		m.decided(done)
	}
}

func values(of []*transfer.Unfinished) []transfer.Unfinished {
	list := make([]transfer.Unfinished, len(of))
	for i, u := range of {
		list[i] = *u
	}
	return list
}
