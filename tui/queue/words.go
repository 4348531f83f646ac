package queue

import (
	"errors"
	"path"
	"path/filepath"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// words has the contents of a row beside the bar: numbers while bytes move, and otherwise
// a sentence.
type words struct {
	percent, part, rate, left string         // left is the time left
	files                     string         // of a folder: how many files are done
	sentence                  string         // blank: show the numbers
	path                      string         // a part of the sentence, cut at its start if the row is short
	style                     lipgloss.Style // of the sentence
	ended                     string         // the time of day at which the transfer ended
	fraction                  float64        // the progress for the bar, from 0 to 1
	bar                       bool           // the bar is useful beside the sentence
}

// Name returns the name of a transfer: that of its source, with a slash after the
// name of a folder.
func Name(t *transfer.Transfer) string {
	name := path.Base(string(t.Remote))
	if t.Direction == transfer.Upload {
		name = filepath.Base(t.Local)
	}
	if t.Folder && name != "/" {
		name += "/"
	}
	return name
}

// describe returns the contents of a transfer's row as of the last sample.
func (p *Pane) describe(t *transfer.Transfer) words {
	l, th := p.Locale, p.Theme
	begun := t.Done > 0
	if t.Tree != nil {
		if w, done := p.folder(t); done {
			return w
		}
	}
	switch t.State {
	case transfer.Active:
		return p.active(t)
	case transfer.Paused:
		return words{percent: p.percent(t), sentence: l.T("queue.paused"), style: th.Warning, bar: begun}
	case transfer.Waiting:
		return words{percent: p.percent(t), sentence: p.waiting(t), style: th.Warning, bar: begun}
	case transfer.Asking:
		return words{sentence: l.T("queue.asking"), style: th.Warning}
	case transfer.Done:
		return p.result(t)
	case transfer.Failed:
		return words{sentence: p.Explain(t.Err), style: th.Error, ended: p.ended(t)}
	case transfer.Cancelled:
		if begun {
			return words{sentence: l.T("queue.cancelled_kept", "Size", l.Size(t.Done)), style: th.Muted}
		}
		return words{sentence: l.T("queue.cancelled"), style: th.Muted}
	case transfer.Queued:
	}
	return words{percent: p.percent(t), sentence: l.T("queue.queued"), style: th.Muted, bar: begun}
}

// active describes an active transfer. The phases that read local files have their
// own bar: without it, reading 20 GB would look like a hang.
func (p *Pane) active(t *transfer.Transfer) words {
	l := p.Locale
	reading := func(id string) words {
		return words{percent: p.percent(t), sentence: l.T(id), style: p.Theme.Muted, bar: t.ToRead > 0}
	}
	if t.Stall != transfer.NotStalled {
		return words{percent: p.percent(t), sentence: p.stalled(t), style: p.Theme.Warning, bar: true}
	}
	switch t.Phase {
	case transfer.Looking:
		return words{sentence: l.T("queue.looking"), style: p.Theme.Muted}
	case transfer.Comparing:
		return reading("queue.comparing")
	case transfer.Copying:
		return reading("queue.copying")
	case transfer.Verifying:
		return reading("queue.verifying")
	case transfer.Repairing:
		return words{sentence: l.T("queue.repairing", "Size", l.Size(t.Repaired)), style: p.Theme.Warning}
	case transfer.Committing:
		return words{percent: p.percent(t), sentence: l.T("queue.committing"), style: p.Theme.Muted, bar: true}
	case transfer.Moving:
	}
	w := words{percent: p.percent(t), part: l.Part(t.Done, t.Size), bar: true}
	p.speed(&w, t)
	return w
}

// speed adds the rate of a transfer and its time left.
func (p *Pane) speed(w *words, t *transfer.Transfer) {
	measured := p.speeds[t.ID]
	if measured == nil {
		return
	}
	if rate := measured.gauge.Rate(); rate >= 1 {
		w.rate = p.Locale.Rate(rate)
	}
	if left, known := measured.gauge.TimeLeft(p.now, t.Size); known {
		w.left = p.Locale.Duration(left)
	}
}

// stalled is Stalled for a row.
func (p *Pane) stalled(t *transfer.Transfer) string { return Stalled(p.Locale, t, p.now) }

// Stalled returns a sentence with the time in which a transfer has moved no bytes
// and the cause: the disk, the network or the server. It is blank when bytes move.
func Stalled(l *locale.Locale, t *transfer.Transfer, now time.Time) string {
	if t.Stall == transfer.NotStalled {
		return ""
	}
	id := "queue.stalled_server_download"
	switch {
	case t.Stall == transfer.StalledDisk:
		id = "queue.stalled_disk"
	case t.Stall == transfer.StalledNetwork:
		id = "queue.stalled_network"
	case t.Direction == transfer.Upload:
		id = "queue.stalled_server_upload"
	}
	since := t.LastByte
	if since.Before(t.Started) {
		since = t.Started
	}
	return l.T(id, "Time", l.Duration(max(now.Sub(since), 0).Truncate(time.Second)))
}

// fraction returns the progress that the bar of a transfer shows.
func (p *Pane) fraction(t *transfer.Transfer) float64 {
	if reads(t) {
		return float64(t.Read) / float64(max(t.ToRead, 1))
	}
	return float64(t.Done) / float64(max(t.Size, 1))
}

// reads reports whether the bar shows the reading of local bytes.
func reads(t *transfer.Transfer) bool {
	return t.State == transfer.Active && t.ToRead > 0 &&
		(t.Phase == transfer.Comparing || t.Phase == transfer.Copying || t.Phase == transfer.Verifying)
}

func (p *Pane) percent(t *transfer.Transfer) string {
	if !reads(t) && (t.Size == 0 || t.Tree != nil && !t.Tree.Counted) {
		return "" // the total is unknown
	}
	return p.Locale.Percent(p.fraction(t))
}

// waiting returns the sentence for a waiting transfer: the cause and the time left.
func (p *Pane) waiting(t *transfer.Transfer) string {
	l := p.Locale
	left := t.RetryAt.Sub(p.now)
	refused, _ := errors.AsType[*wire.Error](t.Err)
	switch {
	case refused != nil && left > 0:
		return l.T("queue.waiting_server_until", "Time", l.Duration(left))
	case refused != nil:
		return l.T("queue.waiting_server")
	case left > 0:
		return l.T("queue.waiting_network_until", "Time", l.Duration(left))
	}
	return l.T("queue.waiting_network")
}

// result describes a finished transfer and names its target.
func (p *Pane) result(t *transfer.Transfer) words {
	l := p.Locale
	w := words{style: p.Theme.Muted, ended: p.ended(t)}
	switch r := t.Result; {
	case r == nil:
		w.sentence = l.T("queue.done")
	case r.Identical:
		w.sentence = l.T("queue.identical")
	case r.Skipped:
		w.sentence = l.T("queue.skipped")
	case t.Direction == transfer.Upload:
		w.path = text.Visible(string(r.Remote))
		w.sentence = l.T("queue.uploaded", "Size", l.Size(t.Size), "Path", w.path)
	default:
		w.path = text.Visible(p.Shorten(r.Local))
		w.sentence = l.T("queue.downloaded", "Size", l.Size(t.Size), "Path", w.path)
	}
	return w
}

// ended returns the time of day at which a transfer ended, blank before that.
func (p *Pane) ended(t *transfer.Transfer) string {
	if !t.State.Ended() || t.Finished.IsZero() {
		return ""
	}
	return p.Locale.Clock(t.Finished)
}

// fit cuts the sentence to a number of cells.
func (w words) fit(cells int) string {
	if w.path != "" && text.Width(w.sentence) > cells {
		room := cells - (text.Width(w.sentence) - text.Width(w.path))
		return text.Cut(strings.Replace(w.sentence, w.path, text.CutLeft(w.path, max(room, 1)), 1), cells)
	}
	return text.Cut(w.sentence, cells)
}

// sum returns the totals of the first line, the most important first.
func (p *Pane) sum() []string {
	l, count := p.Locale, p.snapshot.Counts
	var facts []string
	add := func(id string, n int) {
		if n > 0 {
			facts = append(facts, l.N(id, n))
		}
	}
	add("queue.count.active", count[transfer.Active])
	add("queue.count.asking", count[transfer.Asking])
	add("queue.count.failed", count[transfer.Failed])
	add("queue.count.failed_files", p.failedFiles())
	if rate := p.total.Rate(); rate > 0 && count[transfer.Active] > 0 {
		facts = append(facts, l.Rate(rate))
		if left, known := p.total.TimeLeft(p.now, p.snapshot.Moved+p.snapshot.BytesRemaining); known && p.snapshot.BytesRemaining > 0 {
			facts = append(facts, l.T("queue.left", "Time", l.Duration(left)))
		}
	}
	add("queue.count.earlier", p.earlier)
	add("queue.count.waiting", count[transfer.Queued]+count[transfer.Waiting])
	add("queue.count.paused", count[transfer.Paused])
	if p.limit > 0 {
		facts = append(facts, l.T("queue.limit", "Rate", l.Rate(float64(p.limit))))
	}
	if count[transfer.Active] == 0 {
		same, skipped := p.snapshot.Identical, p.snapshot.Skipped
		add("queue.count.done", count[transfer.Done]-same-skipped)
		add("queue.count.identical", same)
		add("queue.count.skipped", skipped)
	}
	return facts
}
