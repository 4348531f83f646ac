package transfer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// laneRules say when a file moves over several connections.
type laneRules struct {
	least   int64         // bytes that must be missing for it
	segment int64         // bytes that a hand takes at a time, whole blocks
	tick    time.Duration // between two looks at the rate, which is that of rateTicks
	gain    float64       // what the rate must become with a lane more, times what it was
	again   time.Duration // until another lane is tried after one that gained nothing
}

var defaultLanes = laneRules{least: 64 << 20, segment: 16 << 20, tick: 500 * time.Millisecond, gain: 1.2, again: time.Minute}

const (
	rateTicks = 4 // ticks over which a rate is measured
	warmTicks = 2 // ticks that a new lane has to come up to its speed, buffers filled on the way
	// hands is how many goroutines work on a lane. Requests are answered in
	// order, so the second's is on its way while the first's is served, and no
	// round trip is lost between two segments.
	hands = 2
)

// means is what a queue gives the transfers that it runs.
type means struct {
	origin   string
	lend     func(context.Context) (*loan, error)
	giveBack func(*loan)
	lanes    laneRules
}

// crew moves the segments of one file that are missing: over one connection,
// and over more while the queue has idle places and they make it faster.
type crew struct {
	means   *means
	count   *progress
	missing func() int64 // bytes that are still to be moved
	// move takes a segment of at most limit bytes and moves it. It is false
	// when there was none. A segment that fails is given back.
	move func(ctx context.Context, ln *lane, limit int64) (bool, error)

	lanes    []*lane
	ended    chan ending
	lent     chan *loan  // what a request for a loan came to; nil: nothing
	asked    bool        // such a request is outstanding
	fatal    error       // why it ends
	lost     error       // of the lane that was lost last
	stopped  atomic.Bool // nobody takes another segment
	tempo    tempo
	watchers sync.WaitGroup
}

// lane is one connection of a crew.
type lane struct {
	link  *link
	loan  *loan  // nil: it is the transfer's own
	hands int    // at work
	done  func() // of the loan: it is no connection of the transfer any more

	stop    context.CancelCauseFunc
	leaving atomic.Bool // its place is needed: it sends no more
	dropped atomic.Bool // it takes no more segments
}

// ending is what a hand says when it goes.
type ending struct {
	lane *lane
	err  error
}

// run moves everything. It is lost only when the last connection is; own is
// another one then if that was lost before.
func (c *crew) run(ctx context.Context, own *link) error {
	if c.missing() < c.means.lanes.least {
		ln := &lane{link: own}
		for {
			if more, err := c.move(ctx, ln, math.MaxInt64); !more || err != nil {
				return err
			}
		}
	}
	for {
		err := c.round(ctx, own)
		if err != nil || c.missing() == 0 || own.broken() {
			return err
		}
	}
}

// round lets lanes work until nothing is left that one could take.
func (c *crew) round(ctx context.Context, own *link) error {
	defer c.watchers.Wait()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c.ended, c.lent, c.tempo = make(chan ending), make(chan *loan), tempo{}
	c.start(ctx, own, nil)
	ticker := time.NewTicker(c.means.lanes.tick)
	defer ticker.Stop()
	for len(c.lanes) > 0 || c.asked {
		if len(c.lanes) == 0 {
			cancel(nil) // nobody waits for another connection any more
		}
		select {
		case e := <-c.ended:
			c.note(e, own, cancel)
		case n := <-c.lent:
			c.borrowed(ctx, n)
		case <-ticker.C:
			c.consider(ctx)
		}
	}
	switch {
	case c.fatal != nil:
		return c.fatal
	case own.broken():
		return c.lost
	default:
		return nil
	}
}

// start puts hands to work on a connection.
func (c *crew) start(ctx context.Context, l *link, n *loan) {
	ln := &lane{link: l, loan: n, hands: hands}
	ctx, ln.stop = context.WithCancelCause(ctx)
	c.lanes = append(c.lanes, ln)
	if n != nil {
		ln.done = c.count.use(l.server)
		c.watchers.Go(func() { c.watch(ctx, ln) })
	}
	for range hands {
		go func() { c.ended <- ending{ln, c.work(ctx, ln)} }()
	}
}

// work is what one hand does.
func (c *crew) work(ctx context.Context, ln *lane) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &Error{Kind: ErrInternal, Err: fmt.Errorf("panic: %v", r)}
		}
	}()
	for !c.stopped.Load() && !ln.dropped.Load() && !ln.leaving.Load() {
		if more, err := c.move(ctx, ln, c.means.lanes.segment); !more || err != nil {
			return err
		}
	}
	return nil
}

// grace is how long a lane that is recalled may take to end what it sends
// properly, so that nobody has to ask how far it got.
const grace = 2 * time.Second

// watch ends a lane whose place is needed.
func (c *crew) watch(ctx context.Context, ln *lane) {
	select {
	case <-ctx.Done():
		return
	case <-ln.loan.recalled:
	}
	ln.leaving.Store(true)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
		ln.stop(errRecalled)
	}
}

// note takes in that a hand has gone.
func (c *crew) note(e ending, own *link, cancel context.CancelCauseFunc) {
	ln := e.lane
	switch {
	case e.err == nil, ln.leaving.Load() && (isLost(e.err) || errors.Is(e.err, errRecalled)):
	case isLost(e.err), ln.loan != nil && passes(e.err):
		c.lost = e.err
		ln.dropped.Store(true)
	case c.fatal == nil:
		c.fatal = e.err
		c.stopped.Store(true)
		if !isRefusal(e.err) {
			cancel(e.err) // what is under way is of no use
		}
	}
	if ln.hands--; ln.hands == 0 {
		c.leave(ln, own)
	}
}

// leave takes a lane out. The last one leaves its connection to a transfer
// that has lost its own.
func (c *crew) leave(ln *lane, own *link) {
	ln.stop(nil)
	c.lanes = slices.DeleteFunc(c.lanes, func(other *lane) bool { return other == ln })
	c.tempo.left(ln)
	if ln.loan == nil {
		return
	}
	ln.done()
	if len(c.lanes) == 0 && own.broken() && !ln.link.broken() {
		own.adopt(ln.link)
	}
	c.means.giveBack(ln.loan)
}
