package preview

import (
	"context"

	"github.com/charmbracelet/colorprofile"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/theme"
)

// look is everything that a page depends on except the file. A page with another
// look is made again.
type look struct {
	width, height int // of the content, in cells
	theme         theme.Options
	lang          string
	graphics      graphics
}

// page is a formatted file.
type page struct {
	look  look
	want  int      // the number of lines requested
	facts []string // about the file, except its size
	lines []string // with colours
	more  bool     // more lines follow
	send  string   // codes that the terminal needs before the lines
}

// bytes returns the approximate memory of a page.
func (p *page) bytes() int64 {
	n := int64(len(p.send))
	for _, l := range p.lines {
		n += int64(len(l)) + 16
	}
	return n
}

// job makes one page in a command.
type job struct {
	ctx    context.Context //nolint:containedctx // a job is one call
	file   *file
	theme  theme.Theme // a copy
	locale *locale.Locale
	brush  *brush
	page
}

// full reports whether the page has the requested lines.
func (j *job) full() bool { return len(j.lines) >= j.want }

// coloured reports whether the terminal has colours.
func (j *job) coloured() bool { return j.look.theme.Profile > colorprofile.ASCII }

// fact adds a fact about the file, unless it is blank.
func (j *job) fact(s string) {
	if s != "" {
		j.facts = append(j.facts, text.Visible(s))
	}
}

// add appends a wrapped line. It sets more if the line exceeds the requested lines.
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

// row appends a line that is cut, not wrapped.
func (j *job) row(l line) {
	if j.full() {
		j.more = true
		return
	}
	j.lines = append(j.lines, j.brush.draw(l.cut(j.look.width)))
}

// say appends a sentence of the program.
func (j *job) say(t tone, sentence string) { j.add(line{{sentence, t}}, true) }

// gap appends an empty line, unless the page is empty or ends with one.
func (j *job) gap() {
	if n := len(j.lines); n > 0 && j.lines[n-1] != "" {
		j.row(nil)
	}
}
