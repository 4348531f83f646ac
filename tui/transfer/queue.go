package transfer

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// defaultActive is how many transfers run at a time when nobody says otherwise.
const defaultActive = 4

// Options say how a Queue reaches its server. Dial is required.
type Options struct {
	// Dial makes another connection of the same session. What it returns
	// belongs to the Queue.
	Dial func(context.Context) (Server, error)
	// Hopeless reports whether an error of Dial will not go away by waiting, as
	// a changed key will not. Refusals by the server are known already.
	Hopeless func(error) bool
	// Active is how many transfers run at a time; 0 means 4. Sixteen small
	// files of a folder count as one, and share a connection.
	Active int
	// Rate limits all transfers together to so many bytes a second, as
	// [Queue.SetRate] does; 0: no limit.
	Rate int64
	// Patience is how long transfers wait for a server that cannot be reached
	// or is busy before they fail; 0 means for ever.
	Patience time.Duration
	// Origin names the server's key and the user. It goes into the records of
	// partials, so that one is continued only from where it came.
	Origin string
	// Journal keeps what is in the queue on the disk, so that the next run of
	// the program can continue it. nil: nothing is kept. It outlives the Queue
	// and may serve several, one after the other or at a time. Nothing starts
	// before it is written there.
	Journal *Journal
	// Wrote is called with the folder that a download is about to write to, once
	// a day for each: partials may stay there, which Survey finds. It may wait
	// for the disk, and is called from several goroutines. nil: nobody asks.
	Wrote func(Folder) error
	// Rows limits how many transfers a Snapshot shows of those in a state in
	// which there may be very many: the first so many that are Queued, the last
	// that have ended. 0: all. A queue of 100,000 is copied ten times a second
	// otherwise.
	Rows int
	// OnEnd is called for every file that has ended, Done, Failed or Cancelled,
	// children included, and for every folder after its children, in the order
	// in which they ended and one at a time. One that is retried may end again.
	// It may call the Queue, but neither Wait nor Close.
	OnEnd func(Transfer)
	Log   *slog.Logger // nil: nowhere
}

// Queue runs transfers. Its methods are safe for concurrent use and wait
// neither for disk nor network, but for Close and Wait.
type Queue struct {
	options Options
	ctx     context.Context //nolint:containedctx // it is the life of the goroutines that the Queue owns
	stop    context.CancelFunc
	wake    chan struct{} // to the scheduler; capacity 1
	changed chan struct{} // to the user; capacity 1
	workers sync.WaitGroup
	moved   atomic.Int64
	limit   *rate.Limiter
	env     *env
	pool    pool
	syncs   folderSyncs
	ends    ends
	wrote   wrote

	mu        sync.Mutex // guards everything below
	rows      line
	in        [Cancelled + 1]line // rows by state
	due       line                // rows that have something to start
	later     map[*task]struct{}  // Waiting for a busy server
	laterAt   time.Time           // when the first of them is due, or earlier; zero: none
	runs      map[*task]struct{}  // with a goroutine, children too
	trees     map[*task]struct{}  // folders that have begun and not ended
	byID      map[ID]*task        // children too
	byKey     map[JobKey]*task    // rows, of each JobKey the one added or retried last
	lastID    ID
	lastRank  int64
	free      int // places; a wholePlace for each of Options.Active
	walking   int // walkers that are at work
	asking    int // open questions of children
	identical int // rows that are Done and moved nothing, and why
	skipped   int
	done      int64 // bytes, of rows that have ended as Done
	there     int64 // bytes that have arrived, of rows that wait for their turn
	left      int64 // bytes that have not, of the same rows
	nudges    int
	net       network
	bump      chan struct{} // closed and renewed at every change of state
	closed    bool
}

