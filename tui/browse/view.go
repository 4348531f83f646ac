package browse

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/text"
	"wangpan/wire"
)

// Widths in cells.
const (
	gutter     = 3 // cursor, mark, blank
	gap        = 2 // between columns
	sizeWidth  = 8 // 654.1 MB
	dateWidth  = 16
	dayWidth   = 10
	dateFrom   = 64 // narrower panes show days only
	dayFrom    = 50 // narrower ones no date at all
	sizeFrom   = 28 // and the narrowest nothing but names
	headerFrom = 7  // rows that a pane must have to afford a line for the headings
)

// highlight is the number of bytes of a name that the cursor colours. It bounds the
// bytes that a move of the cursor sends over a slow connection, in any script. Few
// names are longer.
const highlight = 72

// head returns the number of lines above the rows.
func (p *Pane) head() int {
	if p.height >= headerFrom {
		return 2
	}
	return 1
}

// visible returns the number of rows that fit.
func (p *Pane) visible() int {
	lines := p.height - p.head()
	if p.input != nil || len(p.rows) > 0 && p.remark() != "" {
		lines--
	}
	return max(lines, 0)
}

// View draws exactly as many lines as Resize allows, none longer than the pane.
func (p *Pane) View(focused bool) string {
	lines := make([]string, 0, p.height)
	lines = append(lines, p.breadcrumbs())
	if p.head() > 1 {
		lines = append(lines, p.headings())
	}
	columns := p.columns()
	for i := p.list.Top; i < min(p.list.Top+p.visible(), len(p.rows)); i++ {
		lines = append(lines, p.row(columns, i, focused))
	}
	if len(p.rows) == 0 {
		lines = append(lines, p.nothing()...)
	}
	for len(lines) < p.height-1 {
		lines = append(lines, "")
	}
	if p.input != nil && p.height > 0 {
		lines = lines[:min(len(lines), p.height-1)]
		last, _ := p.inputLine()
		lines = append(lines, last)
	}
	if len(lines) < p.height {
		last := ""
		if len(p.rows) > 0 {
			last = p.remark()
		}
		lines = append(lines, last)
	}
	return strings.Join(lines[:max(p.height, 0)], "\n")
}

// breadcrumbs draws the path and the facts about the folder. A narrow pane cuts the
// path, then drops facts from the end.
func (p *Pane) breadcrumbs() string {
	left, right := p.topLine()
	return p.Theme.Strong.Render(left) + " " + p.Theme.Muted.Render(right)
}

// drawnPath returns the path as it is drawn.
func (p *Pane) drawnPath() string {
	left, _ := p.topLine()
	return left
}

func (p *Pane) topLine() (left, right string) {
	path := " " + p.Crumbs(p.path)
	facts := p.facts()
	separator := " " + p.Theme.Glyph.Separator + " "
	room := func() int { return p.width - text.Width(strings.Join(facts, separator)) - 3 }
	for len(facts) > 0 && room() < min(text.Width(path), max(12, p.width/3)) {
		if len(facts) == 2 && p.Marked() > 0 { // the number of marked entries is dropped last
			facts = facts[1:]
			continue
		}
		facts = facts[:len(facts)-1]
	}
	right = strings.Join(facts, separator)
	return text.Pad(text.CutLeft(path, max(room(), 0)), max(room()+1, 0)), right
}

// Crumbs writes the names of a path, without its first slash, with spaces between
// them: photos / 2026 /
func Crumbs(path wire.Path) string {
	var b strings.Builder
	for _, name := range path.Names() {
		b.WriteString(" " + text.Visible(string(name)) + " /")
	}
	return b.String()
}

// facts returns the facts about the folder, the most important first.
func (p *Pane) facts() []string {
	var facts []string
	if len(p.all) > 0 || p.whole {
		items := p.Locale.N("browse.items", len(p.rows))
		if p.filter.on() {
			items = p.Locale.T("browse.of", "Shown", p.Locale.Count(int64(len(p.rows))), "All", p.Locale.Count(int64(p.there)))
		}
		if p.loading != nil {
			items += text.Ellipsis
		}
		facts = append(facts, items)
	}
	facts = append(facts, p.marked()...)
	if unseen := p.unseen(); unseen > 0 {
		facts = append(facts, p.Locale.N("browse.unseen", unseen))
	}
	if len(p.all) > 0 {
		facts = append(facts, p.Locale.T(byIDs[p.order.By])+p.direction())
	}
	if p.dotted > 0 && !p.filter.on() {
		facts = append(facts, p.Locale.N("browse.hidden", p.dotted))
	}
	if p.size > 0 {
		facts = append(facts, p.Locale.Size(p.size))
	}
	return facts
}

// marked returns the number of marked entries, and how many are in other folders.
func (p *Pane) marked() []string {
	all := p.Marked()
	switch elsewhere := all - p.marks.count(); {
	case p.span != nil:
		return []string{p.Locale.N("browse.marking", all)}
	case all == 0:
		return nil
	case elsewhere > 0:
		return []string{p.Locale.N("browse.marked_elsewhere", all, "Elsewhere", elsewhere)}
	}
	return []string{p.Locale.N("browse.marked", all)}
}

// direction returns the arrow of a reversed order.
func (p *Pane) direction() string {
	if p.order.Reverse {
		return " " + p.arrow()
	}
	return ""
}

// arrow points up when the rows ascend.
func (p *Pane) arrow() string {
	if least := p.order.By == ByName || p.order.By == ByKind; least != p.order.Reverse {
		return p.Theme.Glyph.Up
	}
	return p.Theme.Glyph.Down
}

