package transfers

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/queue"
	"wangpan/tui/session"
	"wangpan/tui/transfer"
)

// surveyReason is the reason for a survey.
type surveyReason int

const (
	atStart  surveyReason = iota
	forList               // the user asked for the list
	afterEnd              // a download has ended that may have left a partial
)

// surveyedMsg has the unfinished transfers that a survey found.
type surveyedMsg struct {
	drive  *drive
	number int
	reason surveyReason
	found  []transfer.Unfinished
}

// unfinishedDo is the action of a button of the list.
type unfinishedDo int

const (
	resumeUnfinished unfinishedDo = iota
	discardUnfinished
)

// survey finds the unfinished transfers: in the journal, and in the folders that
// downloads were written to.
func (t *Transfers) survey(reason surveyReason) tea.Cmd {
	d, keeper, now, log := t.drive, t.Keeper, t.Now(), t.Log
	folders := []transfer.Folder{{Path: t.DownloadFolder()}}
	if shown := t.Host.LocalFolder(); shown != "" && shown != folders[0].Path {
		folders = append(folders, transfer.Folder{Path: shown})
	}
	d.surveys++
	number := d.surveys
	return func() tea.Msg {
		wrote, err := keeper.Wrote()
		if err != nil {
			log.Warn("read the folders of downloads", "error", err)
		}
		for _, w := range wrote {
			folders = append(folders, transfer.Folder(w))
		}
		found := d.queue.Survey(d.ctx, folders)
		clean := make([]session.WroteTo, len(found.Clean))
		for i, folder := range found.Clean {
			clean[i] = session.WroteTo(folder)
		}
		if err := keeper.ForgetWrote(clean, now); err != nil {
			log.Warn("forget the folders without partials", "error", err)
		}
		return surveyedMsg{d, number, reason, found.Unfinished}
	}
}

// surveyed shows the unfinished transfers. At the start, their list opens unasked, unless
// another dialog is open or all of them are partials without a record in the journal.
func (t *Transfers) surveyed(msg surveyedMsg) tea.Cmd {
	d := t.drive
	if msg.drive != d || msg.number != d.surveys {
		return nil
	}
	d.unfinished = nil
	recorded := false
	for i := range msg.found {
		u := &msg.found[i]
		if _, queued := d.queue.Find(u.Job); !queued { // queued: it was added during the survey
			d.unfinished = append(d.unfinished, u)
			recorded = recorded || u.Recorded()
		}
	}
	cmd := t.showUnfinished()
	switch {
	case msg.reason == forList && len(d.unfinished) == 0:
		t.Host.Say(false, locale.Say("unfinished.none"))
	case !t.Dialogs.Empty():
	case msg.reason == forList:
		t.openUnfinished()
	case msg.reason == atStart && recorded:
		return tea.Batch(cmd, t.Dialogs.PushUnasked(t.unfinishedList()))
	}
	return cmd
}

// askUnfinished opens the list of the unfinished transfers of the last survey, and starts
// another survey.
func (t *Transfers) askUnfinished() tea.Cmd {
	if len(t.drive.unfinished) > 0 {
		t.openUnfinished()
	}
	return t.survey(forList)
}

func (t *Transfers) openUnfinished() { t.Dialogs.Push(t.unfinishedList()) }

func (t *Transfers) unfinishedList() *dialog.List {
	d := t.drive
	d.list = dialog.NewList(
		func(l *locale.Locale) string { return l.N("unfinished.title", len(d.unfinished)) }, locale.Say("unfinished.none"),
		dialog.ListButton{Button: dialog.NewButton("r", "unfinished.resume", resumeUnfinished)},
		dialog.ListButton{Button: dialog.NewDanger("d", "unfinished.discard", discardUnfinished)},
		dialog.ListButton{Button: dialog.NewButton("a", "unfinished.resume_all", resumeUnfinished), All: true},
		dialog.ListButton{Button: dialog.NewDanger("x", "unfinished.discard_all", discardUnfinished), All: true},
		dialog.ListButton{Button: dialog.NewButton("l", "unfinished.later", nil), Close: true},
	)
	t.fillUnfinished()
	return d.list
}

func (t *Transfers) fillUnfinished() {
	rows := make([]dialog.Row, len(t.drive.unfinished))
	for i, u := range t.drive.unfinished {
		rows[i] = t.unfinishedRow(u)
	}
	t.drive.list.SetRows(rows)
}

