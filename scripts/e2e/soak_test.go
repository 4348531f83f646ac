//go:build !windows

package e2e

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// soaking says that this run is the long one: `task soak`. The tests are the
// same, with more repetitions and larger files.
var soaking = os.Getenv("WANGPAN_SOAK") != ""

// times is how often a test repeats something.
func times(short, soak int) int {
	if soaking {
		return soak
	}
	return short
}

// random draws what WANGPAN_SEED says, or something new; the log tells it.
func random(t *testing.T) *rand.Rand {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("WANGPAN_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("for the same again: WANGPAN_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}
