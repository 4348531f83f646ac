package transfers

import (
	"cmp"
	"path"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/queue"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// Ask opens the question of the first transfer in the state Asking, except questions that
// the user has postponed. It does nothing while a dialog is open.
func (t *Transfers) Ask() tea.Cmd {
	switch {
	case t.drive == nil:
		return nil
	case t.count(transfer.Asking) == 0:
		clear(t.drive.postponed)
		return nil
	case !t.Dialogs.Empty():
		return nil
	}
	for _, one := range t.Pane.Snapshot().Transfers {
		if one.State == transfer.Asking && one.Question != nil && !t.drive.postponed[one.ID] {
			return t.Dialogs.PushUnasked(t.questionOf(one))
		}
	}
	return nil
}

// questionOf returns the dialog about the existing target of a transfer. Sample
// keeps its count of other questions up to date.
func (t *Transfers) questionOf(one transfer.Transfer) dialog.Dialog {
	t.question = dialog.NewExists(t.target(one))
	return t.question
}

// others returns the number of other transfers in the state Asking, and how many of these
// can be resumed. resumable is negative if the snapshot does not contain all of them.
func (t *Transfers) others(than transfer.ID) (asking, resumable int) {
	asking = max(t.count(transfer.Asking)-1, 0)
	shown := 0
	for _, one := range t.Pane.Snapshot().Transfers {
		if one.Question == nil || one.ID == than {
			continue
		}
		shown++
		if one.Question.Offers(transfer.AnswerResume) {
			resumable++
		}
	}
	if shown != asking {
		resumable = -1
	}
	return asking, resumable
}

// target returns the facts of a question for its dialog.
func (t *Transfers) target(one transfer.Transfer) dialog.Target {
	q := *one.Question
	target := dialog.Target{
		Transfer: one.ID,
		Download: one.Direction == transfer.Download,
		Local:    wire.Entry{Name: wire.Name(filepath.Base(one.Local)), Size: q.Local.Size, ModTime: q.Local.ModTime.Local()},
		Remote:   wire.Entry{Name: one.Remote.Base(), Size: q.Remote.Size, ModTime: q.Remote.ModTime.Local()},
		Partial:  q.Partial && !q.Exists, Replacing: q.Partial && q.Exists, Changed: q.Changed,
		Reason: q.Why, Proven: q.Verified,
		Place: t.placeOf(one),
	}
	target.Others, target.Resumable = t.others(one.ID)
	if q.Why == transfer.ReasonNone {
		target.Arrived = q.Partial && !q.Changed && target.Download // the partial is of this version, so nothing was compared
		if rate := cmp.Or(t.Pane.Rate(), float64(t.lastRate)); rate >= 1 {
			target.Saves = time.Duration(float64(q.Saves) / rate * float64(time.Second))
		}
	}
	return target
}

// placeOf returns the folder of a file within the transferred folder, blank for
// a file that is transferred by itself.
func (t *Transfers) placeOf(one transfer.Transfer) string {
	folder, found := t.find(one.Parent)
	if one.Parent == 0 || !found {
		return ""
	}
	return path.Join(queue.Name(&folder), filepath.ToSlash(filepath.Dir(within(folder, source(one)))))
}

// answer passes the user's choice to the queue. A question that the user postpones does
// not open unasked again.
func (t *Transfers) answer(c dialog.Chosen) tea.Cmd {
	switch c.Answer {
	case transfer.NoAnswer:
		t.drive.postponed[c.Transfer] = true
		return t.Ask()
	case transfer.AnswerDiscard:
		t.confirmDiscardAnswer(c)
		return nil
	default:
		t.drive.queue.Answer(c.Transfer, c.Answer, c.Rest)
		return t.Sample()
	}
}

// show opens the question of a transfer, or of a file in its folder. A transfer
// without one gets its details.
func (t *Transfers) show(of transfer.Transfer) {
	for _, one := range t.Pane.Snapshot().Transfers {
		if one.Question != nil && (one.ID == of.ID || one.Parent == of.ID) {
			t.Dialogs.Push(t.questionOf(one))
			return
		}
	}
	t.Dialogs.Push(t.details(of))
}
