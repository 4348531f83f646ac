package transfer

import (
	"context"
	"time"
)

// wholePlace is the number of places that a transfer with its own connection takes.
// The queue has Options.Active times as many. A transfer on a shared connection
// takes 1.
const wholePlace = 16

// task is a transfer in a Queue. A transfer that the caller added is a row. Each row
// is in the line of its state (Queue.in), and in Queue.due if it can start. The files
// of a folder are its children, in the chains of its tree.
type task struct {
	id       ID
	job      Job
	home     *tree // the folder that it belongs to; nil: it is a row
	progress progress
	work     work // only of the goroutine that runs it; nil: a folder
	added    time.Time

	// Guarded by Queue.mu.
	rank   int64 // of a row: its place in the queue
	tree   *tree // of a row that is a folder
	small  bool  // it can share a connection
	logged bool  // the journal has it, if there is one
	entry  entryKey

	state    State
	running  bool // it has a goroutine, whatever its state says by now
	places   int  // that it takes while it runs
	cancel   context.CancelCauseFunc
	question *Question
	answer   Answer
	rest     Answer
	resumes  bool // it was unfinished in an earlier run
	err      error
	result   *Result
	tries    int       // in a row that a busy server refused
	retryAt  time.Time // Waiting for a busy server; zero when for the network
	since    time.Time // Waiting for a busy server since; zero: it is not
	started  time.Time
	finished time.Time

	line       *line  // of a row: that of its state
	due        bool   // it is in Queue.due
	weight     int64  // bytes, its part of Queue.remaining, or of tree.idle
	arrived    int64  // bytes, of a row: its part of Queue.arrived
	size       int64  // bytes, of a child: its part of Tree.Bytes
	chain      *chain // of a child
	prev, next *task  // in it
}

// bytes returns the size of t as far as it is known.
func (t *task) bytes() int64 {
	if t.tree != nil {
		return t.tree.Bytes
	}
	return t.progress.size.Load()
}

// enter changes the state of t and calls place. q.mu is held.
func (q *Queue) enter(t *task, s State) {
	t.state = s
	q.place(t)
}

// place moves t to the line or chain of its state and updates the sums. The caller
// calls it after each change of the state. q.mu is held.
func (q *Queue) place(t *task) {
	if t.state == Waiting && !t.running && !t.retryAt.IsZero() {
		q.later[t] = struct{}{}
		if q.laterAt.IsZero() || t.retryAt.Before(q.laterAt) {
			q.laterAt = t.retryAt
		}
	} else {
		delete(q.later, t)
	}
	if t.home != nil {
		t.home.place(t)
		q.judge(t.home.row)
		return
	}
	if l := &q.in[t.state]; t.line != l {
		if t.line != nil {
			t.line.remove(t)
		}
		l.insert(t)
		t.line = l
	}
	q.line(t)
	there, left := int64(0), int64(0)
	if t.tree == nil && !t.running && (t.state == Queued || t.state == Waiting) {
		there, left = t.progress.part()
	}
	q.arrived += there - t.arrived
	q.remaining += left - t.weight
	t.arrived, t.weight = there, left
}

// line adds the row t to Queue.due, or removes it. q.mu is held.
func (q *Queue) line(t *task) {
	due := false
	switch {
	case t.line == nil: // it was forgotten
	case t.tree != nil:
		due = t.logged && t.folderDue()
	case t.running || !t.logged:
	case t.state == Queued, t.state == Waiting && t.retryAt.IsZero():
		due = true
	}
	switch {
	case due == t.due:
	case due:
		q.due.insert(t)
	default:
		q.due.remove(t)
	}
	t.due = due
}

// forget removes a child. q.mu is held.
func (q *Queue) forget(t *task) {
	delete(q.byID, t.id)
	delete(q.later, t)
	t.home.idle -= t.weight
	t.weight = 0
	t.leave()
}

// become changes t to a state that the user chose. If t runs, its goroutine ends soon
// and keeps that state. q.mu is held.
func (q *Queue) become(t *task, s State, why error) {
	t.question, t.err = nil, nil
	t.tries, t.retryAt, t.since = 0, time.Time{}, time.Time{}
	t.state = s
	if t.running {
		t.cancel(why)
	}
	if s.Ended() && !t.running && t.tree == nil {
		q.over(t)
		return
	}
	q.place(t)
}

// fail ends the file t, which does not run, with an error. q.mu is held.
func (q *Queue) fail(t *task, err error, now time.Time) {
	t.question, t.err, t.finished, t.state = nil, err, now, Failed
	t.tries, t.retryAt, t.since = 0, time.Time{}, time.Time{}
	q.over(t)
}
