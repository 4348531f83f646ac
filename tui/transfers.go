package tui

import (
	"cmp"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/queue"
	"wangpan/tui/transfer"
)

// How often the screen changes by itself while something moves, and how long
// its numbers stand still. Through SSH every frame is a packet or more.
const (
	frame    = time.Second / 10
	frameSSH = time.Second / 5
	calm     = time.Second / 2
	calmSSH  = time.Second
	slow     = time.Second // for what only counts seconds
)

// rows is how many of the transfers that wait for their turn, and of those that
// have ended, are shown. Each look copies them.
const rows = 300

// changedMsg says that something changed in a drive's queue.
type changedMsg struct{ drive *drive }

// tickMsg is the one shared tick.
type tickMsg struct{ number int }

// feed waits for the queue to change. While something moves, the tick looks
// often enough and nobody waits.
func (d *drive) feed() tea.Cmd {
	if d.fed {
		return nil
	}
	d.fed = true
	return func() tea.Msg {
		select {
		case <-d.queue.Changed():
			return changedMsg{d}
		case <-d.ctx.Done():
			return nil
		}
	}
}

func (msg changedMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return nil
	}
	m.drive.fed = false
	return m.sample()
}

// sample shows what the engine says now, and sees to what follows from it.
func (m *Model) sample() tea.Cmd {
	d := m.drive
	before := d.snapshot
	d.snapshot = d.queue.Snapshot()
	m.transfers.Sample(m.now, d.snapshot)
	if rate := m.transfers.Rate(); rate >= 1 && d.moving() {
		m.lastRate = int64(rate)
	}
	if m.transfers.Empty() && m.focus == onTransfers {
		m.setFocus(m.facing())
	}
	m.layout()
	if question, ok := m.dialogs.Top().(*dialog.Exists); ok {
		id, _ := question.Transfer().(transfer.ID)
		question.SetOthers(m.others(id)) // more come to ask while it is open
	}
	m.noteFailures(before)
	cmds := []tea.Cmd{m.ask(), m.arrived(before), m.remote.Tick(), m.tick()}
	if !d.moving() {
		cmds = append(cmds, d.feed())
	}
	return tea.Batch(cmds...)
}

// moving reports whether bars move.
func (d *drive) moving() bool { return d.snapshot.Counts[transfer.Active] > 0 }

// pace returns how soon the screen has to change by itself, 0 for never.
func (m *Model) pace() time.Duration {
	d := m.drive
	switch {
	case d == nil:
		return 0
	case d.moving(), m.external.Fetching():
		return m.frame
	case m.longChange():
		return progressPace
	case d.snapshot.Counts[transfer.Waiting] > 0, m.remote.NeedsTick():
		return slow
	}
	return 0
}

// tick sees to it that the next tick comes as soon as it is needed, and that
// there is one at the most.
func (m *Model) tick() tea.Cmd {
	pace := m.pace()
	if pace == 0 || m.pending != 0 && m.pending <= pace {
		return nil
	}
	m.pending = pace
	m.ticks++
	number, ctx := m.ticks, m.ctx
	return func() tea.Msg { // unlike tea.Tick's, it ends with the program
		timer := time.NewTimer(pace)
		defer timer.Stop()
		select {
		case <-timer.C:
			return tickMsg{number}
		case <-ctx.Done():
			return nil
		}
	}
}

func (msg tickMsg) apply(m *Model) tea.Cmd {
	if msg.number != m.ticks {
		return nil // a faster one has overtaken it
	}
	m.pending = 0
	if m.drive == nil {
		return nil
	}
	if b := m.inBackground(); b != nil {
		m.changes.shown, _, _ = b.Progress()
	}
	return m.sample()
}

// arrived sees to it that the folder shown is refreshed when an upload into it
// has ended.
func (m *Model) arrived(before transfer.Snapshot) tea.Cmd {
	d := m.drive
	if !maps.Equal(before.Counts, d.snapshot.Counts) {
		m.remote.UsageChanged() // an upload is counted from its beginning
	}
	m.changes.engine.CollectUploads()
	if before.Counts[transfer.Done] != d.snapshot.Counts[transfer.Done] {
		for i := range d.snapshot.Transfers {
			t := &d.snapshot.Transfers[i]
			if t.State == transfer.Done && t.Direction == transfer.Upload && t.Finished.After(m.remote.ListedAt()) && t.Remote.Dir() == m.list.Path() {
				m.remote.Stale()
			}
		}
	}
	return m.surveyAgain(before)
}

// surveyAgain looks for the partials that downloads leave which were cancelled or
// skipped.
func (m *Model) surveyAgain(before transfer.Snapshot) tea.Cmd {
	now := m.drive.snapshot
	if now.Counts[transfer.Cancelled] <= before.Counts[transfer.Cancelled] && now.Skipped <= before.Skipped {
		return nil
	}
	return m.survey(afterEnd)
}

// act carries out what the transfers pane asks for.
func (m *Model) act(a queue.Act) tea.Cmd {
	q := m.drive.queue
	switch a.Do {
	case queue.Nothing:
	case queue.Show:
		if t, ok := m.transfers.Current(); ok {
			m.show(t)
		}
	case queue.Pause:
		q.Pause(a.ID)
	case queue.Resume:
		q.Resume(a.ID)
	case queue.Cancel:
		q.Cancel(a.ID)
	case queue.Retry:
		q.Retry(a.ID)
	case queue.Earlier, queue.Later:
		m.reorder(a)
	case queue.PauseAll:
		return pauseAll(q)
	case queue.ResumeAll:
		return resumeAll(q)
	case queue.Clear:
		q.ClearFinished()
	}
	return nil
}

