//go:build race

package transfer

// raceEnabled says whether the race detector is on.
const raceEnabled = true
