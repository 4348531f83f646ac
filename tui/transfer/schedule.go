package transfer

import (
	"context"
	"time"
)

// schedule starts due transfers until the queue is closed. Only this goroutine starts
// the goroutines of transfers.
func (q *Queue) schedule() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-q.ctx.Done():
			return
		case <-q.wake:
		case <-timer.C:
		}
		next := q.pool.sweep()
		if due := q.startDue(); !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
		timer.Stop()
		if !next.IsZero() {
			timer.Reset(max(time.Until(next), 0))
		}
	}
}

// startDue starts all due transfers. It returns the time at which the next one becomes
// due without another event; zero if there is none. Its cost does not depend on the
// length of the queue.
func (q *Queue) startDue() (next time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return time.Time{}
	}
	now := time.Now()
	later := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	q.giveUp(now, later)
	q.comeBack(now, later)
	for !q.ends.behind() {
		t := q.due.first()
		if t == nil {
			return next
		}
		if !q.hasRoom(t) {
			return next
		}
		if q.net.down {
			if now.Before(q.net.retryAt) {
				later(q.net.retryAt)
				return next
			}
			if q.net.probing {
				return next
			}
			q.net.probing = true
		}
		q.startRow(t, now)
	}
	return next
}

// hasRoom reports whether there is a place for the next start of t. q.mu is held.
func (q *Queue) hasRoom(t *task) bool {
	switch {
	case t.tree == nil:
		return q.free >= wholePlace
	case t.tree.parked:
		return true
	case !t.tree.begun:
		return q.free > 0 && q.walking < q.options.Active
	default:
		return q.free >= t.tree.pending.head.wants()
	}
}

// wants returns the number of places that t takes.
func (t *task) wants() int {
	if t.small {
		return 1
	}
	return wholePlace
}

// startRow starts the row t, or the next child of a folder. q.mu is held.
func (q *Queue) startRow(t *task, now time.Time) {
	switch {
	case t.tree == nil:
		q.start(t, now)
	case !t.tree.begun:
		q.walk(t, now)
	case t.tree.parked:
		t.tree.parked = false
		q.setWalking(t.tree, true) // its goroutine wakes up
		q.judge(t)
		q.note()
	default:
		q.start(t.tree.pending.head, now)
	}
}

// comeBack queues the transfers whose wait for a busy server is over. q.mu is held.
func (q *Queue) comeBack(now time.Time, later func(time.Time)) {
	if q.laterAt.IsZero() {
		return
	}
	if now.Before(q.laterAt) {
		later(q.laterAt)
		return
	}
	q.laterAt = time.Time{}
	for t := range q.later {
		if now.Before(t.retryAt) {
			if q.laterAt.IsZero() || t.retryAt.Before(q.laterAt) {
				q.laterAt = t.retryAt
			}
			continue
		}
		t.retryAt = time.Time{}
		q.place(t)
	}
	if !q.laterAt.IsZero() {
		later(q.laterAt)
	}
}

// giveUp fails the transfers that have waited longer than Options.Patience. q.mu is held.
func (q *Queue) giveUp(now time.Time, later func(time.Time)) {
	if q.options.Patience <= 0 {
		return
	}
	for t := range q.later {
		if end := t.since.Add(q.options.Patience); now.Before(end) {
			later(end)
			continue
		}
		q.fail(t, &Error{Kind: ErrUnreachable, Err: t.err}, now)
		q.note()
	}
	if !q.net.down {
		return
	}
	if end := q.net.since.Add(q.options.Patience); now.Before(end) {
		later(end)
		return
	}
	unreachable := &Error{Kind: ErrUnreachable, Err: q.net.err}
	for t := range q.trees {
		if t.tree.running.n == 0 && !t.state.Ended() && t.state != Paused {
			q.failTree(t.tree, unreachable, now)
		}
	}
	for _, state := range []State{Queued, Waiting} {
		for _, t := range append([]*task(nil), q.in[state].tasks...) {
			if t.tree == nil && !t.running && t.retryAt.IsZero() || t.tree != nil && !t.tree.begun {
				if t.tree == nil {
					q.fail(t, unreachable, now)
				} else {
					t.tree.row = t // it has not begun
					q.failTree(t.tree, unreachable, now)
				}
			}
		}
	}
	q.note()
}

// start runs t in a new goroutine. q.mu is held.
func (q *Queue) start(t *task, now time.Time) {
	ctx, cancel := context.WithCancelCause(q.ctx)
	t.running, t.cancel = true, cancel
	t.retryAt = time.Time{}
	if t.started.IsZero() {
		t.started = now
	}
	term := &terms{policy: t.job.IfExists, answer: t.answer, asked: t.question, rest: t.rest, resumes: t.resumes}
	if t.home != nil {
		term.rest, term.resumes = t.home.row.rest, t.home.row.resumes
	}
	t.answer, t.question = NoAnswer, nil
	t.progress.enter(Looking, 0)
	epoch, small := q.net.epoch, t.small
	t.places = t.wants()
	q.free -= t.places
	q.runs[t] = struct{}{}
	q.enter(t, Active)
	if t.home == nil {
		q.note()
	} else {
		q.stir()
	}
	q.workers.Go(func() {
		result, err := q.try(ctx, t, term, small)
		cancel(nil)
		q.ended(t, term, epoch, result, err)
	})
}
