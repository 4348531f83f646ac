package transfer

import (
	"slices"
	"time"
)

// Movable reports whether a transfer in state s can change its place in the queue.
func (s State) Movable() bool { return s == Queued || s == Waiting || s == Paused || s == Asking }

// Answer answers the question of the transfer id. It ignores an answer that the
// question does not offer. With rest, the answer also applies to all present and later
// questions that offer it, of the other transfers that are now in the queue. This
// includes files of their folders that are not listed yet.
func (q *Queue) Answer(id ID, a Answer, rest bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.byID[id]
	if t == nil || t.state != Asking || t.question == nil || !t.question.Offers(a) {
		return
	}
	q.answered(t, a)
	if rest {
		for _, row := range q.rows.tasks {
			if row == t || row.state.Ended() {
				continue
			}
			row.rest = a
			if row.tree != nil {
				q.answerAll(row.tree, a)
			} else if row.state == Asking && row.question.Offers(a) {
				q.answered(row, a)
			}
		}
	}
	q.note()
}

func (q *Queue) answered(t *task, a Answer) {
	t.answer = a
	q.enter(t, Queued)
}

// answerAll answers the open questions of a folder's files.
func (q *Queue) answerAll(tr *tree, a Answer) {
	for t := tr.asking.head; t != nil; {
		next := t.next
		if t.question.Offers(a) {
			q.answered(t, a)
		}
		t = next
	}
}

// Pause stops a transfer until Resume. It keeps the data.
func (q *Queue) Pause(id ID) {
	q.change(id, func(t *task) bool {
		switch t.state {
		case Queued, Active, Waiting, Asking:
			if t.tree != nil {
				q.holdChildren(t.tree)
			}
			q.become(t, Paused, errPaused)
			q.logState(t)
			return true
		default:
			return false
		}
	})
}

// holdChildren stops the running files of a folder. They are queued and run when the
// folder is resumed.
func (q *Queue) holdChildren(tr *tree) {
	for t := tr.running.head; t != nil; t = t.next {
		if t.state == Active {
			t.state = Queued
			t.cancel(errPaused)
		}
	}
}

// Resume continues a paused transfer. It also resumes the files of a folder that were
// paused one by one.
func (q *Queue) Resume(id ID) {
	q.change(id, func(t *task) bool {
		if t.state != Paused {
			return false
		}
		if t.tree == nil {
			q.enter(t, Queued)
			q.logState(t)
			return true
		}
		for t.tree.paused.head != nil {
			q.enter(t.tree.paused.head, Queued)
		}
		q.goOn(t)
		return true
	})
}

// goOn continues a stopped folder. q.mu is held.
func (q *Queue) goOn(row *task) {
	row.err, row.finished, row.tree.reported = nil, time.Time{}, false
	q.logAgain(row)
	if !row.tree.begun {
		q.enter(row, Queued)
	} else {
		q.trees[row] = struct{}{}
		q.enter(row, Active)
		if !row.tree.alive && len(row.tree.branches) > 0 {
			q.walk(row, time.Now())
		}
		q.judge(row)
	}
	q.logState(row)
}

// Cancel cancels a transfer, including one that failed. A partial or staged upload
// stays, so that the same job can continue it later. OnEnd is not called for files of a
// folder that had not started.
func (q *Queue) Cancel(id ID) {
	q.change(id, func(t *task) bool {
		if t.state == Done || t.state == Cancelled {
			return false
		}
		t.finished = time.Now()
		if t.tree != nil {
			q.dropChildren(t.tree)
			t.tree.reported = false
			q.become(t, Cancelled, errCancelled)
			q.judge(t)
			return true
		}
		q.become(t, Cancelled, errCancelled)
		return true
	})
}

// Retry queues a failed or cancelled transfer again, and lets a waiting one try at once.
// In a folder it retries the failed files. A cancelled folder is listed again; files that
// an earlier run moved are done.
func (q *Queue) Retry(id ID) {
	q.change(id, func(t *task) bool {
		switch t.state {
		case Failed, Cancelled:
			if t.home == nil {
				q.byKey[t.job.Key()] = t
			}
			if t.tree != nil {
				q.retryFolder(t)
			} else {
				q.retry(t)
			}
			return true
		case Waiting:
			t.retryAt = time.Time{}
			q.place(t)
			q.nudge()
			return true
		default:
			return false
		}
	})
}