// reorder moves a transfer among those that wait, or says why it does not move.
func (m *Model) reorder(a queue.Act) {
	switch {
	case m.transfers.Unmovable(a.Do) != "":
		m.say(true, func(*locale.Locale) string { return m.transfers.Unmovable(a.Do) })
	case a.Do == queue.Earlier:
		m.drive.queue.MoveUp(a.ID)
	default:
		m.drive.queue.MoveDown(a.ID)
	}
}

// show opens the question of a transfer, or of a file in it, else everything
// that is known about it.
func (m *Model) show(t transfer.Transfer) {
	for _, one := range m.drive.snapshot.Transfers {
		if one.Question != nil && (one.ID == t.ID || one.Parent == t.ID) {
			m.dialogs.Push(dialog.NewExists(m.target(one)))
			return
		}
	}
	m.dialogs.Push(m.transferDetails(t))
}

// pauseAll pauses all transfers, also those that are too many to be shown: the
// snapshot shows others as soon as these are paused.
func pauseAll(q *transfer.Queue) tea.Cmd {
	return each(q, q.Pause, transfer.Active, transfer.Queued, transfer.Waiting, transfer.Asking)
}

func resumeAll(q *transfer.Queue) tea.Cmd { return each(q, q.Resume, transfer.Paused) }

// each does something that changes the state to all transfers in some states.
func each(q *transfer.Queue, do func(transfer.ID), in ...transfer.State) tea.Cmd {
	return func() tea.Msg {
		done := make(map[transfer.ID]bool) // it ends, whatever becomes of what was changed
		for {
			before := len(done)
			for _, t := range q.Snapshot().Transfers {
				if t.Parent == 0 && !done[t.ID] && slices.Contains(in, t.State) {
					done[t.ID] = true
					do(t.ID)
				}
			}
			if len(done) == before {
				return nil
			}
		}
	}
}

// ask opens the question of the first transfer that asks, when nothing else is
// open and the person has not put it off.
func (m *Model) ask() tea.Cmd {
	d := m.drive
	if d.snapshot.Counts[transfer.Asking] == 0 {
		clear(d.later)
		return nil
	}
	if m.dialogs.Len() > 0 {
		return nil
	}
	for _, t := range d.snapshot.Transfers {
		if t.State == transfer.Asking && t.Question != nil && !d.later[t.ID] {
			return m.dialogs.PushUnasked(dialog.NewExists(m.target(t)))
		}
	}
	return nil
}

// others is how many transfers ask beside the one that is asked about, and how
// many of them can be resumed, negative where not all are shown.
func (m *Model) others(than transfer.ID) (asking, resumable int) {
	asking = max(m.drive.snapshot.Counts[transfer.Asking]-1, 0)
	shown := 0
	for _, t := range m.drive.snapshot.Transfers {
		if t.Question == nil || t.ID == than {
			continue
		}
		shown++
		if t.Question.Offers(transfer.AnswerResume) {
			resumable++
		}
	}
	if shown != asking {
		resumable = -1
	}
	return asking, resumable
}

// target is a transfer's question as the dialog shows it.
func (m *Model) target(t transfer.Transfer) dialog.Target {
	q := *t.Question
	target := dialog.Target{
		Transfer: t.ID,
		Download: t.Direction == transfer.Download,
		Local:    dialog.Side{Name: filepath.Base(t.Local), Size: q.Local.Size, ModTime: q.Local.ModTime.Local()},
		Remote:   dialog.Side{Name: string(t.Remote.Base()), Size: q.Remote.Size, ModTime: q.Remote.ModTime.Local()},
		Partial:  q.Partial && !q.Exists, Replacing: q.Partial && q.Exists, Changed: q.Changed,
		Reason: q.Why, Proven: q.Verified,
		Place: m.placeOf(t),
	}
	target.Others, target.Resumable = m.others(t.ID)
	if q.Why == transfer.ReasonNone {
		target.Arrived = q.Partial && !q.Changed && target.Download // of this version: nothing was compared
		if rate := cmp.Or(m.transfers.Rate(), float64(m.lastRate)); rate >= 1 {
			target.Saves = time.Duration(float64(q.Saves) / rate * float64(time.Second))
		}
	}
	return target
}

// placeOf is where a file lies within the folder that is transferred, blank for
// one that was asked for by itself.
func (m *Model) placeOf(t transfer.Transfer) string {
	for _, folder := range m.drive.snapshot.Transfers {
		if t.Parent != 0 && folder.ID == t.Parent {
			return path.Join(queue.Name(&folder), filepath.ToSlash(filepath.Dir(within(folder, pathOf(t)))))
		}
	}
	return ""
}

// answer hands the person's choice to the engine. Put off, the question waits
// in the list and opens no more by itself.
func (m *Model) answer(c dialog.Chosen) tea.Cmd {
	id, ok := c.Transfer.(transfer.ID)
	if !ok || m.drive == nil {
		return nil
	}
	if c.Answer == transfer.NoAnswer {
		m.drive.later[id] = true
		return m.ask()
	}
	if c.Answer == transfer.AnswerDiscard {
		m.confirmDiscardAnswer(id, c)
		return nil
	}
	m.drive.queue.Answer(id, c.Answer, c.Rest)
	return m.sample()
}
