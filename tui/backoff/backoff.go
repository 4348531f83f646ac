// Package backoff computes how long the client waits before it tries to reach
// the server again. The waits are random: when a server restarts, all its clients
// lose their connections at the same moment, and must not all come back at the
// same moment.
//
// The caller counts the failures, keeps the time of the next attempt, and shows it.
package backoff

import (
	"math/rand/v2"
	"time"
)

// steps are the average waits after the first, second, … failure in a row. The
// last one repeats.
var steps = [...]time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute}

// Backoff returns waits of 1, 2, 5, 15 and then 60 seconds on average. The zero
// value is ready to use. It is safe for concurrent use if Random is.
type Backoff struct {
	// Random returns a number in [0, 1). Tests set it. Nil means rand.Float64, which
	// every process seeds differently.
	Random func() float64
}

// After returns the wait before the next attempt, given the number of failures in a
// row. The wait is evenly distributed between 0.5 and 1.5 times the average. It is 0
// when failures is 0 or negative.
func (b Backoff) After(failures int) time.Duration {
	if failures <= 0 {
		return 0
	}
	random := b.Random
	if random == nil {
		random = rand.Float64
	}
	step := steps[min(failures, len(steps))-1]
	return step/2 + time.Duration(random()*float64(step))
}
