package meter

import (
	"math"
	"time"
)

const (
	// memory is how long a sample matters: after so much time its weight in
	// the rate has fallen to 37 %. Two seconds calm a bursty link, and follow
	// one that really changed soon enough.
	memory = 2 * time.Second

	// quiet is how long nothing may come before it is called stalled.
	quiet = 3 * time.Second

	// tolerance is how far off the end must be, as a part of what is left,
	// before the time shown is corrected.
	tolerance = 0.15
)

// Gauge measures one transfer. The zero Gauge is ready. It belongs to one
// goroutine and reads no clock: every method takes the time it is asked at.
type Gauge struct {
	last    sample
	started bool
	rate    float64 // bytes a second, weighted
	weight  float64 // how much of the rate is measured, 0 to 1
	moved   time.Time
	end     time.Time // when it will be done, as shown
}

type sample struct {
	at    time.Time
	bytes int64
}

// Add records how many bytes are done at a moment. Fewer bytes than before
// means that it starts over; a moment not after the last one is ignored.
func (g *Gauge) Add(at time.Time, bytes int64) {
	now := sample{at, bytes}
	switch {
	case !g.started || bytes < g.last.bytes:
		*g = Gauge{last: now, started: true, moved: at}
		return
	case !at.After(g.last.at):
		return
	}
	if bytes > g.last.bytes {
		g.moved = at
	}
	seconds := at.Sub(g.last.at).Seconds()
	keep := math.Exp(-seconds / memory.Seconds())
	g.rate = keep*g.rate + (1-keep)*float64(bytes-g.last.bytes)/seconds
	g.weight = keep*g.weight + 1 - keep
	g.last = now
}

// Rest forgets the speed but not the position: after a pause or a lost network
// the time in between says nothing about the link.
func (g *Gauge) Rest(at time.Time) {
	*g = Gauge{last: sample{at, g.last.bytes}, started: g.started, moved: at}
}

// Rate returns bytes a second, 0 before two samples are there. It is right from
// the second sample on instead of creeping up from nothing.
func (g *Gauge) Rate() float64 {
	if g.weight == 0 {
		return 0
	}
	return g.rate / g.weight
}

// Stalled returns for how long nothing has come, once that is worth saying;
// before that 0.
func (g *Gauge) Stalled(now time.Time) time.Duration {
	if silent := now.Sub(g.moved); g.started && silent >= quiet {
		return silent
	}
	return 0
}

// TimeLeft returns how long the rest up to a total of bytes will take, rounded
// as roughly as it is known. It is not known without a rate or while stalled.
// Once shown, it counts down by the clock and is corrected only when it turns
// out wrong by much.
func (g *Gauge) TimeLeft(now time.Time, total int64) (left time.Duration, known bool) {
	rate := g.Rate()
	if g.started && total >= 0 && g.last.bytes >= total {
		return 0, true
	}
	if rate < 1 || total < 0 || g.Stalled(now) > 0 {
		g.end = time.Time{}
		return 0, false
	}
	seconds := float64(total-g.last.bytes)/rate - now.Sub(g.last.at).Seconds()
	if seconds > 1e8 { // three years: nobody waits for that
		return 0, false
	}
	left = max(0, time.Duration(seconds*float64(time.Second)))
	off := math.Abs(g.end.Sub(now).Seconds() - left.Seconds())
	if g.end.IsZero() || off > max(1, tolerance*left.Seconds()) {
		g.end = now.Add(left)
	}
	return roughly(g.end.Sub(now)), true
}

// roughly rounds up to steps that do not pretend to know more than they can.
func roughly(d time.Duration) time.Duration {
	step := time.Second
	switch {
	case d > time.Hour:
		step = 5 * time.Minute
	case d > 10*time.Minute:
		step = time.Minute
	case d > time.Minute:
		step = 5 * time.Second
	}
	if over := d % step; over > 0 {
		d += step - over
	}
	return max(step, d)
}
