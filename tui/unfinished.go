package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/queue"
	"wangpan/tui/session"
	"wangpan/tui/transfer"
)

// earlier are the unfinished transfers of this user on this server that are not
// in the queue: of earlier runs, and those that only a partial is left of.
type earlier struct {
	left    []*transfer.Unfinished
	list    *dialog.List // open, or nil
	surveys int          // the number of the latest survey; the result of another one is late
}

// surveyWhy is what a survey is made for.
type surveyWhy int

const (
	atStart  surveyWhy = iota
	forList            // the user asked for the list
	afterEnd           // a download has ended that may have left a partial
)

// surveyMsg brings the unfinished transfers.
type surveyMsg struct {
	drive  *drive
	number int
	why    surveyWhy
	found  []transfer.Unfinished
}

// earlierDo is what can be done with an unfinished transfer.
type earlierDo int

const (
	resumeEarlier earlierDo = iota
	discardEarlier
)

// survey finds the unfinished transfers: in the journal, and in the folders that
// downloads were written to.
func (m *Model) survey(why surveyWhy) tea.Cmd {
	d, keeper, now := m.drive, m.Keeper, m.now
	folders := []transfer.Folder{{Path: m.downloads().folder}}
	if shown := m.localFolder(); shown != "" && shown != folders[0].Path {
		folders = append(folders, transfer.Folder{Path: shown})
	}
	d.earlier.surveys++
	number := d.earlier.surveys
	return func() tea.Msg {
		wrote, err := keeper.Wrote()
		if err != nil && m.Log != nil {
			m.Log.Warn("read the folders of downloads", "error", err)
		}
		for _, w := range wrote {
			folders = append(folders, transfer.Folder(w))
		}
		found := d.queue.Survey(d.ctx, folders)
		m.forgetClean(found.Clean, now)
		return surveyMsg{d, number, why, found.Unfinished}
	}
}

// forgetClean forgets folders without partials.
func (m *Model) forgetClean(clean []transfer.Folder, now time.Time) {
	folders := make([]session.WroteTo, len(clean))
	for i, folder := range clean {
		folders[i] = session.WroteTo(folder)
	}
	if err := m.Keeper.ForgetWrote(folders, now); err != nil && m.Log != nil {
		m.Log.Warn("forget the folders of downloads", "error", err)
	}
}

// wroteTo returns the function that stores the folder that a download writes to.
func wroteTo(keeper *session.Keeper) func(transfer.Folder) error {
	return func(folder transfer.Folder) error { return keeper.WriteTo(session.WroteTo(folder), time.Now()) }
}

// apply shows the unfinished transfers. At the start the list opens by itself
// for those that were under way, unless the user is at something else.
func (msg surveyMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if msg.drive != d || msg.number != d.earlier.surveys {
		return nil
	}
	e := &d.earlier
	e.left = e.left[:0]
	underWay := false
	for i := range msg.found {
		u := &msg.found[i]
		if _, again := d.queue.Find(u.Job); !again { // else it was begun during the survey
			e.left = append(e.left, u)
			underWay = underWay || u.Recorded()
		}
	}
	m.showEarlier()
	switch {
	case msg.why == forList && len(e.left) == 0:
		m.say(false, dialog.Say("unfinished.none"))
	case m.dialogs.Len() > 0:
	case msg.why == forList:
		m.dialogs.Push(m.earlierList())
	case msg.why == atStart && underWay:
		return m.dialogs.PushUnasked(m.earlierList())
	}
	return nil
}

// askEarlier opens the list of the unfinished transfers, when they are known to
// be there at once, and looks for more.
func (m *Model) askEarlier() tea.Cmd {
	if len(m.drive.earlier.left) > 0 {
		m.dialogs.Push(m.earlierList())
	}
	return m.survey(forList)
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

// earlierRow shows how much of a transfer is done, and when it stopped.
func (m *Model) earlierRow(u *transfer.Unfinished) dialog.Row {
	arrow, from, to := m.theme.Glyph.Download, string(u.Job.Remote), shorten(u.Job.Local)
	if u.Job.Direction == transfer.Upload {
		arrow, from, to = m.theme.Glyph.Upload, to, from
	}
	ids := map[transfer.State]string{transfer.Paused: "unfinished.paused", transfer.Failed: "unfinished.failed"}
	id, special := ids[u.State]
	note := dialog.Say("unfinished.way", "From", from, "To", to)
	switch {
	case u.InUse:
		id, note = "unfinished.in_use", dialog.Say("unfinished.in_use_why", "To", to)
	case !special:
		id = "unfinished.stopped"
	}
	return dialog.Row{
		Item: u,
		Name: arrow + " " + nameOf(u),
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
		Note: note,
	}
}

// nameOf is what an unfinished transfer is called, as in the queue.
func nameOf(u *transfer.Unfinished) string { return queue.Name(&transfer.Transfer{Job: u.Job}) }

// chosen carries out what was chosen for one or for all. What another program
// is transferring is left alone.
func (do earlierDo) chosen(m *Model, chosen dialog.ListChosen) tea.Cmd {
	of := slices.Clone(m.drive.earlier.left)
	if one, ok := chosen.Item.(*transfer.Unfinished); ok {
		of = []*transfer.Unfinished{one}
	}
	of = slices.DeleteFunc(of, func(u *transfer.Unfinished) bool { return u.InUse })
	if len(of) == 0 {
		m.say(true, dialog.Say("unfinished.in_use_all"))
		return nil
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

// takenOver removes the transfers from the list that jobs have begun anew.
func (m *Model) takenOver(jobs []transfer.Job) {
	if len(m.drive.earlier.left) == 0 {
		return
	}
	begun := make(map[transfer.JobKey]bool, len(jobs))
	for _, job := range jobs {
		begun[job.Key()] = true
	}
	m.drive.earlier.left = slices.DeleteFunc(m.drive.earlier.left, func(u *transfer.Unfinished) bool { return begun[u.Job.Key()] })
	m.showEarlier()
}

// decided removes transfers from the list.
func (m *Model) decided(of []*transfer.Unfinished) {
	gone := make(map[*transfer.Unfinished]bool, len(of))
	for _, u := range of {
		gone[u] = true
	}
	m.drive.earlier.left = slices.DeleteFunc(m.drive.earlier.left, func(u *transfer.Unfinished) bool { return gone[u] })
	m.showEarlier()
}

// showEarlier shows the list as it is now. It closes when it is empty.
func (m *Model) showEarlier() {
	e := &m.drive.earlier
	m.transfers.SetEarlier(len(e.left))
	if e.list != nil {
		e.list.SetRows(m.earlierRows())
		if len(e.left) == 0 && m.dialogs.Top() == e.list {
			m.dialogs.Pop()
		}
	}
	if m.transfers.Empty() && m.focus == onTransfers {
		m.setFocus(onList)
	}
	m.layout()
}

func values(of []*transfer.Unfinished) []transfer.Unfinished {
	list := make([]transfer.Unfinished, len(of))
	for i, u := range of {
		list[i] = *u
	}
	return list
}
