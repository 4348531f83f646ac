package transfer

import (
	"context"
	"time"
)

// tempo is what a crew knows of its rate, and decides by it whether a lane
// more is worth its place.
type tempo struct {
	marks  []int64 // what was done at each tick since the lanes last changed
	trial  *lane   // the newest, as long as it has to prove itself
	before int64   // bytes that moved in rateTicks without it
	quiet  time.Time
}

// mark notes what is done by now. It returns how much was moved in the last
// rateTicks; false: the lanes have changed too lately to tell.
func (t *tempo) mark(done int64) (moved int64, ok bool) {
	t.marks = append(t.marks, done)
	n := len(t.marks)
	if n <= warmTicks+rateTicks {
		return 0, false
	}
	return t.marks[n-1] - t.marks[n-1-rateTicks], true
}

// left notes that a lane is gone.
func (t *tempo) left(ln *lane) {
	t.marks = nil
	if t.trial == ln {
		t.trial = nil
	}
}

// consider judges the newest lane, or asks for another.
func (c *crew) consider(ctx context.Context) {
	rules, now := c.means.lanes, time.Now()
	moved, ok := c.tempo.mark(c.count.done.Load())
	if !ok || c.stopped.Load() {
		return
	}
	if trial := c.tempo.trial; trial != nil {
		c.tempo.trial = nil
		if float64(moved) < rules.gain*float64(c.tempo.before) {
			trial.dropped.Store(true) // its hands end what they have begun
			c.tempo.marks, c.tempo.quiet = nil, now.Add(rules.again)
			return
		}
	}
	if c.asked || moved <= 0 || c.missing() < rules.least || now.Before(c.tempo.quiet) {
		return
	}
	c.asked, c.tempo.before = true, moved
	lent := c.lent
	go func() {
		n, err := c.means.lend(ctx)
		if err != nil {
			n = nil
		}
		lent <- n // the round waits for it
	}()
}

// borrowed puts a loan to work, or gives it back when it comes too late.
func (c *crew) borrowed(ctx context.Context, n *loan) {
	c.asked = false
	c.tempo.marks = nil
	switch {
	case n == nil:
	case ctx.Err() != nil || c.stopped.Load() || len(c.lanes) == 0:
		c.means.giveBack(n)
	default:
		c.start(ctx, n.link, n)
		c.tempo.trial = c.lanes[len(c.lanes)-1]
	}
}
