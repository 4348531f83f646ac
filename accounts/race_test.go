//go:build race

package accounts

import "testing"

// sample makes the long tests take every so-many-th case only: the race detector makes each ten times
// as slow, and finds nothing in the other cases that it does not find in these.
const sample = 6

// plainOnly skips what takes minutes with the race detector and has no race to find, since one thing
// is done at a time in it. Without the detector it is run.
func plainOnly(tb testing.TB) {
	tb.Helper()
	tb.Skip("one thing is done at a time: no race is found")
}