func (q *Queue) retry(t *task) {
	if t.home == nil {
		q.logAgain(t)
		q.requeue(t)
		q.logState(t)
		return
	}
	q.requeue(t)
	row, tr := t.home.row, t.home
	if row.state == Failed && !tr.dropped {
		q.goOn(row)
	} else if !tr.alive && len(tr.branches) > 0 && row.state != Paused {
		q.walk(row, time.Now())
	}
}

// requeue queues a file again, or adds a folder to those that its walker lists again.
// q.mu is held.
func (q *Queue) requeue(t *task) {
	t.err, t.tries, t.since, t.finished = nil, 0, time.Time{}, time.Time{}
	if t.job.Folder {
		q.forget(t)
		t.home.branches = append(t.home.branches, t)
	} else {
		q.enter(t, Queued)
	}
}

func (q *Queue) retryFolder(row *task) {
	tr := row.tree
	if tr.dropped {
		row.tree = &tree{again: true, after: tr}
		q.goOn(row)
		return
	}
	for t := tr.failed.head; t != nil; {
		next := t.next
		q.requeue(t)
		t = next
	}
	tr.first = nil
	q.goOn(row)
}

func (q *Queue) change(id ID, f func(*task) bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t := q.byID[id]; t != nil && f(t) {
		q.note()
	}
}

// MoveUp moves a transfer before the previous movable one. The order of other transfers
// has no effect.
func (q *Queue) MoveUp(id ID) { q.move(id, -1) }

// MoveDown moves a transfer after the next movable one.
func (q *Queue) MoveDown(id ID) { q.move(id, 1) }

// move exchanges the places of two rows. The files of a folder have no places.
func (q *Queue) move(id ID, by int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.byID[id]
	if t == nil || t.home != nil || !t.state.Movable() {
		return
	}
	i, _ := q.rows.find(t)
	j := i + by
	for j >= 0 && j < len(q.rows.tasks) && !q.rows.tasks[j].state.Movable() {
		j += by
	}
	if j < 0 || j >= len(q.rows.tasks) {
		return
	}
	other := q.rows.tasks[j]
	for _, r := range []*task{t, other} {
		r.line.remove(r)
		if r.due {
			q.due.remove(r)
		}
	}
	t.rank, other.rank = other.rank, t.rank
	q.rows.tasks[i], q.rows.tasks[j] = other, t
	for _, r := range []*task{t, other} {
		r.line.insert(r)
		if r.due {
			q.due.insert(r)
		}
	}
	q.note()
}

// ClearFinished removes the transfers that are Done or Cancelled. Failed transfers stay
// until they are retried or cancelled.
func (q *Queue) ClearFinished() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, state := range []State{Done, Cancelled} {
		for _, t := range append([]*task(nil), q.in[state].tasks...) {
			if !t.running && (t.tree == nil || t.tree.running.n == 0 && !t.tree.walking) {
				q.clear(t)
			}
		}
	}
	q.rows.tasks = slices.DeleteFunc(q.rows.tasks, func(t *task) bool { return t.line == nil })
	q.note()
}

// clear removes a row, which the caller removes from q.rows. q.mu is held.
func (q *Queue) clear(t *task) {
	delete(q.byID, t.id)
	if t.state == Done {
		q.countUnmoved(t, -1)
	}
	if key := t.job.Key(); q.byKey[key] == t {
		delete(q.byKey, key)
	}
	t.line.remove(t)
	t.line = nil
}

// Nudge lets all waiting transfers try at once: the user pressed a key, or the network
// is back. It never makes a wait longer and does not reset Options.Patience.
func (q *Queue) Nudge() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.nudge()
	for t := range q.later {
		t.tries, t.retryAt = 0, time.Time{}
		q.place(t)
	}
	q.note()
}

func (q *Queue) nudge() {
	q.nudges++
	q.net.nudge()
}
