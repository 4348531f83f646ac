//go:build race && !windows

package e2e

// raceEnabled says whether this test runs with the race detector, so that the
// programs that it builds do too.
const raceEnabled = true
