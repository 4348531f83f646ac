package preview

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/text"
	"wangpan/tui/theme"
)

// tone is the role of a text. It selects a style of the theme.
type tone int

const (
	plain tone = iota
	muted
	accent
	title
	strong
	emphasis
	folder
	literal // text in quotes
	number
	declared // a name in its declaration
	failure
)

// span is a piece of a line: visible text without a line break.
type span struct {
	text string
	tone tone
}

// line is a line of any width.
type line []span

// width returns the width in cells.
func (l line) width() int {
	cells := 0
	for _, s := range l {
		cells += text.Width(s.text)
	}
	return cells
}

// longProse is the longest line that flow wraps between words, in bytes. The time
// for that grows faster than the length.
const longProse = 4 << 10

// flow wraps a line at so many cells, between words or anywhere. It returns at
// most limit lines.
func flow(l line, cells int, words bool, limit int) []line {
	if cells < 2 || limit < 1 {
		return nil
	}
	if l.width() <= cells {
		return []line{l}
	}
	var whole strings.Builder
	for _, s := range l {
		whole.WriteString(s.text)
	}
	var rows []string
	if words && whole.Len() <= longProse {
		rows = text.Wrap(whole.String(), cells)
	} else {
		rows = chop(whole.String(), cells, limit)
	}
	return l.along(whole.String(), rows[:min(len(rows), limit)])
}

// along splits a line into the given rows of its text. The rows may leave out
// spaces between them.
func (l line) along(whole string, rows []string) []line {
	lines := make([]line, 0, len(rows))
	rest, at := append(line(nil), l...), 0
	for _, row := range rows {
		blanks := 0
		for strings.HasPrefix(whole[at+blanks:], " ") && !strings.HasPrefix(whole[at+blanks:], row) {
			blanks++
		}
		_, rest = rest.split(blanks)
		var taken line
		taken, rest = rest.split(len(row))
		lines = append(lines, taken)
		at += blanks + len(row)
	}
	return lines
}

// split splits a line after so many bytes. It invalidates l.
func (l line) split(bytes int) (first, rest line) {
	for i := range l {
		if n := len(l[i].text); n <= bytes {
			bytes -= n
			continue
		}
		first = append(first, l[:i]...)
		if bytes > 0 {
			first = append(first, span{l[i].text[:bytes], l[i].tone})
			l[i].text = l[i].text[bytes:]
		}
		return first, l[i:]
	}
	return l, nil
}

// chop splits s into rows of at most so many cells, between any two characters.
func chop(s string, cells, limit int) []string {
	var rows []string
	from, used := 0, 0
	for at := 0; at < len(s) && len(rows) < limit; {
		cluster, width := ansi.FirstGraphemeCluster(s[at:], ansi.GraphemeWidth)
		if used+width > cells && at > from {
			rows = append(rows, s[from:at])
			from, used = at, 0
		}
		used += width
		at += len(cluster)
	}
	if len(rows) < limit {
		rows = append(rows, s[from:])
	}
	return rows
}

// cut shortens a line to so many cells and marks it with an ellipsis.
func (l line) cut(cells int) line {
	if l.width() <= cells {
		return l
	}
	var short line
	for _, s := range l {
		w := text.Width(s.text)
		if w >= cells { // the ellipsis also needs a cell
			return append(short, span{text.Cut(s.text+text.Ellipsis, cells), s.tone})
		}
		short = append(short, s)
		cells -= w
	}
	return short
}

// brush holds the styles of a theme. Each command has its own brush, because the
// root may change the theme while the command runs.
type brush struct {
	styles [failure + 1]lipgloss.Style
}

func newBrush(t *theme.Theme) *brush {
	return &brush{styles: [...]lipgloss.Style{
		plain: t.Text, muted: t.Muted, accent: t.Accent, title: t.Title, strong: t.Strong,
		emphasis: t.Text.Italic(true), folder: t.Folder, literal: t.Good, number: t.Warning,
		declared: t.LabelFocused, failure: t.Error,
	}}
}

// draw renders a line. It joins neighbours of the same tone.
func (b *brush) draw(l line) string {
	var out strings.Builder
	for i := 0; i < len(l); {
		tone, run := l[i].tone, ""
		for ; i < len(l) && l[i].tone == tone; i++ {
			run += l[i].text
		}
		if tone == plain {
			out.WriteString(run)
		} else if run != "" {
			out.WriteString(b.styles[tone].Render(run))
		}
	}
	return out.String()
}
