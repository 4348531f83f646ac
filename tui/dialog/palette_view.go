package dialog

import (
	"cmp"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
)

const (
	// paletteRows is the largest number of rows in view.
	paletteRows = 12
	// nameFrom is the width, in cells, from which a row shows the name of its
	// command.
	nameFrom = 56
	// nameWide is the width of a name.
	nameWide = 18
	// keysWide is the width of the keys.
	keysWide = 12
)

// View draws the box. Its height does not depend on the matches: it must not jump
// while the user types.
func (p *Palette) View(look Look, width, height int) (string, *tea.Cursor) {
	if p.word(look.Locale) && p.path == nil {
		p.match(strings.TrimSpace(p.field.Value()))
	}
	width, cells := within(width, wide)
	view, cursor := typing(look, p.field, look.Theme.HelpKey.Render(": "), cells, 0, true, look.Locale.T("palette.hint"))
	said := p.saying(look, cells)
	lines := append([]string{view}, said[:min(len(said), max(1, height-6))]...)
	lines = append(lines, p.listing(look, 1+len(lines), min(height-3-len(lines), paletteRows), cells)...)
	lines = append(lines, Hints(look, cells, append([]key.Binding{look.binding("dialog.press", "palette.run")},
		look.Registry.Bindings("path.complete", "dialog.close", "palette.down")...)...))
	return box(look, p.o.Title(look.Locale), width, lines), cursor
}

// saying is the line below the field: an error, the reason why the command under the
// cursor cannot run, or the number of matches.
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
	switch item := p.item(); {
	case item == nil:
		return wrapped(th.Muted, l.T("palette.none"), cells)
	case item.why != nil:
		return []string{th.Warning.Render(text.Cut(item.why(l), cells))}
	}
	return muted(look, l.N("palette.fitting", len(p.hits)), cells)
}

// listing draws the rows in view, in exactly so many lines from a line of the box on.
func (p *Palette) listing(look Look, line, height, cells int) []string {
	if p.path != nil {
		return p.path.listing(look, line, height, cells)
	}
	p.list.Line = line
	lines := p.list.Draw(height, func(i int) string { return p.line(look, i, cells) })
	return fill(lines, p.list.Height)
}

// line draws an item: its description, its name, its keys.
func (p *Palette) line(look Look, i, cells int) string {
	th, h := look.Theme, p.hits[i]
	item := p.items[h.item]
	right := text.PadLeft(text.Cut(cmp.Or(item.usage, look.keyNames(item.KeyNames())), keysWide), keysWide)
	if cells >= nameFrom {
		right = text.Pad(text.Cut(item.name, nameWide), nameWide) + " " + right
	}
	room := max(1, cells-2-text.Width(right))
	does := text.Cut(p.said[h.item], room)
	fill := strings.Repeat(" ", max(0, room-text.Width(does))+1)
	switch {
	case i == p.list.Cursor:
		return th.Accent.Render(th.Glyph.Cursor) + th.Cursor.Render(does) + fill + th.Muted.Render(right)
	case item.why != nil:
		return " " + th.ButtonDisabled.Render(does+fill+right)
	}
	hit := make([]bool, len(does))
	for _, i := range h.at {
		if i < len(hit) { // the description was cut
			hit[i] = true
		}
	}
	return " " + text.Highlight(does, hit, th.Text.Render, th.Match.Render) + fill + th.Muted.Render(right)
}
