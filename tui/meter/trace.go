package meter

import (
	"strings"
	"time"

	"wangpan/tui/theme"
)

const (
	// traceSpan is the time of a column at the start.
	traceSpan = time.Second / 2
	// traceColumns is the largest number of columns. When it is reached, each two
	// become one of twice the time, so that a trace covers the whole transfer.
	traceColumns = 64
)

// Trace records the speed of a transfer since its start. The zero Trace is ready.
// It is not safe for concurrent use.
type Trace struct {
	span    time.Duration // of a column
	since   time.Time     // the start of the last column
	columns []float64     // bytes
	last    sample
}

// Add records the bytes done at a time. Fewer bytes than before mean that the
// transfer starts over, which counts as no bytes.
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

// next starts a column.
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

// Rest skips the time up to now, for example of a pause: it has no columns.
func (t *Trace) Rest(at time.Time) {
	if t.span == 0 || !at.After(t.last.at) {
		return
	}
	t.since = t.since.Add(at.Sub(t.last.at))
	t.last.at = at
}

// Peak returns the highest rate of a column, in bytes per second.
func (t *Trace) Peak() float64 {
	peak := 0.0
	for _, rate := range t.rates() {
		peak = max(peak, rate)
	}
	return peak
}

// Long returns the time that the trace covers.
func (t *Trace) Long() time.Duration {
	if t.span == 0 {
		return 0
	}
	return time.Duration(len(t.columns)-1)*t.span + t.last.at.Sub(t.since)
}

// rates returns the columns in bytes per second. It leaves out the last one if that
// has just started.
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

// Draw draws the trace in at most so many cells; blank if it is too short.
func (t *Trace) Draw(g theme.Glyphs, cells int) string {
	rates := t.rates()
	if len(rates) < 2 || cells < 2 {
		return ""
	}
	each := (len(rates) + cells - 1) / cells // columns per cell
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
