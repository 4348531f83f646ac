package transfer

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
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
	// Active is how many transfers run at a time; 0 means 4.
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
	// and may serve several, one after the other or at a time.
	Journal *Journal
	// Rows limits how many transfers a Snapshot shows of those in a state in
	// which there may be very many: the first so many that are Queued, the last
	// that have ended. 0: all. A queue of 100,000 is copied ten times a second
	// otherwise.
	Rows int
	// OnEnd is called for every file that has ended, Done, Failed or Cancelled,
	// children included, and for every folder after its children, in the order
	// in which they ended and one at a time. One that is retried may end again.
	// It may call the Queue, but not Close.
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
	means   *means
	pool    pool

	mu     sync.Mutex // guards everything below
	order  []*task
	byID   map[ID]*task
	lastID ID
	active int // tasks with a goroutine, and loans
	loans  []*loan
	net    network
	bump   chan struct{} // closed and renewed at every change of state
	closed bool
}

// task is a transfer as the Queue holds it.
type task struct {
	id       ID
	job      Job
	progress progress
	work     work // only of the goroutine that runs it

	// Guarded by Queue.mu.
	state    State
	running  bool // it has a goroutine, whatever its state says by now
	cancel   context.CancelCauseFunc
	question *Question
	answer   Answer
	rest     Answer
	err      error
	result   *Result
	tries    int       // in a row that a busy server refused
	retryAt  time.Time // Waiting for a busy server; zero when for the network
	since    time.Time // Waiting for a busy server since
	added    time.Time
	started  time.Time
	finished time.Time
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
		bump:    make(chan struct{}),
		limit:   newLimiter(o.Rate),
	}
	q.pool.dial = o.Dial
	q.means = &means{origin: o.Origin, lend: q.lend, giveBack: q.giveBack, lanes: defaultLanes}
	q.workers.Go(q.schedule)
	return q
}

// Close stops all transfers and waits for their goroutines. Partials and
// staged uploads stay and can be continued. The error is always nil.
func (q *Queue) Close() error {
	q.mu.Lock()
	q.closed = true
	q.note()
	q.mu.Unlock()
	q.stop()
	q.workers.Wait()
	q.pool.close()
	return nil
}

// Add puts jobs at the end of the queue.
func (q *Queue) Add(jobs ...Job) []ID {
	q.mu.Lock()
	defer q.mu.Unlock()
	ids := make([]ID, len(jobs))
	for i, job := range jobs {
		if local, err := filepath.Abs(job.Local); err == nil {
			job.Local = local // where it goes is fixed now, whatever becomes the working folder
		}
		q.lastID++
		t := &task{id: q.lastID, job: job, added: time.Now()}
		t.progress.moved, t.progress.limit = &q.moved, q.limit
		t.work = newWork(job, q.means, &t.progress)
		q.byID[t.id] = t
		q.order = append(q.order, t)
		ids[i] = t.id
	}
	q.note()
	return ids
}

// note tells everybody who waits that a state has changed. q.mu is held.
func (q *Queue) note() {
	close(q.bump)
	q.bump = make(chan struct{})
	for _, c := range []chan struct{}{q.changed, q.wake} {
		select {
		case c <- struct{}{}:
		default: // it is told already
		}
	}
}

// Changed receives when something but a count of bytes has changed since the
// last time. It is never closed. One reader only.
func (q *Queue) Changed() <-chan struct{} { return q.changed }

// Snapshot copies the state of all transfers.
func (q *Queue) Snapshot() Snapshot {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := Snapshot{
		Transfers: make([]Transfer, len(q.order)),
		Counts:    make(map[State]int),
		Moved:     q.moved.Load(),
		Offline:   q.net.down,
	}
	if q.net.down {
		s.RetryAt, s.Err = q.net.retryAt, q.net.err
	}
	for i, t := range q.order {
		c := q.copy(t)
		s.Transfers[i] = c
		s.Counts[c.State]++
		switch c.State {
		case Queued, Active, Waiting:
			s.Left += max(c.Size-c.Done, 0)
		default:
		}
	}
	return s
}

// copy returns the state of t. q.mu is held.
func (q *Queue) copy(t *task) Transfer {
	c := Transfer{
		ID: t.id, Job: t.job, State: t.state, Err: t.err, Result: t.result,
		Added: t.added, Started: t.started, Finished: t.finished,
	}
	t.progress.fill(&c)
	if t.state == Active {
		c.Stall = t.progress.stall(time.Now())
	}
	if t.state == Asking {
		c.Question = t.question
	}
	if t.state == Waiting {
		c.RetryAt = t.retryAt
		if q.net.down && q.net.retryAt.After(c.RetryAt) {
			c.RetryAt = q.net.retryAt
		}
	}
	return c
}

// Wait returns nil when nothing is Queued, Active or Waiting any more; what is
// Paused or Asking does not keep it. The error is that of ctx, or ErrClosed.
func (q *Queue) Wait(ctx context.Context) error {
	for {
		q.mu.Lock()
		busy := slices.ContainsFunc(q.order, func(t *task) bool {
			return t.running || t.state == Queued || t.state == Active || t.state == Waiting
		})
		closed, bump := q.closed, q.bump
		q.mu.Unlock()
		switch {
		case !busy:
			return nil
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
