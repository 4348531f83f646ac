package main

import (
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
	"wangpan/wire"
)

// redraw is how often the progress line may change, which bounds what it costs
// over SSH: some 100 bytes each time.
const redraw = 250 * time.Millisecond

// progress draws one line on the terminal about the transfers at work; it does
// nothing where stderr is no terminal.
type progress struct {
	*app
	file   *os.File // nil: no terminal
	theme  *theme.Theme
	glyphs theme.Glyphs // of theme
	gauge  meter.Gauge
	drawn  string // what the line shows now
	last   time.Time
}

func newProgress(a *app) *progress {
	p := &progress{app: a}
	if isTerminal(a.stderr) {
		p.file, _ = a.stderr.(*os.File)
		p.theme = theme.New(theme.Detect(os.Environ(), runtime.GOOS))
		p.glyphs = p.theme.Glyph
	}
	return p
}

// clear takes the line away, for something else to be written. It comes back
// with the next draw.
func (p *progress) clear() {
	if p.drawn != "" {
		_, _ = io.WriteString(p.file, "\r"+ansi.EraseLineRight) // a terminal that is gone shows nothing
		p.drawn, p.last = "", time.Time{}
	}
}

// draw shows how far all is, where there are several files, and else the one.
func (p *progress) draw(w whole, snapshot transfer.Snapshot, now time.Time) {
	if p.file == nil || now.Sub(p.last) < redraw {
		return
	}
	p.last = now
	p.gauge.Add(now, snapshot.Moved)
	shown := atWork(snapshot)
	if shown == nil {
		return
	}
	p.show(p.line(*shown, p.far(w, *shown, snapshot.Moved), p.cells(), now))
}

// cells is how many the line may take.
func (p *progress) cells() int {
	width, _, err := term.GetSize(p.file.Fd())
	if err != nil || width < 20 {
		width = 80
	}
	return width - 1
}

// copying shows how far the server is with a copy.
func (p *progress) copying(name wire.Name, done, size int64, now time.Time) {
	if p.file == nil || now.Sub(p.last) < redraw {
		return
	}
	p.last = now
	p.gauge.Add(now, done)
	cells := p.cells()
	head := text.CutMiddle(text.Visible(string(name)), max(8, cells/3)) + "  "
	p.show(p.gauged(head, far{size: size, done: done, total: size}, cells, now))
}

func (p *progress) show(line string) {
	if line = p.theme.Shown(line); line != p.drawn {
		_, _ = io.WriteString(p.file, "\r"+line+ansi.EraseLineRight) // a terminal that is gone shows nothing
		p.drawn = line
	}
}

// atWork is the transfer that the line names: one at work where there is one.
// A folder is named only as long as none of its files is.
func atWork(snapshot transfer.Snapshot) (shown *transfer.Transfer) {
	worth := func(t *transfer.Transfer) int {
		switch {
		case t == nil || t.State.Ended():
			return 0
		case t.Tree != nil:
			return 1
		case t.State != transfer.Active:
			return 2
		case t.Phase != transfer.Moving:
			return 3
		default:
			return 4
		}
	}
	for i := range snapshot.Transfers {
		if t := &snapshot.Transfers[i]; worth(t) > worth(shown) {
			shown = t
		}
	}
	return shown
}

// far is what the line says beside a name.
type far struct {
	count      string // of the files
	size, done int64  // bytes
	total      int64  // bytes over the network when all has come
	counting   bool   // size is not all there is
	several    bool
}

func (p *progress) far(w whole, shown transfer.Transfer, moved int64) far {
	f := far{size: w.size, done: w.done, total: moved + w.size - w.done, counting: !w.counted, several: w.files > 1 || w.trees}
	if !f.several {
		return f
	}
	f.count = p.loc.Count(w.ended) + "/" + p.loc.Count(w.files) + " "
	if !w.trees {
		f.count = p.loc.Count(min(w.ended+1, w.files)) + "/" + p.loc.Count(w.files) + " "
	}
	if f.counting && !w.trees { // the sizes of the others come when it is their turn
		f.size, f.done, f.counting = shown.Size, shown.Done, false
	}
	return f
}

// line words one transfer in at most so many cells.
func (p *progress) line(t transfer.Transfer, f far, cells int, now time.Time) string {
	arrow := p.glyphs.Download
	name := string(t.Remote.Base())
	if t.Direction == transfer.Upload {
		arrow = p.glyphs.Upload
	}
	head := f.count + arrow + " " + text.CutMiddle(text.Visible(name), max(8, cells/3)) + "  "
	if state := p.state(t, f, now); state != "" {
		return text.Cut(head+state, cells)
	}
	return p.gauged(head, f, cells, now)
}

// gauged is a line that begins with head and says how far it is.
func (p *progress) gauged(head string, f far, cells int, now time.Time) string {
	if f.counting {
		return text.Cut(head+p.loc.T("queue.counting")+"  "+p.loc.Size(f.done)+"  "+p.loc.Rate(p.gauge.Rate()), cells)
	}
	facts := "  " + p.loc.Percent(fraction(f.done, f.size)) + "  " + p.part(f.done, f.size) + "  " + p.loc.Rate(p.gauge.Rate())
	if left, known := p.gauge.TimeLeft(now, f.total); known {
		facts += "  " + p.loc.T("queue.left", "Time", p.loc.Duration(left))
	}
	bar := ""
	if room := min(30, cells-text.Width(head)-text.Width(facts)); room >= 5 {
		bar = strings.Join(barOf(p.glyphs, room, fraction(f.done, f.size)), "")
	}
	return text.Cut(head+bar+facts, cells)
}

func barOf(glyphs theme.Glyphs, cells int, part float64) []string {
	done, rest := meter.Bar(glyphs, cells-2, part)
	return []string{glyphs.BarCaps[0], done, rest, glyphs.BarCaps[1]}
}

// state is what a transfer does when bytes are not simply moving. Where there
// are several files, what one of them does matters only when nothing moves.
func (p *progress) state(t transfer.Transfer, f far, now time.Time) string {
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
	if f.several && p.gauge.Stalled(now) == 0 {
		return ""
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
