package transfer

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wangpan/wire"
)

// noteEvery is the time between two journal lines about the progress of a transfer.
const noteEvery = time.Second

// log stores new rows in the journal. They become due when they are stored. q.mu is
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
			// The transfers run without a journal.
			q.options.Log.Warn("write the journal", "error", err)
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

// logAgain stores a row that had ended in the journal again. q.mu is held.
func (q *Queue) logAgain(t *task) {
	if q.options.Journal != nil && t.entry == "" {
		q.log([]*task{t})
	}
}

// logState stores the state of a row in the journal. q.mu is held.
func (q *Queue) logState(t *task) {
	j := q.options.Journal
	if j == nil || t.entry == "" {
		return
	}
	if t.state == Done || t.state == Cancelled {
		j.end(t.entry)
		t.entry = "" // a Retry makes another one
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

// notes stores the progress of the transfers until the queue is closed.
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

// writeDown stores the progress of all rows and releases their entries to the next
// queue.
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
		q.options.Log.Warn("write the journal", "error", err)
	}
}

// Continue puts unfinished transfers at the end of the queue. A transfer continues
// without a question if its data is verified, and replaces only a file that the user
// agreed to replace. Files of a folder with the same size and time on both sides are
// done. Paused transfers stay paused. Continue ignores transfers that another queue has
// continued or dropped.
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

// Drop removes unfinished transfers from the journal. In the background it deletes
// their partials and discards their staged uploads. Without a connection, staged uploads
// expire.
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

// tidy deletes the data that an unfinished transfer has moved. It deletes the partials
// of a file even if the queue is being closed.
func (q *Queue) tidy(ctx context.Context, u Unfinished) {
	switch {
	case u.entry == "" && u.Job.Direction == Download: // only its partials exist
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

// discardAll discards the staged uploads of u.
func (l *link) discardAll(ctx context.Context, u Unfinished) {
	path := u.Job.Remote
	if u.Job.Folder {
		path = "" // all paths
	}
	staged, err := l.uploads(ctx, path)
	if err != nil {
		return
	}
	for _, s := range staged {
		local := u.Job.Local
		if u.Job.Folder {
			if s.Path == u.Job.Remote || !s.Path.Within(u.Job.Remote) {
				continue
			}
			below := strings.TrimPrefix(string(s.Path), strings.TrimSuffix(string(u.Job.Remote), "/"))
			local = filepath.Join(local, filepath.FromSlash(below))
		}
		if !isOf(s, local, u) {
			continue
		}
		if err := l.discard(ctx, s.Upload); isLost(err) {
			return
		}
	}
}

// isOf reports whether s is a staged upload of the local file. Other clients may upload
// to the same path.
func isOf(s wire.Upload, local string, u Unfinished) bool {
	info, err := os.Stat(local)
	if err != nil {
		return !u.Job.Folder && u.Size > 0 && s.Size == u.Size
	}
	return info.Mode().IsRegular() && info.Size() == s.Size && info.ModTime().Equal(s.ModTime)
}
