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
	Calm    time.Duration            // the minimum time between two changes of the numbers
	Shorten func(path string) string // returns a local path as the screen shows it

	Registry *command.Registry // for the names of keys; may be set after New
}

// Pane shows the transfers. It is not safe for concurrent use.
type Pane struct {
	Options

	width, height int // in cells; see Resize

	snapshot transfer.Snapshot
	earlier  int       // unfinished transfers of earlier runs
	limit    int64     // bytes per second that all may move together; 0: no limit
	base     int64     // Snapshot.Done when nothing remained to move
	order    []int     // indexes into the snapshot, in the order of the rows
	folders  bool      // at least one row is a folder
	now      time.Time // of the last sample
	written  time.Time // when words and totals were last written
	words    map[transfer.ID]words
	totals   []string // the facts in the first line
	progress float64  // of all transfers, from 0 to 1
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

// Sample shows a snapshot of the transfers, taken at now. now must not be before that of
// the last sample.
func (p *Pane) Sample(now time.Time, s transfer.Snapshot) {
	under, had := p.Current()
	changed := p.stateChanged(s.Transfers)
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
	if changed {
		p.forgetSpeeds()
		p.arrange()
		p.list.SetRows(len(p.order))
		for i := range p.order {
			if had && p.at(i).ID == under.ID {
				p.list.Go(i)
			}
		}
	}
	if changed || now.Sub(p.written) >= p.Calm || p.outdated() {
		p.Write()
	}
	p.follow()
}

// Snapshot returns the last sample. The caller must not change it.
func (p *Pane) Snapshot() transfer.Snapshot { return p.snapshot }

// maxLag is how far the progress on the screen may lag behind that of a transfer, as a
// fraction of 1. If it lags more, the numbers change before Calm has passed.
const maxLag = 0.1

// outdated reports whether the numbers of a visible transfer lag more than maxLag.
func (p *Pane) outdated() bool {
	for i := p.list.Top; i < p.list.End(); i++ {
		t := p.at(i)
		if w, ok := p.words[t.ID]; ok && math.Abs(p.fraction(t)-w.fraction) > maxLag {
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

// measure measures the speed of a transfer in the phase Moving only, because other phases
// do not use the connection. The bytes of a file in a folder count for the folder.
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

// graphWidth is the width of the graph of a transfer, in cells. It fits the narrowest
// dialog.
const graphWidth = 32

// Graph draws the speed of a transfer since it started. The string is blank if the transfer
// has moved too few bytes. peak is the highest speed, in bytes per second, which has the
// full height. moving is the time during which the transfer moved bytes.
func (p *Pane) Graph(id transfer.ID) (drawn string, peak float64, moving time.Duration) {
	measured := p.speeds[id]
	if measured == nil {
		return "", 0, 0
	}
	return measured.trace.Draw(p.Theme.Glyph, graphWidth), measured.trace.Peak(), measured.trace.Long()
}

// stateChanged reports whether transfers were added or removed, or one has changed its
// state or phase.
func (p *Pane) stateChanged(transfers []transfer.Transfer) bool {
	return !slices.EqualFunc(p.snapshot.Transfers, transfers, func(a, b transfer.Transfer) bool {
		return a.ID == b.ID && a.State == b.State && a.Phase == b.Phase
	})
}

// Write formats all words and numbers again, in the language in use.
func (p *Pane) Write() {
	p.written = p.now
	clear(p.words)
	p.totals, p.progress = p.sum(), p.sumProgress()
}

// wordsOf returns the contents of a row. It formats rows when they are drawn first, so that
// the time per frame does not depend on the number of transfers.
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

// SetLimit sets the limit of all transfers together, in bytes per second; 0: no limit.
func (p *Pane) SetLimit(bytes int64) {
	p.limit = bytes
	p.Write()
}

// shortList is the number of visible rows when all transfers are done.
const shortList = 3

// Lines returns the number of lines that the pane needs, at most most.
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
