package transfer

import (
	"context"
	"fmt"
	"time"
)

// backoff is how long to wait after the first, second, … failure in a row; the
// last one repeats.
var backoff = []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute}

func backoffAfter(failures int) time.Duration {
	return backoff[min(max(failures, 1), len(backoff))-1]
}

// network is what is known of the way to the server. After a failure one
// transfer at a time tries it, so that a thousand queued ones do not.
type network struct {
	down     bool
	probing  bool // one transfer is trying
	failures int  // in a row, without a byte or answer between them
	epoch    int  // counts outages, so that what fails together counts once
	since    time.Time
	retryAt  time.Time
	err      error
}

func (n *network) lost(epoch int, err error) {
	n.probing = false
	n.err = err
	if epoch != n.epoch {
		return
	}
	now := time.Now()
	if n.failures == 0 {
		n.since = now
	}
	n.epoch++
	n.failures++
	n.down = true
	n.retryAt = now.Add(backoffAfter(n.failures))
}

// reached notes a connection. Only an answer over it ends the row of failures:
// a port that accepts and drops everybody is still an outage.
func (n *network) reached() { n.down, n.probing = false, false }

func (n *network) answered() { n.failures, n.err = 0, nil }

func (n *network) nudge() {
	n.failures = min(n.failures, 1)
	n.retryAt = time.Time{}
}

// schedule starts what is due until the queue is closed. It is the one
// goroutine that starts others.
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

// startDue starts all transfers whose turn it is and returns when the next one
// becomes due by time alone; zero when none does.
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
	for _, t := range q.order {
		if q.active >= q.options.Active && len(q.loans) == 0 {
			return next
		}
		if t.running || t.state != Queued && t.state != Waiting {
			continue
		}
		if t.state == Waiting && now.Before(t.retryAt) {
			later(t.retryAt)
			continue
		}
		if q.active >= q.options.Active {
			q.recall()
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
		q.start(t, now)
	}
	return next
}

// giveUp fails what has waited longer than the options allow. q.mu is held.
func (q *Queue) giveUp(now time.Time, later func(time.Time)) {
	if q.options.Patience <= 0 {
		return
	}
	for _, t := range q.order {
		since, err := t.since, t.err
		switch {
		case t.running:
			continue
		case t.state == Waiting && !t.retryAt.IsZero():
		case (t.state == Waiting || t.state == Queued) && q.net.down:
			since, err = q.net.since, q.net.err
		default:
			continue
		}
		if end := since.Add(q.options.Patience); now.Before(end) {
			later(end)
			continue
		}
		t.become(Failed, nil)
		t.err, t.finished = &Error{Kind: ErrUnreachable, Err: err}, now
		q.note()
	}
}

// start gives t a goroutine. q.mu is held.
func (q *Queue) start(t *task, now time.Time) {
	ctx, cancel := context.WithCancelCause(q.ctx)
	t.state, t.running, t.cancel = Active, true, cancel
	t.retryAt = time.Time{}
	if t.started.IsZero() {
		t.started = now
	}
	term := &terms{policy: t.job.IfExists, answer: t.answer, asked: t.question, rest: t.rest}
	t.answer, t.question = NoAnswer, nil
	t.progress.enter(Looking, 0)
	epoch := q.net.epoch
	q.active++
	q.note()
	q.workers.Go(func() {
		result, err := q.try(ctx, t, term)
		cancel(nil)
		q.ended(t, term, epoch, result, err)
	})
}

// try makes one attempt at t over one connection. A connection from the pool
// that turns out to be dead is replaced once without a word.
func (q *Queue) try(ctx context.Context, t *task, term *terms) (result *Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, &Error{Kind: ErrInternal, Err: fmt.Errorf("panic: %v", r)}
			q.options.Log.Error("transfer panicked", "id", uint64(t.id), "panic", fmt.Sprint(r))
		}
	}()
	for {
		l, err := q.pool.take(ctx)
		if err != nil {
			return nil, q.fromDial(ctx, err)
		}
		q.mu.Lock()
		wasDown := q.net.down
		q.net.reached()
		if wasDown {
			q.note()
		}
		q.mu.Unlock()
		result, err := q.attempt(ctx, l, t, term)
		if l.answered.Load() {
			q.mu.Lock()
			q.net.answered()
			q.mu.Unlock()
		}
		if isLost(err) && l.reused && !l.answered.Load() {
			continue
		}
		return result, err
	}
}

// attempt lends l to the work of t, whatever becomes of it.
func (q *Queue) attempt(ctx context.Context, l *link, t *task, term *terms) (result *Result, err error) {
	good := false // as long as it has not returned: it may panic
	defer func() { q.pool.give(l, good) }()
	defer t.progress.use(l.server)()
	result, err = t.work.attempt(ctx, l, term)
	good = !l.broken()
	return result, err
}

// fromDial sorts an error of Options.Dial.
func (q *Queue) fromDial(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case isRefusal(err), q.options.Hopeless(err):
		return fmt.Errorf("connect: %w", err)
	default:
		return &lostError{err}
	}
}

// ended writes down what came of an attempt.
func (q *Queue) ended(t *task, term *terms, epoch int, result *Result, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.active--
	t.running = false
	lost := isLost(err)
	if lost {
		q.net.lost(epoch, err)
	} else {
		q.net.probing = false
	}
	now := time.Now()
	question := (*asking)(nil)
	switch ask, isAsking := err.(*asking); { //nolint:errorlint // it is never wrapped
	case err == nil:
		// Also when the user paused or cancelled in the last moment: it is done.
		t.become(Done, nil)
		t.result, t.finished = result, now
	case t.state != Active:
		// The user's wish came first.
	case q.ctx.Err() != nil:
		t.state = Queued
	case isAsking:
		question = ask
		t.state, t.err = Asking, nil
	case lost:
		t.state, t.err = Waiting, err
	case passes(err):
		if t.tries++; t.tries == 1 {
			t.since = now
		}
		t.state, t.err, t.retryAt = Waiting, err, now.Add(backoffAfter(t.tries))
	case err == errDiscarded: //nolint:errorlint // it is never wrapped
		t.become(Cancelled, nil)
		t.finished = now
	default:
		t.become(Failed, nil)
		t.err, t.finished = err, now
	}
	switch {
	case question != nil:
		t.question = &question.question
	case term.answer != NoAnswer && !t.state.Ended():
		t.answer, t.question = term.answer, term.asked // it did not come to that
	}
	q.options.Log.Debug("transfer attempt ended", "id", uint64(t.id), "state", int(t.state), "error", err)
	q.note()
}
