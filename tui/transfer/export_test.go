package transfer

import "time"

// SetLanes makes a queue try several connections for smaller files, and decide
// sooner. Transfers that run go by what was before.
func (q *Queue) SetLanes(least, segment int64, tick time.Duration) {
	q.means.lanes = laneRules{least: least, segment: segment, tick: tick, gain: 1.2, again: time.Minute}
}
