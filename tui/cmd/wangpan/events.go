package main

import (
	"math"
	"time"

	"wangpan/tui/meter"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// eventPace is how often --json tells of a transfer that goes on.
const eventPace = 500 * time.Millisecond

// progressing is a line of --json about a file that is being moved.
type progressing struct {
	Event     string    `json:"event"` // progress
	Direction string    `json:"direction"`
	Local     string    `json:"local"`
	Remote    wire.Path `json:"remote"`
	Size      int64     `json:"size"` // 0: not known yet
	Done      int64     `json:"done"`
	Rate      int64     `json:"rate"`              // bytes a second
	Waiting   bool      `json:"waiting,omitempty"` // for the server
	Stalled   string    `json:"stalled,omitempty"` // server, network or disk: who is to blame
}

// totalling is a line of --json about all files together.
type totalling struct {
	Event       string `json:"event"` // total
	Files       int64  `json:"files"` // found so far
	FilesDone   int64  `json:"files_done"`
	Counted     bool   `json:"counted"` // files and size are all there are
	Size        int64  `json:"size"`
	Done        int64  `json:"done"`
	Rate        int64  `json:"rate"`
	SecondsLeft *int64 `json:"seconds_left,omitempty"` // nil: not known
}

// events makes the lines about what goes on.
type events struct {
	last   time.Time
	total  meter.Gauge
	gauges map[transfer.ID]*meter.Gauge // of what was active last
	piped  bool                         // what is local comes from stdin
}

// newEvents says nothing before the first pace has passed: what is quick is told
// of when it is done.
func newEvents() *events {
	return &events{last: time.Now(), gauges: make(map[transfer.ID]*meter.Gauge)}
}

// sample returns the lines that are due. nil events have none.
func (e *events) sample(w whole, snapshot transfer.Snapshot, now time.Time) (lines []any) {
	if e == nil || now.Sub(e.last) < eventPace {
		return nil
	}
	e.last = now
	gauges := make(map[transfer.ID]*meter.Gauge)
	for _, t := range snapshot.Transfers {
		if t.Tree != nil || t.State != transfer.Active && t.State != transfer.Waiting {
			continue
		}
		gauge := e.gauges[t.ID]
		if gauge == nil {
			gauge = new(meter.Gauge)
		}
		gauges[t.ID] = gauge
		gauge.Add(now, t.Done)
		if e.piped {
			t.Local = pipe
		}
		lines = append(lines, progressing{
			"progress", directionWord(t.Direction), t.Local, t.Remote, t.Size, t.Done, int64(gauge.Rate()),
			t.State == transfer.Waiting, stallWords[t.Stall],
		})
	}
	e.gauges = gauges
	e.total.Add(now, snapshot.Moved)
	line := totalling{"total", w.files, w.ended, w.counted, w.size, w.done, int64(e.total.Rate()), nil}
	if left, known := e.total.TimeLeft(now, snapshot.Moved+w.size-w.done); known && w.counted {
		seconds := int64(math.Ceil(left.Seconds()))
		line.SecondsLeft = &seconds
	}
	return append(lines, line)
}

// stallWords are who is to blame, for machines.
var stallWords = map[transfer.Stall]string{
	transfer.StalledServer: "server", transfer.StalledNetwork: "network", transfer.StalledDisk: "disk",
}
