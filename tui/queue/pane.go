package queue

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/meter"
	"wangpan/tui/text/list"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
)

// Options are the dependencies of a Pane.
type Options struct {
	Theme   *theme.Theme
	Locale  *locale.Locale
	Explain func(error) string       // the sentence for an error, in the language in use
	Calm    time.Duration            // how long numbers stay the same at least
	Shorten func(path string) string // a local path as the user writes it

	Registry *command.Registry // for the names of keys; may be set after New
}

// Pane shows the transfers. It is not safe for concurrent use.
type Pane struct {
	Options

	width, height int // in cells, as Resize said

	snapshot transfer.Snapshot
	earlier  int       // unfinished transfers of earlier runs
	limit    int64     // bytes per second that all may move together; 0: no limit
	base     int64     // Snapshot.Done when nothing remained to move
	order    []int     // indexes into the snapshot, in the order of the rows
	folders  bool      // a row is a folder
	now      time.Time // of the last sample
	written  time.Time // when words and totals were last written
	words    map[transfer.ID]words
	totals   []string // the facts in the first line
	progress float64
	speeds   map[transfer.ID]*speed
	total    meter.Gauge // of all together

	list    list.Window // of order
	focused bool
}

// speed measures how fast a transfer moves.
type speed struct {
	gauge meter.Gauge
	trace meter.Trace // since the transfer started, without pauses
}

// New returns an empty pane.
func New(o Options) *Pane {
	return &Pane{Options: o, list: list.Window{Line: 1}, words: make(map[transfer.ID]words), speeds: make(map[transfer.ID]*speed)}
}

// Sample shows the transfers at a moment, which must not be before that of the last
// sample.
func (p *Pane) Sample(now time.Time, s transfer.Snapshot) {
	under, had := p.Current()
	turned := p.turned(s.Transfers)
	p.now, p.snapshot = now, s
	for i := range s.Transfers {
		p.measure(&s.Transfers[i])
	}
	p.total.Add(now, s.Moved)
	if s.Counts[transfer.Active] == 0 {
		p.total.Rest(now)
	}
	if s.BytesRemaining == 0 && s.Counts[transfer.Active]+s.Counts[transfer.Queued]+s.Counts[transfer.Waiting] == 0 {
		p.base = s.Done
	}
	if turned {
		p.forgetSpeeds()
		p.arrange()
		p.list.SetRows(len(p.order))
		for i := range p.order {
			if had && p.at(i).ID == under.ID {
				p.list.Go(i)
			}
		}
	}
	if turned || now.Sub(p.written) >= p.Calm || p.outrun() {
		p.Write()
	}
	p.follow()
}

// Snapshot returns the last sample. The caller must not change it.
func (p *Pane) Snapshot() transfer.Snapshot { return p.snapshot }

// mostOff limits the distance between a visible transfer and its bar and numbers,
// as a fraction of 1. Beyond it they are written before Calm ends.
const mostOff = 0.1

// outrun reports whether a visible transfer is beyond that limit.
func (p *Pane) outrun() bool {
	for i := p.list.Top; i < p.list.End(); i++ {
		t := p.at(i)
		if w, ok := p.words[t.ID]; ok && math.Abs(p.fraction(t)-w.fraction) > mostOff {
			return true
		}
	}
	return false
}

// at returns the transfer in a row.
func (p *Pane) at(row int) *transfer.Transfer { return &p.snapshot.Transfers[p.order[row]] }

// arrange orders the rows: unfinished transfers in the order of the queue, then
// failed ones, then the others, both with the latest first. The files of a folder
// have no rows.
func (p *Pane) arrange() {
	rank := func(t *transfer.Transfer) int {
		switch {
		case !t.State.Ended():
			return 0
		case t.State == transfer.Failed:
			return 1
		}
		return 2
	}
	p.order, p.folders = p.order[:0], false
	for i := range p.snapshot.Transfers {
		if t := &p.snapshot.Transfers[i]; t.Parent == 0 {
			p.order = append(p.order, i)
			p.folders = p.folders || t.Tree != nil
		}
	}
	slices.SortStableFunc(p.order, func(i, j int) int {
		a, b := &p.snapshot.Transfers[i], &p.snapshot.Transfers[j]
		if by := cmp.Compare(rank(a), rank(b)); by != 0 || rank(a) == 0 {
			return by
		}
		return b.Finished.Compare(a.Finished)
	})
}

