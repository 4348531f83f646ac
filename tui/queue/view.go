package queue

import (
	"strings"

	"charm.land/lipgloss/v2"

	"wangpan/tui/meter"
	"wangpan/tui/text"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
)

// Widths in cells.
const (
	gutter       = 3 // cursor, state, blank
	percentWidth = 5 // 100 %
	partWidth    = 16
	rateWidth    = 10  // 41.2 MB/s
	leftWidth    = 12  // 3 min 20 s
	filesWidth   = 16  // 1,204 of 21,300
	filesFrom    = 112 // the minimum width of a pane that shows the files of a folder beside its bytes
	partFrom     = 96  // the minimum width with the bytes of a file
	folderFrom   = 76  // the minimum width with the files of a folder instead of its bytes
	rateFrom     = 64  // the minimum width with rate and time left
	narrowName   = 14  // the width of a name in a narrower pane
	shortBar     = 6   // the minimum width of a bar
)

// View draws exactly as many lines as Resize allows.
func (p *Pane) View() string {
	if p.height < 1 {
		return ""
	}
	lines := []string{p.head()}
	for i := p.list.Top; i < min(p.list.End(), p.list.Top+p.height-1); i++ {
		lines = append(lines, p.row(p.at(i), p.focused && i == p.list.Cursor))
	}
	if p.snapshot.Hidden > 0 && len(lines) < p.height {
		more := p.Locale.N("queue.hidden", p.snapshot.Hidden)
		lines = append(lines, p.Theme.Muted.Render(text.Cut("   "+more, p.width)))
	}
	for len(lines) < p.height {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}

// head draws the line above the rows: a border with as many totals as fit.
func (p *Pane) head() string {
	th := p.Theme
	style, edge := th.Border, th.Glyph.Border.Top
	if p.focused {
		style = th.BorderFocused
	}
	title := text.Cut(p.Locale.T("queue.title"), max(p.width-5, 0))
	line := style.Render(" "+edge+" ") + th.Title.Render(title) + " "
	used := 4 + text.Width(title)
	facts, separator := "", ""
	for _, fact := range p.totals {
		if used+3+text.Width(facts+separator+fact) > p.width-3 {
			break
		}
		facts += separator + fact
		separator = " " + th.Glyph.Separator + " "
	}
	if facts != "" {
		line += style.Render(edge) + " " + facts + " "
		used += 3 + text.Width(facts)
	}
	total, wide := p.totalProgress(p.width - used - 1)
	return line + style.Render(strings.Repeat(edge, max(p.width-used-1-wide, 0))) + total
}

// Widths of the progress of all transfers in cells: of its bar, and of all of it.
const (
	totalBar   = 8
	totalWidth = 1 + totalBar + 1 + percentWidth + 2
)

// totalProgress draws the progress of all transfers together. It returns a blank string if
// that does not fit into room cells.
func (p *Pane) totalProgress(room int) (drawn string, cells int) {
	if room < totalWidth || p.snapshot.Counts[transfer.Active] == 0 || p.snapshot.BytesRemaining == 0 {
		return "", 0
	}
	th := p.Theme
	done, rest := meter.Bar(th.Glyph, totalBar, p.progress)
	bar := th.BarDone.Render(done) + barRest(th, rest)
	return " " + bar + " " + text.PadLeft(p.Locale.Percent(p.progress), percentWidth) + th.Border.Render(" "+th.Glyph.Border.Top), totalWidth
}

// row draws the row of a transfer.
func (p *Pane) row(t *transfer.Transfer, current bool) string {
	th := p.Theme
	w := p.wordsOf(t)
	glyph, style := p.sign(t)
	lead := " "
	nameStyle := th.Text
	if current {
		lead, nameStyle = th.Accent.Render(th.Glyph.Cursor), th.Cursor
	} else if t.State.Ended() || t.State == transfer.Queued {
		nameStyle = th.Muted
	}
	nameWidth, barWidth := p.split(w)
	shown := text.CutMiddle(text.Visible(Name(t)), nameWidth)
	line := lead + style.Render(glyph) + " " + nameStyle.Render(shown) + strings.Repeat(" ", nameWidth-text.Width(shown)+2)
	room := p.width - gutter - nameWidth - 3
	if barWidth > 0 {
		line += p.bar(t, w, barWidth) + " " + text.PadLeft(w.percent, percentWidth)
		room -= barWidth + 1 + percentWidth + 2
	}
	if room <= 0 {
		return line
	}
	if barWidth > 0 {
		line += "  "
	}
	return line + p.rest(w, room)
}

// rest draws the part of a row after name and bar.
func (p *Pane) rest(w words, room int) string {
	if w.sentence != "" {
		if over := text.Width(w.ended) + 2; w.ended != "" && p.width >= rateFrom {
			return w.style.Render(text.Pad(w.fit(room-over), room-over)) + "  " + p.Theme.Muted.Render(w.ended)
		}
		return w.style.Render(w.fit(room))
	}
	line := ""
	part, files := p.columns()
	if files {
		line += text.Pad(w.files, filesWidth) + "  "
	}
	switch {
	case part && !files && w.files != "":
		line += text.Pad(w.files, partWidth) + "  "
	case part:
		line += text.Pad(w.part, partWidth) + "  "
	}
	if p.width >= rateFrom {
		line += text.PadLeft(w.rate, rateWidth) + "  " + p.Theme.Muted.Render(text.Cut(w.left, leftWidth))
	}
	return line
}

// columns reports which numbers fit beside the rate and the time left: the moved
// bytes (part; of a folder the moved files), and in wide panes both of a folder.
func (p *Pane) columns() (part, files bool) {
	return p.width >= partFrom || p.folders && p.width >= folderFrom, p.folders && p.width >= filesFrom
}

// split divides the width of a row between the name and the bar. The bar is 0
// where it does not fit or has no use.
func (p *Pane) split(w words) (nameWidth, barWidth int) {
	room := p.width - gutter - 2 - 1
	if p.width < rateFrom {
		nameWidth = min(narrowName, max(room/2, 1))
		if w.sentence == "" {
			barWidth = max(room-nameWidth-1-percentWidth, 0)
		}
		return nameWidth, barWidth
	}
	// Bars begin in one column in all rows, and end in one where numbers
	// follow. A sentence that is longer than those takes from the bar.
	numbers := 2 + rateWidth + 2 + leftWidth
	part, files := p.columns()
	if part {
		numbers += partWidth + 2
	}
	if files {
		numbers += filesWidth + 2
	}
	room -= 1 + percentWidth
	nameWidth = (room - numbers) / 2
	if w.bar {
		barWidth = room - nameWidth - max(numbers, 2+text.Width(w.sentence))
	}
	if barWidth < shortBar {
		barWidth = 0
	}
	return nameWidth, barWidth
}

// bar draws the bar of a row. It belongs to the same sample as the numbers.
func (p *Pane) bar(t *transfer.Transfer, w words, width int) string {
	th := p.Theme
	done, rest := meter.Bar(th.Glyph, width, w.fraction)
	style := th.BarDone
	if t.State != transfer.Active || reads(t) || t.Tree != nil && !t.Tree.Counted {
		style = th.BarPaused
	}
	return style.Render(done) + barRest(th, rest)
}

// barRest draws the remaining part of a bar. Blanks get no colour: it would be sent
// with each step of the bar and show nothing.
func barRest(th *theme.Theme, rest string) string {
	if strings.TrimSpace(rest) == "" {
		return rest
	}
	return th.BarRest.Render(rest)
}

// sign returns the character for the direction of an active transfer, or for the
// state of any other.
func (p *Pane) sign(t *transfer.Transfer) (string, lipgloss.Style) {
	th, g := p.Theme, p.Theme.Glyph
	arrow := g.Download
	if t.Direction == transfer.Upload {
		arrow = g.Upload
	}
	switch t.State {
	case transfer.Active:
		return arrow, th.Accent
	case transfer.Paused:
		return g.Paused, th.Warning
	case transfer.Waiting:
		return g.Waiting, th.Warning
	case transfer.Asking:
		return g.Asking, th.Warning
	case transfer.Done:
		if t.Result != nil && t.Result.Skipped {
			return g.Skipped, th.Muted
		}
		return g.Done, th.Good
	case transfer.Failed:
		return g.Failed, th.Error
	case transfer.Cancelled:
		return g.Failed, th.Muted
	case transfer.Queued:
	}
	return arrow, th.Muted
}
