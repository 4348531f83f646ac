//go:build !race

package wire

// raceEnabled reports whether this test runs with the race detector.
const raceEnabled = false
