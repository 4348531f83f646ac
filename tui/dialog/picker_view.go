package dialog

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
)

// View draws the rows in view only, so that ten thousand files cost no more
// than ten.
func (p *Picker) View(look Look, width, height int) (string, *tea.Cursor) {
	th, l := look.Theme, look.Locale
	width = min(width, 100)
	cells := max(1, width-frame)
	p.page = max(1, height-5)
	lines := []string{th.Muted.Render(text.CutLeft(text.Visible(p.folder), cells))}
	lines = append(lines, p.listing(look, cells)...)
	for len(lines) < p.page+1 {
		lines = append(lines, "")
	}
	var cursor *tea.Cursor
	status, x := p.status(look, cells)
	if p.typing {
		cursor = tea.NewCursor(x+frame/2, len(lines)+1)
		cursor.Color = th.Caret
	}
	lines = append(lines, status, p.hints(look, cells))
	return th.Box(th.BorderFocused, l.T("picker.title"), width, lines), cursor
}

func (p *Picker) listing(look Look, cells int) []string {
	th, l := look.Theme, look.Locale
	switch {
	case p.err != nil:
		return wrapped(th.Error, l.T("dialog.quote", "Text", p.err), cells)
	case p.loading():
		return []string{th.Muted.Render(text.Cut(l.T("picker.loading"), cells))}
	case len(p.rows) == 0:
		return []string{th.Muted.Render(text.Cut(l.T("picker.empty"), cells))}
	}
	p.top = min(p.top, p.cursor)
	p.top = max(p.top, p.cursor-p.page+1)
	p.top = max(0, min(p.top, len(p.rows)-p.page))
	var lines []string
	for i := p.top; i < min(p.top+p.page, len(p.rows)); i++ {
		lines = append(lines, p.row(look, i, cells))
	}
	return lines
}

// row draws a mark, a name, and as many of size and date as there is room for.
func (p *Picker) row(look Look, i, cells int) string {
	th, l := look.Theme, look.Locale
	e := p.entries[p.rows[i]]
	mark, name := " ", text.Visible(string(e.Name))
	marked := p.marked[p.path(e)]
	if marked {
		mark = th.Glyph.Mark
	}
	kind, size := "  ", l.Size(e.Size)
	if e.IsDir {
		kind, size = th.Glyph.Folder+" ", ""
	}
	right := ""
	if cells >= 40 {
		right += " " + text.PadLeft(size, 9)
	}
	if cells >= 60 {
		right += "  " + text.Pad(l.Date(e.ModTime), 16)
	}
	room := max(1, cells-4-text.Width(right))
	line := mark + " " + kind + text.Pad(text.CutMiddle(name, room), room) + right
	switch {
	case i == p.cursor:
		return th.Cursor.Render(line)
	case marked:
		return th.Marked.Render(line)
	case e.IsDir:
		return th.Folder.Render(line)
	}
	return th.Text.Render(line)
}

// hintsFrom is the width, in cells, from which on the way out is among the hints
// in its place; below, it comes sooner.
const hintsFrom = 70

// status is the line below the rows: the filter, or how much there is.
func (p *Picker) status(look Look, cells int) (line string, cursor int) {
	th, l := look.Theme, look.Locale
	if p.typing || p.filter.Value() != "" {
		view, x := p.filter.View(th, max(1, cells-2), p.typing, l.T("picker.filter"))
		return th.Accent.Render("/ ") + view, x + 2
	}
	counts := l.N("picker.items", len(p.rows))
	if len(p.marks) > 0 {
		counts += " " + th.Glyph.Separator + " " + l.N("picker.marked", len(p.marks))
	}
	return th.Muted.Render(text.Cut(counts, cells)), 0
}

func (p *Picker) hints(look Look, cells int) string {
	r := look.Registry
	if p.typing {
		return hints(look, cells, r.Get("dialog.press").Binding(), r.Get("dialog.close").Binding())
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
		return hints(look, cells, upload, append(r.Bindings("dialog.close", "picker.mark"), open)...)
	}
	return hints(look, cells, upload, append([]key.Binding{r.Get("picker.mark").Binding(), open},
		r.Bindings("picker.parent", "dialog.close", "picker.filter", "picker.hidden", "picker.mark_all")...)...)
}
