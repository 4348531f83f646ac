package transfer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"wangpan/tui/backoff"
)

// errNeedsOwn means that an attempt on a shared connection needs its own one.
var errNeedsOwn = errors.New("too large for a shared connection")

// hopelessError is a permanent refusal of the connection. It applies to all files of a
// folder.
type hopelessError struct{ err error }

func (e *hopelessError) Error() string { return "connect: " + e.err.Error() }
func (e *hopelessError) Unwrap() error { return e.err }

// try makes one attempt at t over one connection. It replaces a dead connection of the
// pool.
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

// wrote contains the folders that Options.Wrote was called with, and the times.
type wrote struct {
	mu   sync.Mutex
	when map[Folder]time.Time
}

// wroteEvery is the time between two calls of Options.Wrote for a folder.
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
	defer q.wrote.mu.Unlock() // others must not write before the call returns
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

// reach returns a shared or an exclusive connection.
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

// heardOf resets the number of failures if the server answered and the transfer made
// progress. A server that repeatedly answers and closes the connection counts as
// unreachable, and Options.Patience applies.
func (q *Queue) heardOf(l *link, progressed bool) {
	if !progressed || !l.answered.Load() {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.net.progressed()
}

// attempt runs the work of t over l and returns l to the pool.
func (q *Queue) attempt(ctx context.Context, l *link, t *task, term *terms) (result *Result, err error) {
	good := false // as long as it has not returned: it may panic
	defer func() { q.pool.give(l, good) }()
	defer t.progress.use(l.server)()
	result, err = t.work.attempt(ctx, l, term)
	good = !l.broken()
	return result, err
}

// fromDial classifies an error of Options.Dial.
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

// ended stores the outcome of an attempt.
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
		t.answer, t.question = term.answer, term.asked // keep the unused answer
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

// outcome returns the state of t after an attempt and stores its result or error. q.mu
// is held.
func (q *Queue) outcome(t *task, result *Result, err error, now time.Time) State {
	_, isAsking := err.(*asking) //nolint:errorlint // it is never wrapped
	switch {
	case err == nil:
		// It is done, even if the user paused or cancelled it during the attempt.
		t.question, t.err, t.tries = nil, nil, 0
		t.result, t.finished = result, now
		return Done
	case t.state != Active:
		return t.state // the user paused or cancelled it
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
	case isTemporary(err):
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

// over reports the end of a transfer to OnEnd and files it. Then it updates the folder,
// which may end, too. q.mu is held.
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

// countUnmoved adds by to the number of rows that are Done and moved nothing, if t is
// one. q.mu is held.
func (q *Queue) countUnmoved(t *task, by int) {
	switch {
	case t.result.Identical:
		q.identical += by
	case t.result.Skipped:
		q.skipped += by
	}
}

// hurry wakes the scheduler.
func (q *Queue) hurry() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.note()
}

// network is the state of the connection to the server. After a failure, one transfer
// at a time tries to connect; the others wait.
type network struct {
	down     bool
	probing  bool // one transfer is trying
	failures int  // in a row, without progress between them
	epoch    int  // counts outages, so that what fails together counts once
	since    time.Time
	retryAt  time.Time
	err      error
	backoff  backoff.Backoff
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
	n.retryAt = now.Add(n.backoff.After(n.failures))
}

// reached notes a connection. It does not reset the number of failures: a server that
// accepts connections and drops them is still unreachable.
func (n *network) reached() { n.down, n.probing = false, false }

func (n *network) progressed() { n.failures, n.err = 0, nil }

func (n *network) nudge() {
	n.failures = min(n.failures, 1)
	n.retryAt = time.Time{}
}
