package transfer

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
)

// streamRules say how a large file moves.
type streamRules struct {
	count   int   // streams, which are connections that move the same file
	least   int64 // bytes that must be missing for more than one request at a time
	segment int64 // bytes per request then, whole blocks
}

// defaultStreams are measured with BenchmarkStreams. Three streams move a file more
// than twice as fast as one where each connection is limited, and cost nothing where
// the line or the computer is the limit. A fourth gains nothing.
var defaultStreams = streamRules{count: 3, least: 64 << 20, segment: 16 << 20}

// streamWorkers is how many goroutines work on a stream. The server answers
// requests in order, so the request of one is on its way while that of the other
// is served, and no round trip is lost between two segments.
const streamWorkers = 2

// env is what a queue provides to the transfers that it runs.
type env struct {
	origin  string
	connect func(context.Context) (*link, error) // returns another connection
	release func(*link)                          // takes it back
	streams streamRules
}

// mover moves the missing segments of one file. A large file has several streams.
type mover struct {
	env     *env
	count   *progress
	missing func() int64 // bytes that are still to be moved
	// move takes a segment of at most limit bytes and moves it over l. It returns
	// false when there was none. A segment that fails is given back.
	move func(ctx context.Context, l *link, limit int64) (bool, error)

	stopped atomic.Bool // the workers take no more segments

	mu    sync.Mutex // guards what follows
	extra []*link    // connections of the round beside the transfer's own
	fatal error      // why the round ends
	lost  error      // of the stream that was lost last
}

// run moves everything. It fails for a lost connection only when all streams are
// lost. When own is lost and another stream is not, own takes its connection.
func (m *mover) run(ctx context.Context, own *link) error {
	if m.missing() < m.env.streams.least {
		for {
			if more, err := m.move(ctx, own, math.MaxInt64); !more || err != nil {
				return err
			}
		}
	}
	for {
		err := m.round(ctx, own)
		if err != nil || m.missing() == 0 || own.broken() {
			return err
		}
	}
}

// round runs all streams until no worker finds a segment. What a lost stream gave
// back after that is moved in the next round.
func (m *mover) round(ctx context.Context, own *link) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	connecting, noMore := context.WithCancel(ctx)
	defer noMore()
	var streams sync.WaitGroup
	for range m.env.streams.count - 1 {
		streams.Go(func() {
			l, err := m.env.connect(connecting)
			if err != nil {
				return // the other streams are enough
			}
			m.mu.Lock()
			m.extra = append(m.extra, l)
			m.mu.Unlock()
			defer m.count.use(l.server)()
			m.stream(ctx, cancel, l, true)
		})
	}
	m.stream(ctx, cancel, own, false)
	noMore() // what is left is taken
	streams.Wait()
	for _, l := range m.extra {
		if own.broken() && !l.broken() {
			own.adopt(l)
		}
		m.env.release(l)
	}
	m.extra = nil
	switch {
	case m.fatal != nil:
		return m.fatal
	case own.broken():
		return m.lost
	default:
		return nil
	}
}

// stream runs the workers of one connection.
func (m *mover) stream(ctx context.Context, cancel context.CancelCauseFunc, l *link, extra bool) {
	var workers sync.WaitGroup
	for range streamWorkers {
		workers.Go(func() {
			err := m.work(ctx, l)
			m.mu.Lock()
			defer m.mu.Unlock()
			switch {
			case err == nil:
			case isLost(err), extra && isTemporary(err):
				m.lost = err // the other streams move its segments
			case m.fatal == nil:
				m.fatal = err
				m.stopped.Store(true)
				if !isRefusal(err) {
					cancel(err) // requests under way are of no use
				}
			}
		})
	}
	workers.Wait()
}

// work moves one segment after the other.
func (m *mover) work(ctx context.Context, l *link) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &Error{Kind: ErrInternal, Err: fmt.Errorf("panic: %v", r)}
		}
	}()
	for !m.stopped.Load() && !l.lost.Load() {
		if more, err := m.move(ctx, l, m.env.streams.segment); !more || err != nil {
			return err
		}
	}
	return nil
}
