// Package meter shows the progress and the speed of a transfer.
//
// [Bar] draws a bar in eighths of a cell. A [Gauge] turns samples of (time,
// bytes) into a steady rate, a remaining time that counts down, and the time
// since the last byte. A [Trace] draws the speed over the whole transfer.
//
// The package reads no clock. The root takes about ten samples per second and
// redraws on its one shared tick.
package meter

import (
	"math"
	"strings"

	"wangpan/tui/theme"
)

// Bar returns a bar of so many cells for a fraction of 1, in two parts that the
// caller colours: done and rest. It clamps a fraction outside 0 to 1. Only a
// complete transfer fills the bar.
func Bar(g theme.Glyphs, cells int, fraction float64) (done, rest string) {
	if cells < 1 {
		return "", ""
	}
	steps := len(g.Bar) - 1
	total := cells * steps
	filled := 0
	if fraction > 0 { // false for NaN, the fraction of an empty transfer
		filled = int(math.Floor(min(fraction, 1) * float64(total)))
		if fraction < 1 {
			filled = min(filled, total-1)
		}
	}
	done = strings.Repeat(g.Bar[steps], filled/steps)
	if part := filled % steps; part > 0 {
		done += g.Bar[part]
	}
	whole := (filled + steps - 1) / steps
	return done, strings.Repeat(g.BarRest, cells-whole)
}
