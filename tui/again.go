package tui

import (
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
)

// addition is what became of jobs for the queue.
type addition struct {
	all    []transfer.Job
	moving []transfer.Job      // were added, or their failed transfers are retried
	again  []transfer.Transfer // are in the queue already
}

// add adds jobs to the queue. One that is in the queue already is not added
// again; where its transfer has failed, it is retried.
func (d *drive) add(jobs []transfer.Job) addition {
	a := addition{all: jobs}
	for some := range slices.Chunk(jobs, fewSelected) { // others want to see the queue, too
		var fresh []transfer.Job
		for _, job := range some {
			switch t, found := d.queue.Find(job); {
			case !found:
				fresh, a.moving = append(fresh, job), append(a.moving, job)
			case t.State == transfer.Failed:
				d.queue.Retry(t.ID)
				a.moving = append(a.moving, job)
			default:
				a.again = append(a.again, t)
			}
		}
		d.queue.Add(fresh...)
	}
	return a
}

// added shows what became of jobs. Where none was added, it goes to the first
// transfer that was asked for again.
func (m *Model) added(a addition) tea.Cmd {
	m.takenOver(a.all)
	cmd := m.sample()
	if len(a.moving) > 0 {
		m.sayMoving(a.moving, len(a.again))
	} else if len(a.again) > 0 {
		m.goToTransfer(a.again[0], len(a.again))
	}
	return cmd
}

// goToTransfer puts the cursor on a transfer that was asked for again, and says
// so; its question, if it has one, opens. number is how many were asked for again.
func (m *Model) goToTransfer(t transfer.Transfer, number int) {
	m.setFocus(onTransfers)
	m.transfers.Select(t.ID)
	if t.State == transfer.Asking {
		m.show(t)
	}
	if number > 1 {
		m.say(false, dialog.SayN("queue.again.several", number))
		return
	}
	ids := map[transfer.State]string{
		transfer.Active: "queue.again.active", transfer.Paused: "queue.again.paused", transfer.Asking: "queue.again.asking",
	}
	id, special := ids[t.State]
	if !special {
		id = "queue.again.waiting"
	}
	m.say(false, dialog.Say(id, "Name", t.Remote.Base(), "Key", m.commands.Label("transfers.pause")))
}

// sayMoving says what is on its way, and where to. again is how many more are in
// the queue already.
func (m *Model) sayMoving(jobs []transfer.Job, again int) {
	first := jobs[0]
	one, many, to := "panes.single.up", "panes.up", string(first.Remote.Dir())
	if first.Direction == transfer.Download {
		one, many, to = "panes.single.down", "panes.down", shorten(filepath.Dir(first.Local))
	}
	m.say(false, func(l *locale.Locale) string {
		said := l.T(one, "Name", first.Remote.Base(), "To", to)
		if len(jobs) > 1 {
			said = l.N(many, len(jobs), "To", to)
		}
		if again > 0 {
			said = l.T("queue.again.others", "Said", said, "Others", l.N("queue.again.several", again))
		}
		return said
	})
}
