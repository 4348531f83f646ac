package transfers

import (
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
	"wangpan/tui/queue"
	"wangpan/tui/transfer"
)

// changedMsg reports a change in a session's queue.
type changedMsg struct{ drive *drive }

// awaitChange returns the command that waits for a change of the queue, and nil if one is
// running. It is not needed while bytes move, because then each tick takes a sample.
func (d *drive) awaitChange() tea.Cmd {
	if d.awaiting {
		return nil
	}
	d.awaiting = true
	return func() tea.Msg {
		select {
		case <-d.queue.Changed():
			return changedMsg{d}
		case <-d.ctx.Done():
			return nil
		}
	}
}

func (t *Transfers) changed(msg changedMsg) tea.Cmd {
	if msg.drive != t.drive {
		return nil
	}
	t.drive.awaiting = false
	return t.Sample()
}

// Sample shows the present state of the queue and reacts to what has changed
// since the sample before. The screen calls it on each tick.
func (t *Transfers) Sample() tea.Cmd {
	d := t.drive
	if d == nil {
		return nil
	}
	before, now := t.Pane.Snapshot(), d.queue.Snapshot()
	t.Pane.Sample(t.Now(), now)
	if rate := t.Pane.Rate(); rate >= 1 && t.Moving() {
		t.lastRate = int64(rate)
	}
	if t.question != nil && t.Dialogs.Holds(t.question) {
		t.question.SetOthers(t.others(t.question.Transfer()))
	}
	t.noteFailures(before)
	changed := !maps.Equal(before.Counts, now.Counts)
	cmds := []tea.Cmd{t.Ask(), t.surveyAgain(before), t.Host.Sampled(changed)}
	if !t.Moving() {
		cmds = append(cmds, d.awaitChange())
	}
	return tea.Batch(cmds...)
}

// noteFailures writes the transfers that have failed since a snapshot to the message log.
func (t *Transfers) noteFailures(before transfer.Snapshot) {
	d, now := t.drive, t.Pane.Snapshot()
	if before.Counts[transfer.Failed] == now.Counts[transfer.Failed] {
		return
	}
	known := d.failed
	for _, one := range now.Transfers {
		if one.State != transfer.Failed || !one.Finished.After(known) {
			continue
		}
		if one.Finished.After(d.failed) {
			d.failed = one.Finished
		}
		t.Host.Note(true, func(l *locale.Locale) string {
			return l.T("log.failed", "Name", queue.Name(&one), "Why", t.Host.Explain(one.Err))
		})
	}
}

// surveyAgain starts a survey if downloads were cancelled or skipped since a snapshot: they
// may have left partials.
func (t *Transfers) surveyAgain(before transfer.Snapshot) tea.Cmd {
	now := t.Pane.Snapshot()
	if now.Counts[transfer.Cancelled] <= before.Counts[transfer.Cancelled] && now.Skipped <= before.Skipped {
		return nil
	}
	return t.survey(afterEnd)
}

// find returns the transfer with an ID in the last sample.
func (t *Transfers) find(id transfer.ID) (one transfer.Transfer, found bool) {
	all := t.Pane.Snapshot().Transfers
	if i := slices.IndexFunc(all, func(one transfer.Transfer) bool { return one.ID == id }); i >= 0 {
		return all[i], true
	}
	return transfer.Transfer{}, false
}
