package meter

import (
	"strings"
	"time"

	"wangpan/tui/theme"
)

const (
	// traceSpan is how long the first columns of a trace are.
	traceSpan = time.Second / 2
	// traceColumns is how many a trace has at the most. When they are full, each
	// two become one that is twice as long, so that a trace is of the whole life
	// of a transfer however long that is.
	traceColumns = 64
)

// Trace remembers how fast something has moved since it began. The zero Trace is
// ready. It belongs to one goroutine and reads no clock.
type Trace struct {
	span    time.Duration // of a column
	since   time.Time     // when the last column began
	columns []float64     // bytes
	last    sample
}

// Add records how many bytes are done at a moment. Fewer than before means that
// it starts over, which moves nothing.
func (t *Trace) Add(at time.Time, bytes int64) {
	if t.span == 0 {
		*t = Trace{span: traceSpan, since: at, columns: []float64{0}, last: sample{at, bytes}}
		return
	}
	if !at.After(t.last.at) {
		return
	}
	moved := float64(max(bytes-t.last.bytes, 0))
	seconds := at.Sub(t.last.at).Seconds()
	for from := t.last.at; from.Before(at); {
		end := t.since.Add(t.span)
		to := end
		if at.Before(end) {
			to = at
		}
		t.columns[len(t.columns)-1] += moved * to.Sub(from).Seconds() / seconds
		if from = to; to.Equal(end) {
			t.next()
		}
	}
	t.last = sample{at, bytes}
}

// next begins a column.
func (t *Trace) next() {
	t.since = t.since.Add(t.span)
	if len(t.columns) == traceColumns {
		for i := range traceColumns / 2 {
			t.columns[i] = t.columns[2*i] + t.columns[2*i+1]
		}
		t.columns = t.columns[:traceColumns/2]
		t.span *= 2
	}
	t.columns = append(t.columns, 0)
}

// Rest says that nothing moved until a moment, as in a pause: the time in
// between has no columns.
func (t *Trace) Rest(at time.Time) {
	if t.span == 0 || !at.After(t.last.at) {
		return
	}
	t.since = t.since.Add(at.Sub(t.last.at))
	t.last.at = at
}

// Peak is the most that has moved in a column, in bytes a second.
func (t *Trace) Peak() float64 {
	peak := 0.0
	for _, rate := range t.rates() {
		peak = max(peak, rate)
	}
	return peak
}

// Long is how long the trace is.
func (t *Trace) Long() time.Duration {
	if t.span == 0 {
		return 0
	}
	return time.Duration(len(t.columns)-1)*t.span + t.last.at.Sub(t.since)
}

// rates are the columns in bytes a second. The last one has only begun: when
// that was just now, it says nothing.
func (t *Trace) rates() []float64 {
	if t.span == 0 {
		return nil
	}
	rates := make([]float64, len(t.columns))
	for i, bytes := range t.columns {
		rates[i] = bytes / t.span.Seconds()
	}
	last := len(rates) - 1
	if part := t.last.at.Sub(t.since); part >= t.span/4 {
		rates[last] = t.columns[last] / part.Seconds()
	} else {
		rates = rates[:last]
	}
	return rates
}

// Draw draws the trace in at most so many cells, from left to right, as high as
// it was fast; blank when there is too little to be seen.
func (t *Trace) Draw(g theme.Glyphs, cells int) string {
	rates := t.rates()
	if len(rates) < 2 || cells < 2 {
		return ""
	}
	each := (len(rates) + cells - 1) / cells // columns a cell
	var heights []float64
	peak := 0.0
	for at := 0; at < len(rates); at += each {
		sum, n := 0.0, 0
		for _, rate := range rates[at:min(at+each, len(rates))] {
			sum, n = sum+rate, n+1
		}
		heights = append(heights, sum/float64(n))
		peak = max(peak, sum/float64(n))
	}
	if peak == 0 {
		return ""
	}
	var b strings.Builder
	top := len(g.Graph) - 1
	for _, height := range heights {
		b.WriteString(g.Graph[min(int(height/peak*float64(top)+0.5), top)])
	}
	return b.String()
}
