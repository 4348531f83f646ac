package dialog

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
)

const (
	// paletteRows is how many rows are in view at the most.
	paletteRows = 12
	// nameFrom is how many cells a row takes at least to have its name beside
	// what it does.
	nameFrom = 56
	// nameWide is how many cells a name gets.
	nameWide = 18
	// keysWide is how many cells the keys get.
	keysWide = 12
)

// View draws the box, as tall whatever fits: it must not jump while one types.
func (p *Palette) View(look Look, width, height int) (string, *tea.Cursor) {
	if p.word(look.Locale) && p.path == nil {
		p.match(strings.TrimSpace(p.field.Value()))
		p.cursor = min(p.cursor, max(0, len(p.hits)-1))
	}
	th := look.Theme
	width = min(width, wide)
	cells := max(1, width-frame)
	view, x := p.field.View(th, max(1, cells-2), true, look.Locale.T("palette.hint"))
	lines := []string{th.HelpKey.Render(": ") + view}
	said := p.saying(look, cells)
	said = said[:min(len(said), max(1, height-6))]
	lines = append(lines, said...)
	p.page = max(1, min(height-2-len(lines)-1, paletteRows))
	p.first = 1 + len(lines)
	lines = append(lines, p.listing(look, cells)...)
	for len(lines) < p.first-1+p.page {
		lines = append(lines, "")
	}
	lines = append(lines, hints(look, cells, look.binding("dialog.press", "palette.run"),
		look.Registry.Bindings("path.complete", "dialog.close", "palette.down")...))
	cursor := tea.NewCursor(x+2+frame/2, 1)
	cursor.Color = th.Caret
	return th.Box(th.BorderFocused, p.o.Title(look.Locale), width, lines), cursor
}

// saying is the line below the field: what is wrong, or why the item under the
// cursor means nothing now, or how many fit.
func (p *Palette) saying(look Look, cells int) []string {
	th, l := look.Theme, look.Locale
	switch {
	case p.wrong != nil:
		return wrapped(th.Error, p.wrong(l), cells)
	case p.path != nil:
		return p.path.said(look, cells)
	}
	if usage := p.o.Registry.Usage(p.field.Value()); usage != nil {
		return wrapped(th.Muted, usage(l), cells)
	}
	if len(p.hits) == 0 {
		return wrapped(th.Muted, l.T("palette.none"), cells)
	}
	if why := p.items[p.hits[p.cursor].item].why; why != nil {
		return []string{th.Warning.Render(text.Cut(why(l), cells))}
	}
	return []string{th.Muted.Render(text.Cut(l.N("palette.fitting", len(p.hits)), cells))}
}

// listing draws the rows in view.
func (p *Palette) listing(look Look, cells int) []string {
	at := max(0, p.cursor)
	p.top = min(p.top, at)
	p.top = max(p.top, at-p.page+1)
	p.top = max(0, min(p.top, p.rows()-p.page))
	if p.path != nil {
		p.path.page, p.path.top, p.path.cursor = p.page, p.top, p.cursor
		return p.path.listing(look, cells)
	}
	var lines []string
	for i := p.top; i < min(p.top+p.page, len(p.hits)); i++ {
		lines = append(lines, p.line(look, i, cells))
	}
	return lines
}

// line draws an item: what it does, what it is called, its keys.
func (p *Palette) line(look Look, i, cells int) string {
	th, h := look.Theme, p.hits[i]
	item := p.items[h.item]
	keys := slices.Clone(item.KeyNames())
	for k, name := range keys {
		keys[k] = look.keyName(name)
	}
	right := text.PadLeft(text.Cut(cmp.Or(item.usage, strings.Join(keys, "/")), keysWide), keysWide)
	if cells >= nameFrom {
		right = text.Pad(text.Cut(item.name, nameWide), nameWide) + " " + right
	}
	room := max(1, cells-2-text.Width(right))
	does := text.Cut(p.said[h.item], room)
	fill := strings.Repeat(" ", max(0, room-text.Width(does))+1)
	switch {
	case i == p.cursor:
		return th.Accent.Render(th.Glyph.Cursor) + th.Cursor.Render(does) + fill + th.Muted.Render(right)
	case item.why != nil:
		return " " + th.ButtonDisabled.Render(does+fill+right)
	}
	return " " + lit(does, h.at, th.Text.Render, th.Match.Render) + fill + th.Muted.Render(right)
}

// lit renders a text with the characters at some places, in bytes, in another
// style. Runs are rendered whole, so that a line stays short.
func lit(s string, at []int, plain, match func(...string) string) string {
	var b strings.Builder
	run, matched := 0, false
	flush := func(to int) {
		if part := s[run:to]; part != "" && matched {
			b.WriteString(match(part))
		} else if part != "" {
			b.WriteString(plain(part))
		}
		run = to
	}
	for i := range s {
		if found := slices.Contains(at, i); found != matched {
			flush(i)
			matched = found
		}
	}
	flush(len(s))
	return b.String()
}
