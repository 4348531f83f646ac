package transfer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// errNeedsOwn is the error of an attempt on a shared connection that needs one
// for itself.
var errNeedsOwn = errors.New("it is larger than what shares a connection")

// hopelessError is a refusal before any file was named: it meets all files of
// a folder alike.
type hopelessError struct{ err error }

func (e *hopelessError) Error() string { return "connect: " + e.err.Error() }
func (e *hopelessError) Unwrap() error { return e.err }

// try makes one attempt at t over one connection. A connection from the pool
// that turns out to be dead is replaced once without a word.
func (q *Queue) try(ctx context.Context, t *task, term *terms, small bool) (result *Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, &Error{Kind: ErrInternal, Err: fmt.Errorf("panic: %v", r)}
			q.options.Log.Error("transfer panicked", "id", uint64(t.id), "panic", fmt.Sprint(r))
		}
	}()
	q.writesTo(t)
	for {
		l, err := q.reach(ctx, small)
		if err != nil {
			return nil, err
		}
		result, err := q.attempt(ctx, l, t, term)
		q.heardOf(l, !isLost(err) || t.progress.gained())
		if isLost(err) && l.reused && !l.answered.Load() {
			continue
		}
		return result, err
	}
}

// wrote is which folders Options.Wrote was told, and when.
type wrote struct {
	mu   sync.Mutex
	when map[Folder]time.Time
}

// wroteEvery is how long a folder need not be told again.
const wroteEvery = 24 * time.Hour

// writesTo calls Options.Wrote for a download.
func (q *Queue) writesTo(t *task) {
	if q.options.Wrote == nil || t.job.Direction != Download {
		return
	}
	folder := t.job.folder()
	if t.home != nil {
		folder = t.home.row.job.folder()
	}
	q.wrote.mu.Lock()
	defer q.wrote.mu.Unlock() // who comes second must not write before it is stored
	if time.Since(q.wrote.when[folder]) < wroteEvery {
		return
	}
	if q.wrote.when == nil {
		q.wrote.when = make(map[Folder]time.Time)
	}
	q.wrote.when[folder] = time.Now()
	if err := q.options.Wrote(folder); err != nil {
		q.options.Log.Warn("store the folder of a download", "error", err)
	}
}

// reach returns a connection, one that is shared or one of its own.
func (q *Queue) reach(ctx context.Context, shared bool) (l *link, err error) {
	if shared {
		l, err = q.pool.join(ctx)
	} else {
		l, err = q.pool.take(ctx)
	}
	if err != nil {
		return nil, q.fromDial(ctx, err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.net.down {
		defer q.netChanged()
	}
	q.net.reached()
	return l, nil
}

// heardOf ends the row of failures when the server answered and the transfer
// made progress. A server that answers and hangs up, again and again, is an
// outage that Options.Patience bounds.
func (q *Queue) heardOf(l *link, progressed bool) {
	if !progressed || !l.answered.Load() {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.net.progressed()
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
		return &hopelessError{err}
	default:
		return &lostError{err}
	}
}

// ended writes down what came of an attempt.
func (q *Queue) ended(t *task, term *terms, epoch int, result *Result, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free += t.places
	t.running = false
	delete(q.runs, t)
	if isLost(err) {
		q.net.lost(epoch, err)
		q.netChanged()
	} else {
		q.net.probing = false
	}
	now := time.Now()
	state := q.outcome(t, result, err, now)
	if ask, isAsking := err.(*asking); isAsking && state == Asking { //nolint:errorlint // it is never wrapped
		t.question = &ask.question
	} else if term.answer != NoAnswer && !state.Ended() {
		t.answer, t.question = term.answer, term.asked // it did not come to that
	}
	t.state = state
	if state.Ended() {
		q.over(t)
	} else {
		q.place(t)
	}
	if _, hopeless := errors.AsType[*hopelessError](err); hopeless && state == Failed && t.home != nil {
		q.failTree(t.home, err, now)
	}
	q.options.Log.Debug("transfer attempt ended", "id", uint64(t.id), "state", int(t.state), "error", err)
	if t.home != nil && (state == Done || state == Queued) {
		q.stir()
		return
	}
	q.note()
}

// outcome returns the state of t after an attempt and writes down why. q.mu is
// held.
func (q *Queue) outcome(t *task, result *Result, err error, now time.Time) State {
	_, isAsking := err.(*asking) //nolint:errorlint // it is never wrapped
	switch {
	case err == nil:
		// Also when the user paused or cancelled in the last moment: it is done.
		t.question, t.err, t.tries = nil, nil, 0
		t.result, t.finished = result, now
		return Done
	case t.state != Active:
		return t.state // the user's wish came first
	case q.ctx.Err() != nil:
		return Queued
	case isAsking:
		t.err = nil
		return Asking
	case isLost(err):
		t.err = err
		return Waiting
	case errors.Is(err, errNeedsOwn):
		t.small = false
		return Queued
	case passes(err):
		if t.since.IsZero() {
			t.since = now
		}
		t.tries++
		t.err, t.retryAt = err, now.Add(q.net.backoff.After(t.tries))
		return Waiting
	case err == errDiscarded: //nolint:errorlint // it is never wrapped
		t.err, t.finished = nil, now
		return Cancelled
	default:
		t.question, t.err, t.finished = nil, err, now
		return Failed
	}
}

// over tells of a transfer that has ended, and puts it where it belongs then.
// A folder hears of it afterwards, which may be its own end. q.mu is held.
func (q *Queue) over(t *task) {
	q.ends.add(q.copy(t), q.hurry)
	if t.home == nil {
		if t.state == Done {
			q.done += t.bytes()
			q.countUnmoved(t, 1)
		}
		q.logState(t)
		q.place(t)
		return
	}
	t.home.count(t)
	if t.state == Failed {
		q.place(t)
		return
	}
	q.forget(t)
	q.judge(t.home.row)
}

// countUnmoved counts a row that is Done where nothing of it was moved, or takes
// it off the count. q.mu is held.
func (q *Queue) countUnmoved(t *task, by int) {
	switch {
	case t.result.Identical:
		q.identical += by
	case t.result.Skipped:
		q.skipped += by
	}
}

// hurry lets the scheduler look again.
func (q *Queue) hurry() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.note()
}