// columns are the widths of a row. A date of 0 is not shown.
type columns struct {
	name, date int
	size       bool
}

func (p *Pane) columns() columns {
	c := columns{size: p.width >= sizeFrom}
	switch {
	case p.width >= dateFrom:
		c.date = dateWidth
	case p.width >= dayFrom:
		c.date = dayWidth
	}
	c.name = p.width - gutter - 1
	if c.size {
		c.name -= gap + sizeWidth
	}
	if c.date > 0 {
		c.name -= gap + c.date
	}
	c.name = max(c.name, 1)
	return c
}

func (p *Pane) headings() string {
	c := p.columns()
	line := strings.Repeat(" ", gutter) + text.Pad(p.heading("browse.name", ByName), c.name)
	if c.size {
		line += strings.Repeat(" ", gap) + text.PadLeft(p.heading("browse.size", BySize), sizeWidth)
	}
	if c.date > 0 {
		line += strings.Repeat(" ", gap) + text.Cut(p.heading("browse.modified", ByTime), c.date)
	}
	return p.Theme.Muted.Render(line)
}

// heading returns the heading of a column, with an arrow when the rows are sorted by
// it, except in the default order.
func (p *Pane) heading(id string, by By) string {
	words := p.Locale.T(id)
	if p.order.By == by && p.order != (Order{}) {
		words += " " + p.arrow()
	}
	return words
}

func (p *Pane) row(c columns, i int, focused bool) string {
	r := &p.rows[i]
	name, size := text.Visible(string(r.Name)), p.Locale.Size(r.Size)
	style := p.Theme.Text
	if r.IsDir {
		name, size = p.Theme.Glyph.Folder+" "+name+"/", p.Theme.Glyph.Unknown
		style = p.Theme.Folder
	}
	mark := " "
	if p.marks.has(r) {
		mark, style = p.Theme.Marked.Render(p.Theme.Glyph.Mark), p.Theme.Marked
	}
	name = text.CutMiddle(name, c.name)
	rest := strings.Repeat(" ", c.name-text.Width(name))
	if c.size {
		rest += strings.Repeat(" ", gap) + text.PadLeft(size, sizeWidth)
	}
	cursor := " "
	shown := text.Highlight(name, text.Matches(name, p.filter.words), style.Render, p.Theme.Match.Render)
	if i == p.list.Cursor {
		over := p.Theme.CursorIn
		if focused {
			over, cursor = p.Theme.Cursor, p.Theme.Accent.Render(p.Theme.Glyph.Cursor)
		}
		lit, plain := split(name, highlight)
		shown = over.Render(lit)
		if plain != "" {
			shown += style.Render(plain)
		}
	}
	switch c.date {
	case dateWidth:
		rest += strings.Repeat(" ", gap) + p.Locale.Date(r.ModTime.Local())
	case dayWidth:
		rest += strings.Repeat(" ", gap) + p.Locale.Day(r.ModTime.Local())
	}
	return cursor + mark + " " + shown + p.Theme.Muted.Render(rest)
}

// split cuts s between two grapheme clusters. The first part has at most so many
// bytes.
func split(s string, bytes int) (first, rest string) {
	at := 0
	for at < len(s) {
		cluster, _ := ansi.FirstGraphemeCluster(s[at:], ansi.GraphemeWidth)
		if at+len(cluster) > bytes {
			break
		}
		at += len(cluster)
	}
	return s[:at], s[at:]
}

// nothing draws the sentence in place of rows.
func (p *Pane) nothing() []string {
	style, sentence, invitation := p.Theme.Muted, "", ""
	switch {
	case p.err != nil:
		style, sentence = p.Theme.Error, p.Explain(p.err)
	case p.filter.on() && p.there > 0:
		sentence = p.Locale.T("browse.nothing_fits", "Filter", p.filter.typed)
	case p.whole && p.dotted > 0:
		sentence = p.Locale.N("browse.all_hidden", p.dotted, "Key", p.Registry.Label("list.hidden"))
	case p.whole && p.unlisted > 0:
		sentence = p.Locale.N("browse.unlisted", p.unlisted)
	case p.whole:
		sentence = p.Locale.T("browse.empty")
		if p.Invite != nil {
			invitation = p.Invite()
		}
	case p.loading != nil:
		sentence = p.Locale.T("browse.loading")
	}
	var lines []string
	for _, line := range slices.Concat(text.Wrap(sentence, p.width-gutter-1), text.Wrap(invitation, p.width-gutter-1)) {
		lines = append(lines, strings.Repeat(" ", gutter)+style.Render(line))
	}
	return lines[:min(len(lines), max(0, p.height-p.head()))]
}

// remark draws the line below the rows, which may be blank.
func (p *Pane) remark() string {
	style := p.Theme.Muted
	var sentence string
	switch {
	case p.err != nil:
		style, sentence = p.Theme.Error, p.Explain(p.err)
	case p.filter.on():
		sentence = p.Locale.T("browse.filtered", "Filter", p.filter.typed)
	case p.cut:
		sentence = p.Locale.N("browse.cut", len(p.all))
	case p.unlisted > 0 && p.whole:
		sentence = p.Locale.N("browse.unlisted", p.unlisted)
	default:
		return ""
	}
	return strings.Repeat(" ", gutter) + style.Render(text.Cut(sentence, p.width-gutter-1))
}
