package transfer

import (
	"context"
	"time"
)

// noteEvery is how often the journal is told how far a transfer is.
const noteEvery = time.Second

// log has the journal take in new rows. They are not due before it has. q.mu is
// held.
func (q *Queue) log(rows []*task) {
	j := q.options.Journal
	var fresh []*task
	for _, t := range rows {
		if t.logged = j == nil || t.entry != ""; !t.logged {
			fresh = append(fresh, t)
		}
	}
	if len(fresh) == 0 {
		return
	}
	j.begin(fresh, q.options.Origin, func(err error) {
		if err != nil {
			// Rather moved without a journal than not at all.
			q.options.Log.Warn("the journal cannot be written", "error", err)
		}
		q.mu.Lock()
		defer q.mu.Unlock()
		for _, t := range fresh {
			t.logged = true
			q.place(t)
		}
		q.note()
	})
}

// logAgain has the journal take in a row that had ended. q.mu is held.
func (q *Queue) logAgain(t *task) {
	if q.options.Journal != nil && t.entry == "" {
		q.log([]*task{t})
	}
}

// logState writes down the state of a row. q.mu is held.
func (q *Queue) logState(t *task) {
	j := q.options.Journal
	if j == nil || t.entry == "" {
		return
	}
	if t.state == Done || t.state == Cancelled {
		j.end(t.entry)
		t.entry = "" // a Retry begins another one
		return
	}
	q.noteDown(t)
}

func (q *Queue) noteDown(t *task) {
	size, done := t.progress.size.Load(), t.progress.done.Load()
	if t.tree != nil {
		size, done = t.tree.Bytes, t.tree.arrived()
	}
	q.options.Journal.note(t.entry, t.state, size, done)
}

// notes tells the journal how far the transfers are, until the queue is closed.
func (q *Queue) notes() {
	tick := time.NewTicker(noteEvery)
	defer tick.Stop()
	for {
		select {
		case <-q.ctx.Done():
			return
		case <-tick.C:
		}
		q.mu.Lock()
		for t := range q.runs {
			if t.home == nil && t.entry != "" {
				q.noteDown(t)
			}
		}
		for t := range q.trees {
			if t.entry != "" && t.tree.running.n > 0 {
				q.noteDown(t)
			}
		}
		q.mu.Unlock()
	}
}

// writeDown tells the journal where everything has stopped, and offers it to
// the next queue.
func (q *Queue) writeDown() {
	j := q.options.Journal
	if j == nil {
		return
	}
	q.mu.Lock()
	for _, t := range q.rows.tasks {
		if t.entry != "" {
			q.noteDown(t)
			j.disown(t.entry)
		}
	}
	q.mu.Unlock()
	if err := j.Sync(); err != nil {
		q.options.Log.Warn("the journal cannot be written", "error", err)
	}
}

// Continue puts unfinished transfers at the end of the queue. They go
// on without a question where that is proven to be right, and replaces nothing
// but what its user agreed to replace; what a folder's
// transfer has moved before is known by its size and time. A paused one stays
// paused. One that another queue has continued or dropped is left out.
func (q *Queue) Continue(unfinished ...Unfinished) []ID {
	var rows []*task
	for _, u := range unfinished {
		if j := q.options.Journal; j != nil && u.entry != "" && !j.own(u.entry) {
			continue
		}
		t := &task{job: u.Job, added: u.Added, resumes: true, entry: u.entry}
		if u.State == Paused {
			t.state = Paused
		}
		if u.Job.Folder {
			t.tree = &tree{again: true}
		} else {
			t.progress.start(u.Size, u.Done)
		}
		rows = append(rows, t)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	ids := q.append(rows)
	for _, t := range rows {
		q.logState(t)
	}
	return ids
}

// Drop forgets unfinished transfers. In the background
// it removes what they had moved: partials here, staged uploads on the server.
// What cannot be reached there expires.
func (q *Queue) Drop(unfinished ...Unfinished) {
	var dropped []Unfinished
	for _, u := range unfinished {
		if j := q.options.Journal; j == nil || u.entry == "" || j.drop(u.entry) {
			dropped = append(dropped, u)
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || len(dropped) == 0 {
		return
	}
	q.workers.Go(func() {
		for _, u := range dropped {
			q.tidy(q.ctx, u)
		}
	})
}

// tidy removes what an unfinished transfer has moved. The partials of a file are
// removed even when the queue is being closed.
func (q *Queue) tidy(ctx context.Context, u Unfinished) {
	switch {
	case u.entry == "" && u.Job.Direction == Download: // nothing but its partials is left of it
		DropPartials(u)
		return
	case u.Job.Direction == Download:
		dropPartials(ctx, u.Job, q.options.Origin)
		return
	}
	l, err := q.pool.take(ctx)
	if err != nil {
		return
	}
	l.discardAll(ctx, u)
	q.pool.give(l, !l.broken())
}
