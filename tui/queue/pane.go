package queue

import (
	"cmp"
	"math"
	"slices"
	"time"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/meter"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
)

// Options are what a pane is made of.
type Options struct {
	Theme   *theme.Theme
	Locale  *locale.Locale
	Explain func(error) string       // the sentence for an error, in the language in use
	Calm    time.Duration            // how long numbers stand still at least
	Shorten func(path string) string // a local path, the way its owner writes it

	Registry *command.Registry // for the names of keys; may be set after New
}

// Pane shows the transfers. It belongs to the goroutine that runs Update and
// View.
type Pane struct {
	Options

	width, height int // in cells, as Resize said

	snapshot transfer.Snapshot
	earlier  int       // transfers of earlier runs that wait for a decision
	limit    int64     // bytes a second that all may move together; 0: no limit
	base     int64     // bytes that were done when nothing was left to move
	order    []int     // the transfers as they are shown, as indexes into the snapshot
	folders  bool      // there are folders among them
	now      time.Time // of the last sample
	written  time.Time // when words and totals were last written
	words    map[transfer.ID]words
	totals   []string // the facts in the first line
	progress float64
	gauges   map[transfer.ID]*meter.Gauge
	traces   map[transfer.ID]*meter.Trace
	total    meter.Gauge // of all together

	cursor, top int // indexes into order
	focused     bool
}

// New returns an empty pane.
func New(o Options) *Pane {
	return &Pane{
		Options: o,
		words:   make(map[transfer.ID]words), gauges: make(map[transfer.ID]*meter.Gauge), traces: make(map[transfer.ID]*meter.Trace),
	}
}

// Sample shows the transfers as they were at a moment, which is later than that
// of the sample before.
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
		p.forgetTraces()
		p.arrange()
		p.cursor = min(p.cursor, max(len(p.order)-1, 0))
		for i := range p.order {
			if had && p.at(i).ID == under.ID {
				p.cursor = i
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

// mostOff is how far, as a fraction of 1, a transfer in view may be from its bar
// and numbers before they are written anew.
const mostOff = 0.1

// outrun reports whether a transfer in view is too far from its bar and numbers.
func (p *Pane) outrun() bool {
	for i := p.top; i < min(p.top+p.height-1, len(p.order)); i++ {
		t := p.at(i)
		if w, ok := p.words[t.ID]; ok && math.Abs(p.fraction(t)-w.fraction) > mostOff {
			return true
		}
	}
	return false
}

// at returns the transfer in a row.
func (p *Pane) at(row int) *transfer.Transfer { return &p.snapshot.Transfers[p.order[row]] }

// arrange puts what is not finished first, in the order of the queue, then what
// failed, then the rest, the latest first. The files of a folder are in its row.
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

// measure feeds the gauge of a transfer that moves; what happens in between
// says nothing about the link.
func (p *Pane) measure(t *transfer.Transfer) {
	gauge := p.gauges[t.ID]
	switch moves := t.State == transfer.Active && (t.Phase == transfer.Moving || t.Tree != nil); {
	case t.Parent != 0: // its folder's gauge counts its bytes
	case moves:
		if gauge == nil {
			gauge = &meter.Gauge{}
			p.gauges[t.ID] = gauge
		}
		gauge.Add(p.now, t.Done)
		p.trace(t)
	case gauge != nil && t.State.Ended():
		delete(p.gauges, t.ID)
	case gauge != nil:
		gauge.Rest(p.now)
		if trace := p.traces[t.ID]; trace != nil {
			trace.Rest(p.now)
		}
	}
}

// trace remembers how fast a transfer moves; the time in which it did not, it
// leaves out.
func (p *Pane) trace(t *transfer.Transfer) {
	trace := p.traces[t.ID]
	if trace == nil {
		trace = &meter.Trace{}
		p.traces[t.ID] = trace
	}
	trace.Add(p.now, t.Done)
}

// forgetTraces drops those of transfers that are no longer shown.
func (p *Pane) forgetTraces() {
	shown := make(map[transfer.ID]bool, len(p.snapshot.Transfers))
	for i := range p.snapshot.Transfers {
		shown[p.snapshot.Transfers[i].ID] = true
	}
	for id := range p.traces {
		if !shown[id] {
			delete(p.traces, id)
		}
	}
}

// graphWide is how many cells the graph of a transfer gets: it fits the
// narrowest dialog.
const graphWide = 32

// Graph draws how fast a transfer has moved since it began, the fastest, in
// bytes a second, being as high as can be; blank when there is too little to
// see. long is how long it moved.
func (p *Pane) Graph(id transfer.ID) (drawn string, peak float64, long time.Duration) {
	trace := p.traces[id]
	if trace == nil {
		return "", 0, 0
	}
	return trace.Draw(p.Theme.Glyph, graphWide), trace.Peak(), trace.Long()
}

// turned reports whether other transfers are there, or one is in another state
// or phase than it was.
func (p *Pane) turned(transfers []transfer.Transfer) bool {
	return !slices.EqualFunc(p.snapshot.Transfers, transfers, func(a, b transfer.Transfer) bool {
		return a.ID == b.ID && a.State == b.State && a.Phase == b.Phase
	})
}

// Write has all words and numbers written anew, in the language in use.
func (p *Pane) Write() {
	p.written = p.now
	clear(p.words)
	p.totals, p.progress = p.sum(), p.sumProgress()
}

// wordsOf returns what stands in a row. Only rows that are drawn get words, so
// that thousands of transfers cost no more than ten.
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

// SetEarlier says how many transfers of earlier runs wait for a decision.
func (p *Pane) SetEarlier(n int) {
	p.earlier = n
	p.Write()
}

// SetLimit says how many bytes a second all may move together; 0: no limit.
func (p *Pane) SetLimit(bytes int64) {
	p.limit = bytes
	p.Write()
}

// shortList is how many transfers are in view when all has gone well: enough to
// see that it has.
const shortList = 3

// Lines returns how many lines the pane would like to have, at most so many.
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

// Resize tells the pane how many cells it may fill.
func (p *Pane) Resize(width, height int) {
	p.width, p.height = width, height
	p.follow()
}

// Focus says whether the keys go here.
func (p *Pane) Focus(on bool) {
	if on && !p.focused {
		p.cursor = 0
	}
	p.focused = on
	p.follow()
}

// Sentence says what a transfer is doing, or what came of it.
func (p *Pane) Sentence(t transfer.Transfer) string {
	w := p.describe(&t)
	if w.sentence != "" {
		return w.sentence
	}
	return w.percent + "  " + w.part + "  " + w.rate + "  " + w.left
}

// Rate returns how many bytes a second all transfers move together.
func (p *Pane) Rate() float64 { return p.total.Rate() }

// Progress returns how much is there of all that was to be moved since nothing
// was, as a fraction of 1: what an earlier run has moved counts, as it does in
// the rows. Like all numbers it stands still for a while.
func (p *Pane) Progress() float64 { return p.progress }

func (p *Pane) sumProgress() float64 {
	done := p.snapshot.Done - p.base + p.snapshot.BytesDone
	return float64(done) / float64(max(done+p.snapshot.BytesRemaining, 1))
}

// follow scrolls to the cursor, or, when nobody is at it, to the top, where the
// unfinished ones are.
func (p *Pane) follow() {
	visible := max(p.height-1, 1)
	p.top = min(p.top, p.cursor)
	p.top = max(p.top, p.cursor-visible+1)
	if !p.focused {
		p.top = 0
	}
	p.top = max(0, min(p.top, len(p.order)-visible))
}
