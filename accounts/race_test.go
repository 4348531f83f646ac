//go:build race

package accounts

// sample makes the long tests take every so-many-th case only: the race detector makes each ten times
// as slow, and finds nothing in the other cases that it does not find in these.
const sample = 6