// measure measures the speed of a transfer while it moves bytes. Other phases say
// nothing about the connection. The bytes of a file in a folder count for the
// folder.
func (p *Pane) measure(t *transfer.Transfer) {
	measured := p.speeds[t.ID]
	switch moves := t.State == transfer.Active && (t.Phase == transfer.Moving || t.Tree != nil); {
	case t.Parent != 0:
	case moves:
		if measured == nil {
			measured = new(speed)
			p.speeds[t.ID] = measured
		}
		measured.gauge.Add(p.now, t.Done)
		measured.trace.Add(p.now, t.Done)
	case measured != nil:
		measured.gauge.Rest(p.now)
		measured.trace.Rest(p.now)
	}
}

// forgetSpeeds drops the speeds of transfers that are no longer shown.
func (p *Pane) forgetSpeeds() {
	shown := make(map[transfer.ID]bool, len(p.snapshot.Transfers))
	for i := range p.snapshot.Transfers {
		shown[p.snapshot.Transfers[i].ID] = true
	}
	maps.DeleteFunc(p.speeds, func(id transfer.ID, _ *speed) bool { return !shown[id] })
}

// graphWide is how many cells the graph of a transfer gets: it fits the
// narrowest dialog.
const graphWide = 32

// Graph draws the speed of a transfer since it started, blank when it has moved
// too little. peak is its highest speed in bytes per second, which has the full
// height; long is the time in which it moved.
func (p *Pane) Graph(id transfer.ID) (drawn string, peak float64, long time.Duration) {
	measured := p.speeds[id]
	if measured == nil {
		return "", 0, 0
	}
	return measured.trace.Draw(p.Theme.Glyph, graphWide), measured.trace.Peak(), measured.trace.Long()
}

// turned reports whether transfers were added or removed, or one has changed its
// state or phase.
func (p *Pane) turned(transfers []transfer.Transfer) bool {
	return !slices.EqualFunc(p.snapshot.Transfers, transfers, func(a, b transfer.Transfer) bool {
		return a.ID == b.ID && a.State == b.State && a.Phase == b.Phase
	})
}

// Write writes all words and numbers again, in the language in use.
func (p *Pane) Write() {
	p.written = p.now
	clear(p.words)
	p.totals, p.progress = p.sum(), p.sumProgress()
}

// wordsOf returns the contents of a row. Only drawn rows get words, so that
// thousands of transfers cost no more than ten.
func (p *Pane) wordsOf(t *transfer.Transfer) words {
	w, ok := p.words[t.ID]
	if !ok {
		w = p.describe(t)
		w.fraction = p.fraction(t)
		p.words[t.ID] = w
	}
	return w
}

// Empty reports whether there is nothing to show.
func (p *Pane) Empty() bool { return len(p.order) == 0 && p.earlier == 0 }

// SetEarlier sets the number of unfinished transfers of earlier runs.
func (p *Pane) SetEarlier(n int) {
	p.earlier = n
	p.Write()
}

// SetLimit sets the bytes per second that all may move together; 0: no limit.
func (p *Pane) SetLimit(bytes int64) {
	p.limit = bytes
	p.Write()
}

// shortList is the number of visible rows when all transfers are done.
const shortList = 3

// Lines returns how many lines the pane needs, at most a number.
func (p *Pane) Lines(most int) int {
	rows := len(p.order)
	switch {
	case p.Empty():
		return 0
	case p.snapshot.Counts[transfer.Done] == rows+p.snapshot.Hidden && !p.focused:
		rows = min(rows, shortList)
	case p.snapshot.Hidden > 0:
		rows++
	}
	return min(1+rows, most)
}

// Resize sets the size of the pane in cells.
func (p *Pane) Resize(width, height int) {
	p.width, p.height = width, height
	p.follow()
}

// Focus sets whether the pane has the focus.
func (p *Pane) Focus(on bool) {
	if on && !p.focused {
		p.list.Go(0)
	}
	p.focused = on
	p.follow()
}

// Sentence describes the state of a transfer, or its result.
func (p *Pane) Sentence(t transfer.Transfer) string {
	w := p.describe(&t)
	if w.sentence != "" {
		return w.sentence
	}
	return w.percent + "  " + w.part + "  " + w.rate + "  " + w.left
}

// Rate returns the bytes per second that all transfers move together.
func (p *Pane) Rate() float64 { return p.total.Rate() }

// Progress returns the progress of all transfers since nothing remained to move,
// as a fraction of 1. Bytes that an earlier run has moved count, as they do in the
// rows. Like all numbers it stays the same for Calm.
func (p *Pane) Progress() float64 { return p.progress }

func (p *Pane) sumProgress() float64 {
	done := p.snapshot.Done - p.base + p.snapshot.BytesDone
	return float64(done) / float64(max(done+p.snapshot.BytesRemaining, 1))
}

// follow scrolls to the cursor or, without the focus, to the unfinished transfers
// at the top.
func (p *Pane) follow() {
	p.list.Follow(p.height - 1)
	if !p.focused {
		p.list.Top = 0
	}
}
