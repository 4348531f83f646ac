//go:build race

package storage_test

// raceEnabled says whether the race detector is on.
const raceEnabled = true
