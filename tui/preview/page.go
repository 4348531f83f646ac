package preview

import (
	"context"

	"github.com/charmbracelet/colorprofile"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/theme"
)

// look is all that the drawing depends on beside the file. What was drawn with
// another look is drawn anew.
type look struct {
	width, height int // cells for the content
	theme         theme.Options
	lang          string
	graphics      Graphics
}

// page is what a file came to.
type page struct {
	look  look
	want  int      // how many lines were asked for
	facts []string // what is to say about it beside its size
	lines []string // ready to be drawn
	more  bool     // there are others behind them
	send  string   // what the terminal has to be sent for them to be right
}

// bytes is what a page takes of the memory, about.
func (p *page) bytes() int64 {
	n := int64(len(p.send))
	for _, l := range p.lines {
		n += int64(len(l)) + 16
	}
	return n
}

// job is the making of a page, in a command.
type job struct {
	ctx    context.Context //nolint:containedctx // it is the life of the command
	file   *file
	theme  theme.Theme // a copy
	locale *locale.Locale
	brush  *brush
	page
}

// full reports whether there are as many lines as were asked for.
func (j *job) full() bool { return len(j.lines) >= j.want }

// coloured reports whether the terminal has colours at all.
func (j *job) coloured() bool { return j.look.theme.Profile > colorprofile.ASCII }

// fact adds to what is said about the file; from it, if it is not blank.
func (j *job) fact(s string) {
	if s != "" {
		j.facts = append(j.facts, text.Visible(s))
	}
}

// add appends a line, broken into as many as it takes. When there are enough
// it notes that there are more.
func (j *job) add(l line, words bool) {
	room := j.want - len(j.lines)
	rows := flow(l, j.look.width, words, room+1)
	if len(rows) > room {
		rows, j.more = rows[:max(room, 0)], true
	}
	for _, row := range rows {
		j.lines = append(j.lines, j.brush.draw(row))
	}
}

// row appends a line that is cut rather than broken.
func (j *job) row(l line) {
	if j.full() {
		j.more = true
		return
	}
	j.lines = append(j.lines, j.brush.draw(l.cut(j.look.width)))
}

// say appends a sentence of ours.
func (j *job) say(t tone, sentence string) { j.add(line{{sentence, t}}, true) }

// gap appends an empty line, unless there is one or nothing above it.
func (j *job) gap() {
	if n := len(j.lines); n > 0 && j.lines[n-1] != "" {
		j.row(nil)
	}
}
