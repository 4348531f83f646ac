package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
)

// View draws the hits in view only. The box is as tall as the screen: hits
// arrive while it is open, and it must not jump.
func (s *Search) View(look Look, width, height int) (string, *tea.Cursor) {
	th, l := look.Theme, look.Locale
	width = min(width, 120)
	cells := max(1, width-frame)
	view, x := s.field.View(th, max(1, cells-2), !s.focused, l.T("search.hint"))
	lines := []string{th.Accent.Render("/ ") + view}
	said := s.said(look, cells)
	lines = append(lines, said[:min(len(said), max(1, height-8))]...)
	s.page = max(1, height-2-len(lines)-1)
	s.first = 1 + len(lines)
	lines = append(lines, s.listing(look, cells)...)
	for len(lines) < s.first-1+s.page {
		lines = append(lines, "")
	}
	run := look.binding("dialog.press", "search.go")
	if s.focused {
		lines = append(lines, hints(look, cells, run, look.Registry.Bindings("search.download", "dialog.close", "search.mark", "search.copy", "search.field")...))
	} else {
		lines = append(lines, hints(look, cells, run, look.Registry.Bindings("search.hits", "dialog.close")...))
	}
	var cursor *tea.Cursor
	if !s.focused {
		cursor = tea.NewCursor(x+2+frame/2, 1)
		cursor.Color = th.Caret
	}
	return th.Box(th.BorderFocused, l.T("search.title"), width, lines), cursor
}

// said is the line below the field: how many there are, and whether more come.
func (s *Search) said(look Look, cells int) []string {
	th, l := look.Theme, look.Locale
	if s.wrong != nil {
		return wrapped(th.Error, s.wrong(l), cells)
	}
	var parts []string
	searched := s.field.Value() != "" && s.shown == s.serial
	switch {
	case s.more:
		parts = append(parts, l.N("search.too_many", maxHits))
	case len(s.hits) > 0 || searched && !s.running:
		parts = append(parts, l.N("search.found", len(s.hits)))
	}
	if len(s.marks) > 0 {
		parts = append(parts, l.N("picker.marked", len(s.marks)))
	}
	if s.running {
		parts = append(parts, l.T("search.running"))
	}
	if len(parts) == 0 {
		parts = append(parts, l.T("search.how"))
	}
	return []string{th.Muted.Render(text.Cut(strings.Join(parts, " "+th.Glyph.Separator+" "), cells))}
}

func (s *Search) listing(look Look, cells int) []string {
	s.top = min(s.top, s.cursor)
	s.top = max(s.top, s.cursor-s.page+1)
	s.top = max(0, min(s.top, len(s.hits)-s.page))
	words := strings.Fields(s.field.Value())
	var lines []string
	for i := s.top; i < min(s.top+s.page, len(s.hits)); i++ {
		lines = append(lines, s.line(look, i, words, cells))
	}
	return lines
}

// line draws a hit: its path, whose end says most, and as many of size and date
// as there is room for.
func (s *Search) line(look Look, i int, words []string, cells int) string {
	th, l, hit := look.Theme, look.Locale, s.hits[i]
	kind, size, mark := "  ", l.Size(hit.Entry.Size), " "
	if hit.Entry.IsDir {
		kind, size = th.Glyph.Folder+" ", th.Glyph.Unknown
	}
	if s.marks[hit.Path] {
		mark = th.Glyph.Mark
	}
	right := ""
	if cells >= 40 {
		right += " " + text.PadLeft(size, 9)
	}
	if cells >= 60 {
		right += "  " + text.Pad(l.Date(hit.Entry.ModTime.Local()), 16)
	}
	room := max(1, cells-1-text.Width(mark)-text.Width(kind)-text.Width(right))
	path := text.CutLeft(text.Visible(string(hit.Path)), room)
	pad := strings.Repeat(" ", max(0, room-text.Width(path)))
	if i == s.cursor && s.focused {
		return th.Accent.Render(th.Glyph.Cursor) + th.Cursor.Render(mark+kind+path+pad+right)
	}
	style := th.Text
	switch {
	case s.marks[hit.Path]:
		style = th.Marked
	case hit.Entry.IsDir:
		style = th.Folder
	}
	lead := " "
	if i == s.cursor {
		lead = th.Accent.Render(th.Glyph.Cursor)
	}
	above := strings.LastIndexByte(path, '/') + 1
	return lead + style.Render(mark+kind) + th.Muted.Render(path[:above]) +
		Matched(path[above:], words, style.Render, th.Match.Render) + th.Text.Render(pad) + th.Muted.Render(right)
}
