package transfer

import (
	"cmp"
	"slices"
	"time"
)

// Snapshot copies the state of the transfers; see Options.Rows.
func (q *Queue) Snapshot() Snapshot {
	q.mu.Lock()
	defer q.mu.Unlock()
	rows := q.shown()
	s := Snapshot{
		Transfers:      make([]Transfer, 0, len(rows)+len(q.runs)),
		Counts:         make(map[State]int),
		Identical:      q.identical,
		Skipped:        q.skipped,
		Hidden:         len(q.rows.tasks) - len(rows),
		Moved:          q.moved.Load(),
		Done:           q.done,
		BytesDone:      q.arrived,
		BytesRemaining: q.remaining,
		Offline:        q.net.down,
	}
	if q.net.down {
		s.RetryAt, s.Err = q.net.retryAt, q.net.err
	}
	for state := range q.in {
		if n := len(q.in[state].tasks); n > 0 {
			s.Counts[State(state)] = n
		}
	}
	for t := range q.trees {
		if t.state == Asking {
			s.Counts[Asking]-- // only its files have questions
		}
		s.Counts[Asking] += t.tree.asking.n
	}
	for _, t := range rows {
		s.Transfers = append(s.Transfers, q.copy(t))
		if t.tree != nil {
			s.Transfers = q.children(s.Transfers, t.tree)
		}
	}
	for t := range q.runs {
		if t.home == nil && (t.state == Active || t.state == Queued || t.state == Waiting) {
			there, left := t.progress.part()
			s.BytesDone, s.BytesRemaining = s.BytesDone+there, s.BytesRemaining+left
		}
	}
	for t := range q.trees {
		if t.state == Active || t.state == Waiting {
			there := min(t.tree.arrived(), t.tree.Bytes)
			s.BytesDone, s.BytesRemaining = s.BytesDone+there, s.BytesRemaining+t.tree.Bytes-there
		}
	}
	return s
}

// shown returns the rows that a Snapshot shows, in their order. q.mu is held.
func (q *Queue) shown() []*task {
	limit := q.options.Rows
	if limit <= 0 || len(q.rows.tasks) <= limit {
		return q.rows.tasks
	}
	var rows []*task
	for state := range q.in {
		tasks := q.in[state].tasks
		switch n := min(limit, len(tasks)); {
		case State(state) == Active:
			rows = append(rows, tasks...)
		case State(state).Ended():
			rows = append(rows, tasks[len(tasks)-n:]...)
		default:
			rows = append(rows, tasks[:n]...)
		}
	}
	slices.SortFunc(rows, func(a, b *task) int { return cmp.Compare(a.rank, b.rank) })
	return rows
}

// copy returns the state of t. q.mu is held.
func (q *Queue) copy(t *task) Transfer {
	c := Transfer{
		ID: t.id, Job: t.job, State: t.state, Err: t.err, Result: t.result,
		Added: t.added, Started: t.started, Finished: t.finished,
	}
	if t.home != nil {
		c.Parent = t.home.row.id
	}
	now := time.Now()
	if t.tree != nil {
		t.tree.fill(&c, now)
	} else {
		t.progress.fill(&c)
		if t.state == Active {
			c.Stall = t.progress.stall(now)
			c.Streams = t.progress.streams()
		}
	}
	if t.state == Asking {
		c.Question = t.question
	}
	if t.state == Waiting {
		c.RetryAt = t.retryAt
		if q.net.down && q.net.retryAt.After(c.RetryAt) {
			c.RetryAt = q.net.retryAt
		}
	}
	return c
}

// Numbers of children of a folder in a Snapshot, by state.
const (
	showRunning = 40
	showAsking  = 20
	showFailed  = 25
	showWaiting = 15 // Waiting, or Paused one by one
)

// children appends the children of a folder that a Snapshot shows. q.mu is held.
func (q *Queue) children(list []Transfer, tr *tree) []Transfer {
	some := func(c *chain, n int, show func(*task) bool) {
		for t := c.head; t != nil && n > 0 && show(t); t = t.next {
			list = append(list, q.copy(t))
			n--
		}
	}
	every := func(*task) bool { return true }
	some(&tr.running, showRunning, every)
	some(&tr.asking, showAsking, every)
	// Children that wait for the network are at the front of pending.
	some(&tr.pending, showWaiting/3, func(t *task) bool { return t.state == Waiting })
	some(&tr.later, showWaiting/3, every)
	some(&tr.paused, showWaiting/3, every)
	some(&tr.failed, showFailed, every)
	return list
}
