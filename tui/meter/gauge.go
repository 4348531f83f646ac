package meter

import (
	"math"
	"time"
)

const (
	// memory is the time after which the weight of a sample in the rate is 37 %.
	// Two seconds smooth a bursty link and follow a change soon enough.
	memory = 2 * time.Second

	// quiet is the time without a byte after which a transfer is stalled.
	quiet = 3 * time.Second

	// tolerance is the error of the shown end, as a part of the remaining time,
	// above which it is corrected.
	tolerance = 0.15
)

// Gauge measures one transfer. The zero Gauge is ready. It is not safe for
// concurrent use.
type Gauge struct {
	last    sample
	started bool
	rate    float64 // bytes per second, weighted
	weight  float64 // the measured part of the rate, 0 to 1
	moved   time.Time
	end     time.Time // the shown end
}

type sample struct {
	at    time.Time
	bytes int64
}

// Add records the bytes done at a time. Fewer bytes than before mean that the
// transfer starts over. Add ignores a time that is not after the last one.
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

// Rest resets the speed but not the position, after a pause or a lost network.
func (g *Gauge) Rest(at time.Time) {
	*g = Gauge{last: sample{at, g.last.bytes}, started: g.started, moved: at}
}

// Rate returns bytes per second, 0 before the second sample. It is correct from the
// second sample on, without a slow start.
func (g *Gauge) Rate() float64 {
	if g.weight == 0 {
		return 0
	}
	return g.rate / g.weight
}

// Stalled returns the time since the last byte if the transfer is stalled, else 0.
func (g *Gauge) Stalled(now time.Time) time.Duration {
	if silent := now.Sub(g.moved); g.started && silent >= quiet {
		return silent
	}
	return 0
}

// TimeLeft returns the remaining time up to a total of bytes, rounded to its
// precision. It is unknown without a rate and while the transfer is stalled. It
// counts down by the clock and is corrected only for a large error.
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
	if seconds > 1e8 { // three years
		return 0, false
	}
	left = max(0, time.Duration(seconds*float64(time.Second)))
	off := math.Abs(g.end.Sub(now).Seconds() - left.Seconds())
	if g.end.IsZero() || off > max(1, tolerance*left.Seconds()) {
		g.end = now.Add(left)
	}
	return roughly(g.end.Sub(now)), true
}

// roughly rounds up to a step that matches the precision.
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