// New starts an empty Queue. Close ends it.
func New(o Options) *Queue {
	if o.Active <= 0 {
		o.Active = defaultActive
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Hopeless == nil {
		o.Hopeless = func(error) bool { return false }
	}
	ctx, stop := context.WithCancel(context.Background())
	q := &Queue{
		options: o,
		ctx:     ctx,
		stop:    stop,
		wake:    make(chan struct{}, 1),
		changed: make(chan struct{}, 1),
		byID:    make(map[ID]*task),
		byKey:   make(map[JobKey]*task),
		later:   make(map[*task]struct{}),
		runs:    make(map[*task]struct{}),
		trees:   make(map[*task]struct{}),
		free:    o.Active * wholePlace,
		bump:    make(chan struct{}),
		limit:   newLimiter(o.Rate),
	}
	q.pool.dial, q.pool.ctx, q.pool.most = o.Dial, ctx, o.Active
	q.ends.tell = o.OnEnd
	release := func(l *link) { q.pool.give(l, !l.broken()) }
	q.env = &env{origin: o.Origin, connect: q.pool.take, release: release, streams: defaultStreams}
	q.workers.Go(q.schedule)
	if o.Journal != nil {
		q.workers.Go(q.notes)
	}
	return q
}

// Close stops all transfers and waits for their goroutines. Partials, staged
// uploads and what the journal has stay and can be continued. The error is
// always nil.
func (q *Queue) Close() error {
	q.mu.Lock()
	q.closed = true
	q.note()
	q.mu.Unlock()
	q.stop()
	q.pool.hangUp()
	q.workers.Wait()
	q.pool.close()
	q.ends.close()
	q.writeDown()
	return nil
}

// Add puts jobs at the end of the queue.
func (q *Queue) Add(jobs ...Job) []ID {
	now := time.Now()
	added := make([]*task, len(jobs))
	for i, job := range jobs {
		added[i] = &task{job: job.fixed(), added: now}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.append(added)
}

// fixed returns j with an absolute path: the working folder may change.
func (j Job) fixed() Job {
	if local, err := filepath.Abs(j.Local); err == nil {
		j.Local = local
	}
	return j
}

// Find returns the transfer in the queue that has the same JobKey as job and is
// neither Done nor Cancelled.
func (q *Queue) Find(job Job) (Transfer, bool) {
	key := job.fixed().Key()
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.byKey[key]
	if t == nil || t.state == Done || t.state == Cancelled {
		return Transfer{}, false
	}
	return q.copy(t), true
}

// append puts rows at the end of the queue. q.mu is held.
func (q *Queue) append(rows []*task) []ID {
	ids := make([]ID, len(rows))
	for i, t := range rows {
		q.lastID++
		q.lastRank++
		t.id, t.rank = q.lastID, q.lastRank
		t.progress.moved, t.progress.limit = &q.moved, q.limit
		switch {
		case !t.job.Folder:
			t.work = newWork(t.job, q.env, &t.progress)
		case t.tree == nil:
			t.tree = new(tree)
		}
		q.byID[t.id] = t
		q.byKey[t.job.Key()] = t
		q.rows.insert(t)
		ids[i] = t.id
	}
	q.log(rows)
	for _, t := range rows {
		q.place(t)
	}
	q.note()
	return ids
}

// note tells everybody who waits that a state has changed. q.mu is held.
func (q *Queue) note() {
	q.stir()
	select {
	case q.changed <- struct{}{}:
	default: // it is told already
	}
}

// stir is note for what only the queue itself waits for: the files of a folder
// that come and go without a question. q.mu is held.
func (q *Queue) stir() {
	close(q.bump)
	q.bump = make(chan struct{})
	select {
	case q.wake <- struct{}{}:
	default: // it is told already
	}
}

// Changed receives when something but a count has changed since the last time:
// of bytes, or of a folder's files that begin and are done. It is never closed.
// One reader only.
func (q *Queue) Changed() <-chan struct{} { return q.changed }

// Wait returns nil when nothing is Queued, Active or Waiting any more, and
// OnEnd has heard of all that ended; what is Paused or Asking does not keep it.
// The error is that of ctx, or ErrClosed.
func (q *Queue) Wait(ctx context.Context) error {
	for {
		q.mu.Lock()
		busy := len(q.runs)+len(q.in[Queued].tasks)+len(q.in[Active].tasks)+len(q.in[Waiting].tasks) > 0
		closed, bump := q.closed, q.bump
		q.mu.Unlock()
		switch {
		case !busy:
			return q.ends.wait(ctx)
		case closed:
			return ErrClosed
		}
		select {
		case <-bump:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
