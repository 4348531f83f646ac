package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
)

// pathRows is how many places are in view at the most.
const pathRows = 10

// View draws the box, as tall whatever fits: it must not jump while one types.
func (p *PathPrompt) View(look Look, width, height int) (string, *tea.Cursor) {
	th := look.Theme
	width = min(width, listWide)
	cells := max(1, width-frame)
	lines := wrapped(th.Label, p.o.Label(look.Locale), cells)
	lines = lines[:min(len(lines), max(0, height-6))]
	view, x := p.field.View(th, cells, true, text.CutLeft(text.Visible(p.o.Base), cells))
	y := len(lines)
	lines = append(lines, view)
	said := p.said(look, cells)
	said = said[:min(len(said), max(1, height-len(lines)-4))]
	lines = append(lines, said...)
	room := max(1, height-2-len(lines)-1) // the border, and the keys
	p.page = max(1, min(room, pathRows))
	p.first = 1 + len(lines)
	lines = append(lines, p.listing(look, cells)...)
	for len(lines) < p.first-1+p.page {
		lines = append(lines, "")
	}
	press := look.binding("dialog.press", p.Act())
	lines = append(lines, hints(look, cells, press, look.Registry.Bindings("path.complete", "dialog.close", "dialog.down")...))
	cursor := tea.NewCursor(x+frame/2, y+1)
	cursor.Color = th.Caret
	return th.Box(th.BorderFocused, p.o.Title(look.Locale), width, lines), cursor
}

// said is the line below the field: what is wrong, or what is going on.
func (p *PathPrompt) said(look Look, cells int) []string {
	th, l := look.Theme, look.Locale
	muted := func(s string) []string { return []string{th.Muted.Render(text.Cut(s, cells))} }
	switch {
	case p.wrong != nil:
		return wrapped(th.Error, p.wrong(l), cells)
	case p.busy:
		return muted(l.T("dialog.busy"))
	case p.recent():
		return muted(l.T("path.recent"))
	}
	typed, _ := p.parted()
	folder, wrong := p.folder(typed)
	if wrong != nil {
		return wrapped(th.Error, wrong(l), cells)
	}
	listed, ok := p.known[folder]
	switch {
	case p.asked[folder]:
		return muted(l.T("picker.loading"))
	case ok && listed.err != nil:
		return muted(l.T("path.unlisted"))
	case len(p.rows) == 0:
		return muted(l.T("path.none"))
	}
	return muted(l.N("path.fitting", len(p.rows)))
}

// recent reports whether the rows are recent places.
func (p *PathPrompt) recent() bool { return p.field.Value() == "" && len(p.o.Recent) > 0 }

// listing draws the rows in view.
func (p *PathPrompt) listing(look Look, cells int) []string {
	at := max(0, p.cursor)
	p.top = min(p.top, at)
	p.top = max(p.top, at-p.page+1)
	p.top = max(0, min(p.top, len(p.rows)-p.page))
	_, name := p.parted()
	var lines []string
	for i := p.top; i < min(p.top+p.page, len(p.rows)); i++ {
		lines = append(lines, p.line(look, i, name, cells))
	}
	return lines
}

// line draws a place, what was typed of it in the colour of a match.
func (p *PathPrompt) line(look Look, i int, typed string, cells int) string {
	th, place := look.Theme, p.rows[i]
	kind := "  "
	if place.Folder {
		kind = th.Glyph.Folder + " "
	}
	room := max(1, cells-1-text.Width(kind))
	name := text.Visible(place.Name)
	if p.recent() {
		name = text.CutLeft(name, room)
	} else {
		name = text.CutMiddle(name, room)
	}
	if i == p.cursor {
		return th.Accent.Render(th.Glyph.Cursor) + th.Cursor.Render(kind+text.Pad(name, room))
	}
	style := th.Text
	if place.Folder {
		style = th.Folder
	}
	return " " + style.Render(kind) + Matched(name, []string{typed}, style.Render, th.Match.Render)
}
