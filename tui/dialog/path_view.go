package dialog

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
)

// pathRows is the largest number of places in view.
const pathRows = 10

// View draws the box. Its height does not depend on the matches: it must not jump
// while the user types.
func (p *PathPrompt) View(look Look, width, height int) (string, *tea.Cursor) {
	width, cells := within(width, listWide)
	lines := wrapped(look.Theme.Label, p.o.Label(look.Locale), cells)
	lines = lines[:min(len(lines), max(0, height-6))]
	hint := text.CutLeft(text.Visible(p.o.Base), cells)
	view, cursor := typing(look, p.field, "", cells, len(lines), true, hint)
	lines = append(lines, view)
	said := p.said(look, cells)
	lines = append(lines, said[:min(len(said), max(1, height-len(lines)-4))]...)
	lines = append(lines, p.listing(look, 1+len(lines), min(height-3-len(lines), pathRows), cells)...)
	press := look.binding("dialog.press", p.Act())
	lines = append(lines, Hints(look, cells, append([]key.Binding{press}, look.Registry.Bindings("path.complete", "dialog.close", "dialog.down")...)...))
	return box(look, p.o.Title(look.Locale), width, lines), cursor
}

// said is the line below the field: an error, or the state of the listing.
func (p *PathPrompt) said(look Look, cells int) []string {
	th, l := look.Theme, look.Locale
	switch {
	case p.wrong != nil:
		return wrapped(th.Error, p.wrong(l), cells)
	case p.busy:
		return muted(look, l.T("dialog.busy"), cells)
	case p.recent():
		return muted(look, l.T("path.recent"), cells)
	}
	typed, _ := p.parted()
	folder, wrong := p.folder(typed)
	if wrong != nil {
		return wrapped(th.Error, wrong(l), cells)
	}
	listed, ok := p.known[folder]
	switch {
	case p.asked[folder]:
		return muted(look, l.T("picker.loading"), cells)
	case ok && listed.err != nil:
		return muted(look, l.T("path.unlisted"), cells)
	case len(p.rows) == 0:
		return muted(look, l.T("path.none"), cells)
	}
	return muted(look, l.N("path.fitting", len(p.rows)), cells)
}

// recent reports whether the rows are the recent places.
func (p *PathPrompt) recent() bool { return p.field.Value() == "" && len(p.o.Recent) > 0 }

// listing draws the rows in view, in exactly so many lines from a line of the box on.
func (p *PathPrompt) listing(look Look, line, height, cells int) []string {
	p.list.Line = line
	_, name := p.parted()
	lines := p.list.Draw(height, func(i int) string { return p.line(look, i, name, cells) })
	return fill(lines, p.list.Height)
}

// line draws a place with the typed text highlighted.
func (p *PathPrompt) line(look Look, i int, typed string, cells int) string {
	th, place := look.Theme, p.place(i)
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
	if i == p.list.Cursor {
		return th.Accent.Render(th.Glyph.Cursor) + th.Cursor.Render(kind+text.Pad(name, room))
	}
	style := th.Text
	if place.Folder {
		style = th.Folder
	}
	return " " + style.Render(kind) + text.Highlight(name, text.Matches(name, []string{typed}), style.Render, th.Match.Render)
}
