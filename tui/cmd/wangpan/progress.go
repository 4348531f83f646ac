package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"wangpan/tui/meter"
	"wangpan/tui/queue"
	"wangpan/tui/text"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
)

// redraw is how often the progress line may change, which bounds what it costs
// over SSH: some 100 bytes each time.
const redraw = 250 * time.Millisecond

// progress draws one line on the terminal about the transfers at work; it does
// nothing where stderr is no terminal.
type progress struct {
	*app
	file   *os.File // nil: no terminal
	glyphs theme.Glyphs
	gauge  meter.Gauge
	drawn  string // what the line shows now
	last   time.Time
}

func newProgress(a *app) *progress {
	p := &progress{app: a}
	if isTerminal(a.stderr) {
		p.file, _ = a.stderr.(*os.File)
		p.glyphs = theme.New(theme.Detect(os.Environ(), runtime.GOOS)).Glyph
	}
	return p
}

// clear takes the line away, for something else to be written.
func (p *progress) clear() {
	if p.drawn != "" {
		_, _ = io.WriteString(p.file, "\r"+ansi.EraseLineRight) // a terminal that is gone shows nothing
		p.drawn = ""
	}
}

func (p *progress) draw(snapshot transfer.Snapshot, now time.Time) {
	if p.file == nil || now.Sub(p.last) < redraw {
		return
	}
	p.last = now
	var size, done int64
	ended := 0
	var shown *transfer.Transfer
	for i := range snapshot.Transfers {
		t := &snapshot.Transfers[i]
		size, done = size+t.Size, done+t.Done
		if t.State.Ended() {
			ended++
		} else if shown == nil || shown.State != transfer.Active && t.State == transfer.Active {
			shown = t
		}
	}
	p.gauge.Add(now, done)
	if shown == nil {
		return
	}
	width, _, err := term.GetSize(p.file.Fd())
	if err != nil || width < 20 {
		width = 80
	}
	count := ""
	if n := len(snapshot.Transfers); n > 1 {
		count = fmt.Sprintf("%d/%d ", ended+1, n)
	}
	line := p.line(*shown, count, width-1, now, size)
	if line != p.drawn {
		_, _ = io.WriteString(p.file, "\r"+line+ansi.EraseLineRight) // a terminal that is gone shows nothing
		p.drawn = line
	}
}

// line words one transfer in at most so many cells.
func (p *progress) line(t transfer.Transfer, count string, cells int, now time.Time, total int64) string {
	arrow := p.glyphs.Download
	name := string(t.Remote.Base())
	if t.Direction == transfer.Upload {
		arrow = p.glyphs.Upload
	}
	head := count + arrow + " " + text.CutMiddle(text.Visible(name), max(8, cells/3)) + "  "
	state := p.state(t, now)
	if state != "" {
		return text.Cut(head+state, cells)
	}
	facts := "  " + p.loc.Percent(fraction(t.Done, t.Size)) + "  " + p.part(t.Done, t.Size) + "  " + p.loc.Rate(p.gauge.Rate())
	if left, known := p.gauge.TimeLeft(now, total); known {
		facts += "  " + p.loc.T("queue.left", "Time", p.loc.Duration(left))
	}
	bar := ""
	if room := min(30, cells-text.Width(head)-text.Width(facts)); room >= 5 {
		bar = strings.Join(barOf(p.glyphs, room, fraction(t.Done, t.Size)), "")
	}
	return text.Cut(head+bar+facts, cells)
}

func barOf(glyphs theme.Glyphs, cells int, part float64) []string {
	done, rest := meter.Bar(glyphs, cells-2, part)
	return []string{glyphs.BarCaps[0], done, rest, glyphs.BarCaps[1]}
}

// state is what a transfer does when bytes are not simply moving.
func (p *progress) state(t transfer.Transfer, now time.Time) string {
	switch t.State {
	case transfer.Waiting:
		if wait := t.RetryAt.Sub(now); wait > 0 {
			return p.loc.T("queue.waiting_network_until", "Time", p.loc.Duration(wait))
		}
		return p.loc.T("queue.waiting_network")
	case transfer.Active:
	default:
		return p.loc.T("queue.queued")
	}
	reading := func(id string) string {
		return p.loc.T(id) + "  " + p.loc.Percent(fraction(t.Read, t.ToRead))
	}
	switch t.Phase {
	case transfer.Looking:
		return p.loc.T("queue.looking")
	case transfer.Comparing:
		return reading("queue.comparing")
	case transfer.Copying:
		return reading("queue.copying")
	case transfer.Verifying:
		return reading("queue.verifying")
	case transfer.Repairing:
		return p.loc.T("queue.repairing", "Size", p.loc.Size(t.Repaired))
	case transfer.Committing:
		return p.loc.T("queue.committing")
	case transfer.Moving:
	}
	return queue.Stalled(p.loc, &t, now)
}

func fraction(part, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
