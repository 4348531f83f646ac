// Package meter shows how far a transfer is and how fast it goes.
//
// [Bar] draws a bar in eighths of a cell. A [Gauge] turns samples of (time,
// bytes) into what people read: a rate that does not jump, a time left that
// counts down instead of wandering, and for how long nothing has come.
//
// Nothing here keeps time of its own. The root samples about ten times a second
// and redraws on its one shared tick; between two samples [Gauge.Shown] moves
// the bar on smoothly. It trails the truth by one sample and never runs ahead.
package meter

import (
	"math"
	"strings"

	"wangpan/tui/theme"
)

// Bar returns a bar of so many cells for a fraction of 1, in two parts, so that
// the caller can colour what is done and what is not. A fraction outside 0 to 1
// counts as the nearer end. Only a whole transfer fills the bar.
func Bar(g theme.Glyphs, cells int, fraction float64) (done, rest string) {
	if cells < 1 {
		return "", ""
	}
	steps := len(g.Bar) - 1
	total := cells * steps
	filled := 0
	if fraction > 0 { // false for NaN, which is nothing of nothing
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
