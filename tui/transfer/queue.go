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

// defaultActive is the default of Options.Active.
const defaultActive = 4

// Options configure a Queue. Dial is required.
type Options struct {
	// Dial makes another connection of the session. The Queue closes it.
	Dial func(context.Context) (Server, error)
	// Hopeless reports whether an error of Dial is permanent, as a changed key is.
	// Refusals by the server are permanent in any case.
	Hopeless func(error) bool
	// Active is the number of transfers that run at a time; 0 means 4. Sixteen
	// small files of a folder count as one and share a connection.
	Active int
	// Rate limits all transfers together, in bytes per second; 0 means no limit.
	// See [Queue.SetRate].
	Rate int64
	// Patience is how long transfers wait for an unreachable or busy server before
	// they fail; 0 means that they never fail for this reason.
	Patience time.Duration
	// Origin identifies the server's key and the user. The records of partials
	// contain it, so that a partial is resumed only from the same drive.
	Origin string
	// Journal stores the transfers on the disk, so that the next run of the program
	// can continue them. A transfer starts after the Journal has stored it. A
	// Journal may serve several Queues. Close does not close it. nil: the Queue
	// stores nothing.
	Journal *Journal
	// Wrote is called before a download writes to a folder, once per day and
	// folder, so that Survey can later search it for partials. It may block, and is
	// called from several goroutines. It may be nil.
	Wrote func(Folder) error
	// Rows limits the number of transfers per state in a Snapshot: it contains the
	// first Rows that are Queued and the last Rows that ended. 0 means all. It
	// bounds the cost of a Snapshot of a long queue.
	Rows int
	// OnEnd is called for every file that becomes Done, Failed or Cancelled,
	// including children, and for every folder after its children. Calls are made
	// one at a time, in the order of the ends. A retried transfer may end again.
	// OnEnd may call the Queue, except Wait and Close.
	OnEnd func(Transfer)
	Log   *slog.Logger // nil: no log
}

// Queue runs transfers. Its methods are safe for concurrent use. Except for Close
// and Wait, they do not block on the disk or the network.
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
	later     map[*task]struct{}  // wait for a busy server
	laterAt   time.Time           // when the first of them is due, or earlier; zero: none
	runs      map[*task]struct{}  // with a goroutine, children too
	trees     map[*task]struct{}  // folders that have begun and not ended
	byID      map[ID]*task        // children too
	byKey     map[JobKey]*task    // rows, of each JobKey the one added or retried last
	lastID    ID
	lastRank  int64
	free      int // places; a wholePlace for each of Options.Active
	walking   int // walkers that are at work
	identical int // rows that are Done and moved nothing, and why
	skipped   int
	done      int64 // bytes, of rows that have ended as Done
	arrived   int64 // bytes that have arrived, of rows that wait for their turn
	remaining int64 // bytes that have not, of the same rows
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
// uploads and journal entries stay and can be continued. The error is always nil.
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

// note wakes the goroutines that wait for a change of state. q.mu is held.
func (q *Queue) note() {
	q.stir()
	select {
	case q.changed <- struct{}{}:
	default: // a signal is pending
	}
}

// stir wakes only the queue's own goroutines: children started or ended without a
// question. q.mu is held.
func (q *Queue) stir() {
	close(q.bump)
	q.bump = make(chan struct{})
	select {
	case q.wake <- struct{}{}:
	default: // a signal is pending
	}
}

// Changed receives when a state has changed since the last receive. Byte counts
// and children that start or finish do not count. The channel is never closed and
// serves one reader.
func (q *Queue) Changed() <-chan struct{} { return q.changed }

// Wait returns nil when no transfer is Queued, Active or Waiting and OnEnd has
// returned for all that ended. It does not wait for transfers that are Paused or
// Asking. The error is that of ctx, or ErrClosed.
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
