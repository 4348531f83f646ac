package transfer

import (
	"slices"
	"time"
)

// Answer answers the question of the transfer id. An answer that the question
// does not offer changes nothing. With rest it is also the answer to every
// question, now and later, of the other transfers that are in the queue at
// this moment and that offer it.
func (q *Queue) Answer(id ID, a Answer, rest bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.byID[id]
	if t == nil || t.state != Asking || !t.question.Offers(a) {
		return
	}
	q.answered(t, a)
	if rest {
		for _, other := range q.order {
			if other == t || other.state.Ended() {
				continue
			}
			other.rest = a
			if other.state == Asking && other.question.Offers(a) {
				q.answered(other, a)
			}
		}
	}
	q.note()
}

func (q *Queue) answered(t *task, a Answer) {
	t.answer = a
	t.state = Queued
}

// Pause stops a transfer until Resume. What was moved is kept.
func (q *Queue) Pause(id ID) {
	q.change(id, func(t *task) bool {
		switch t.state {
		case Queued, Active, Waiting, Asking:
			t.become(Paused, errPaused)
			return true
		default:
			return false
		}
	})
}

// Resume lets a paused transfer go on.
func (q *Queue) Resume(id ID) {
	q.change(id, func(t *task) bool {
		if t.state != Paused {
			return false
		}
		t.state = Queued
		return true
	})
}

// Cancel gives a transfer up, also one that has failed. A partial or staged
// upload stays, so that the same job can go on later.
func (q *Queue) Cancel(id ID) {
	q.change(id, func(t *task) bool {
		if t.state == Done || t.state == Cancelled {
			return false
		}
		t.become(Cancelled, errCancelled)
		t.finished = time.Now()
		return true
	})
}

// Retry puts a failed or cancelled transfer back into the line, and lets a
// waiting one try at once.
func (q *Queue) Retry(id ID) {
	q.change(id, func(t *task) bool {
		switch t.state {
		case Failed, Cancelled:
			t.state, t.err, t.tries, t.finished = Queued, nil, 0, time.Time{}
			return true
		case Waiting:
			t.retryAt = time.Time{}
			q.net.nudge()
			return true
		default:
			return false
		}
	})
}

// become puts t into a state that the user wants. If it runs, its goroutine
// ends soon and leaves that state alone.
func (t *task) become(s State, why error) {
	t.state, t.question = s, nil
	t.tries, t.retryAt = 0, time.Time{}
	if s != Failed {
		t.err = nil
	}
	if t.running {
		t.cancel(why)
	}
}

func (q *Queue) change(id ID, f func(*task) bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t := q.byID[id]; t != nil && f(t) {
		q.note()
	}
}

// MoveUp puts a transfer before the one above it.
func (q *Queue) MoveUp(id ID) { q.move(id, -1) }

// MoveDown puts a transfer behind the one below it.
func (q *Queue) MoveDown(id ID) { q.move(id, 1) }

func (q *Queue) move(id ID, by int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.IndexFunc(q.order, func(t *task) bool { return t.id == id })
	if j := i + by; i >= 0 && j >= 0 && j < len(q.order) {
		q.order[i], q.order[j] = q.order[j], q.order[i]
		q.note()
	}
}

// ClearFinished forgets the transfers that are Done or Cancelled. One that
// Failed stays until it is retried or cancelled, so that no failure is lost.
func (q *Queue) ClearFinished() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.order = slices.DeleteFunc(q.order, func(t *task) bool {
		gone := (t.state == Done || t.state == Cancelled) && !t.running
		if gone {
			delete(q.byID, t.id)
		}
		return gone
	})
	q.note()
}

// Nudge lets everything that waits try at once: the user pressed a key, or the
// network is known to be back.
func (q *Queue) Nudge() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.net.nudge()
	for _, t := range q.order {
		if t.state == Waiting {
			t.tries, t.retryAt = 0, time.Time{}
		}
	}
	q.note()
}