// unfinishedRow shows how much of a transfer is done, and when it stopped.
func (t *Transfers) unfinishedRow(u *transfer.Unfinished) dialog.Row {
	arrow, from, to := t.Theme.Glyph.Download, string(u.Job.Remote), local.Shorten(u.Job.Local)
	if u.Job.Direction == transfer.Upload {
		arrow, from, to = t.Theme.Glyph.Upload, to, from
	}
	id, note := "unfinished.stopped", locale.Say("unfinished.way", "From", from, "To", to)
	switch {
	case u.InUse:
		id, note = "unfinished.in_use", locale.Say("unfinished.in_use_why", "To", to)
	case u.State == transfer.Paused:
		id = "unfinished.paused"
	case u.State == transfer.Failed:
		id = "unfinished.failed"
	}
	part := func(words func(l *locale.Locale) string) locale.Words {
		return func(l *locale.Locale) string {
			if u.Size <= 0 {
				return ""
			}
			return words(l)
		}
	}
	return dialog.Row{
		Item: u,
		Name: arrow + " " + nameOf(u),
		Facts: []locale.Words{
			part(func(l *locale.Locale) string { return l.Percent(float64(u.Done) / float64(u.Size)) }),
			part(func(l *locale.Locale) string { return l.Part(u.Done, u.Size) }),
			func(l *locale.Locale) string { return l.T(id, "Ago", l.Ago(u.Stopped, t.Now())) },
		},
		Note: note,
	}
}

// nameOf returns the name that the queue would show for an unfinished transfer.
func nameOf(u *transfer.Unfinished) string { return queue.Name(&transfer.Transfer{Job: u.Job}) }

// chosen carries out what the user chose in a list.
func (t *Transfers) chosen(c dialog.ListChosen) tea.Cmd {
	switch do := c.Do.(type) {
	case unfinishedDo:
		return t.chosenUnfinished(do, c)
	case stagedDo:
		t.confirmDiscardStaged(c)
	}
	return nil
}

// chosenUnfinished resumes or discards one transfer or all. It leaves out
// transfers that another program is working on.
func (t *Transfers) chosenUnfinished(do unfinishedDo, c dialog.ListChosen) tea.Cmd {
	of := slices.Clone(t.drive.unfinished)
	if one, ok := c.Item.(*transfer.Unfinished); ok {
		of = []*transfer.Unfinished{one}
	}
	of = slices.DeleteFunc(of, func(u *transfer.Unfinished) bool { return u.InUse })
	if len(of) == 0 {
		t.Host.Say(true, locale.Say("unfinished.in_use_all"))
		return nil
	}
	if do == discardUnfinished {
		t.confirmDiscard(of)
		return nil
	}
	again := values(of)
	for i := range again {
		again[i].State = transfer.Queued // the user resumes paused ones, too
	}
	t.drive.queue.Continue(again...)
	return tea.Batch(t.decided(of), t.Sample())
}

// replaced removes the unfinished transfers of jobs that were started again.
func (t *Transfers) replaced(jobs []transfer.Job) tea.Cmd {
	if len(t.drive.unfinished) == 0 {
		return nil
	}
	started := make(map[transfer.JobKey]bool, len(jobs))
	for _, job := range jobs {
		started[job.Key()] = true
	}
	return t.removeUnfinished(func(u *transfer.Unfinished) bool { return started[u.Job.Key()] })
}

// decided removes the unfinished transfers that the user has resumed or discarded.
func (t *Transfers) decided(of []*transfer.Unfinished) tea.Cmd {
	gone := make(map[*transfer.Unfinished]bool, len(of))
	for _, u := range of {
		gone[u] = true
	}
	return t.removeUnfinished(func(u *transfer.Unfinished) bool { return gone[u] })
}

func (t *Transfers) removeUnfinished(which func(*transfer.Unfinished) bool) tea.Cmd {
	t.drive.unfinished = slices.DeleteFunc(t.drive.unfinished, which)
	return t.showUnfinished()
}

// showUnfinished shows the present list. An empty one closes.
func (t *Transfers) showUnfinished() tea.Cmd {
	d := t.drive
	t.Pane.SetEarlier(len(d.unfinished))
	if d.list != nil {
		t.fillUnfinished()
		if len(d.unfinished) == 0 {
			t.Dialogs.Close(d.list)
		}
	}
	return t.Host.Sampled(false)
}

func values(of []*transfer.Unfinished) []transfer.Unfinished {
	list := make([]transfer.Unfinished, len(of))
	for i, u := range of {
		list[i] = *u
	}
	return list
}
