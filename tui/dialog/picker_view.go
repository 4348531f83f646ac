package dialog

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
)

// View draws the box, as tall as the screen.
func (p *Picker) View(look Look, width, height int) (string, *tea.Cursor) {
	width, cells := within(width, listWide)
	lines := []string{look.Theme.Muted.Render(text.CutLeft(text.Visible(p.folder), cells))}
	lines = append(lines, p.listing(look, height-5, cells)...)
	lines = fill(lines, p.list.Height+1)
	status, cursor := p.status(look, len(lines), cells)
	lines = append(lines, status, p.hints(look, cells))
	return box(look, look.Locale.T("picker.title"), width, lines), cursor
}

func (p *Picker) listing(look Look, height, cells int) []string {
	th, l := look.Theme, look.Locale
	lines := p.list.Draw(height, func(i int) string { return p.row(look, i, cells) })
	switch {
	case p.listed.Err != nil:
		return wrapped(th.Error, l.T("dialog.quote", "Text", p.listed.Err), cells)
	case p.loading:
		return muted(look, l.T("picker.loading"), cells)
	case len(p.rows) == 0:
		return muted(look, l.T("picker.empty"), cells)
	}
	return lines
}

// row draws a mark, a name, and the size and the date where there is room.
func (p *Picker) row(look Look, i, cells int) string {
	th, e := look.Theme, p.entry(i)
	mark, name := " ", text.Visible(string(e.Name))
	marked := p.marked[p.path(e)]
	if marked {
		mark = th.Glyph.Mark
	}
	size := look.Locale.Size(e.Size)
	if e.IsDir {
		size = ""
	}
	kind, right := facts(look, e, size, cells)
	room := max(1, cells-4-text.Width(right))
	line := mark + " " + kind + text.Pad(text.CutMiddle(name, room), room) + right
	switch {
	case i == p.list.Cursor:
		return th.Cursor.Render(line)
	case marked:
		return th.Marked.Render(line)
	case e.IsDir:
		return th.Folder.Render(line)
	}
	return th.Text.Render(line)
}

// status is the line below the rows: the filter, or the counts.
func (p *Picker) status(look Look, line, cells int) (string, *tea.Cursor) {
	th, l := look.Theme, look.Locale
	if p.filter.shown() {
		return typing(look, p.filter.Field, th.Accent.Render("/ "), cells, line, p.filter.typing, l.T("picker.filter"))
	}
	counts := l.N("picker.items", len(p.rows))
	if len(p.marks) > 0 {
		counts += " " + th.Glyph.Separator + " " + l.N("picker.marked", len(p.marks))
	}
	return th.Muted.Render(text.Cut(counts, cells)), nil
}

// hintsFrom is the width, in cells, from which the hint for Esc has its usual place.
// In a narrower box it comes sooner, so that it fits.
const hintsFrom = 70

func (p *Picker) hints(look Look, cells int) string {
	r := look.Registry
	if p.filter.typing {
		return Hints(look, cells, r.Get("dialog.press").Binding(), r.Get("dialog.close").Binding())
	}
	what := "picker.upload_one"
	if len(p.marks) > 0 {
		what = "picker.upload_marked"
	}
	upload, open := look.binding("picker.upload", what), r.Get("picker.open").Binding()
	if e, ok := p.under(); ok && !e.IsDir {
		open = look.binding("picker.open", what)
	}
	if cells < hintsFrom {
		return Hints(look, cells, upload, r.Get("dialog.close").Binding(), r.Get("picker.mark").Binding(), open)
	}
	return Hints(look, cells, append([]key.Binding{upload, r.Get("picker.mark").Binding(), open},
		r.Bindings("picker.parent", "dialog.close", "picker.filter", "picker.hidden", "picker.mark_all")...)...)
}
