package dialog

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text"
)

// searchWide is the largest width of a search: it shows whole paths.
const searchWide = 120

// View draws the box, as tall as the screen: hits arrive while it is open, and it must
// not jump.
func (s *Search) View(look Look, width, height int) (string, *tea.Cursor) {
	l := look.Locale
	width, cells := within(width, searchWide)
	view, cursor := typing(look, s.field, look.Theme.Accent.Render("/ "), cells, 0, !s.focused, l.T("search.hint"))
	said := s.said(look, cells)
	lines := append([]string{view}, said[:min(len(said), max(1, height-8))]...)
	s.list.Line = 1 + len(lines)
	words := strings.Fields(s.field.Value())
	lines = append(lines, s.list.Draw(height-3-len(lines), func(i int) string { return s.line(look, i, words, cells) })...)
	lines = fill(lines, s.list.Line-1+s.list.Height)
	more := []command.Name{"search.hits", "dialog.close"}
	if s.focused {
		more = []command.Name{"search.download", "dialog.close", "search.mark", "search.copy", "search.field"}
	}
	lines = append(lines, Hints(look, cells, append([]key.Binding{look.binding("dialog.press", "search.go")}, look.Registry.Bindings(more...)...)...))
	return box(look, l.T("search.title"), width, lines), cursor
}

// said is the line below the field: an error, or the number of hits and whether more
// may come.
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
	return muted(look, strings.Join(parts, " "+th.Glyph.Separator+" "), cells)
}

// line draws a hit: the end of its path, and the size and the date where there is
// room.
func (s *Search) line(look Look, i int, words []string, cells int) string {
	th, hit := look.Theme, s.hits[i]
	size, mark := look.Locale.Size(hit.Entry.Size), " "
	if hit.Entry.IsDir {
		size = th.Glyph.Unknown
	}
	if s.marks[hit.Path] {
		mark = th.Glyph.Mark
	}
	kind, right := facts(look, hit.Entry, size, cells)
	room := max(1, cells-1-text.Width(mark)-text.Width(kind)-text.Width(right))
	path := text.CutLeft(text.Visible(string(hit.Path)), room)
	pad := strings.Repeat(" ", max(0, room-text.Width(path)))
	if i == s.list.Cursor && s.focused {
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
	if i == s.list.Cursor {
		lead = th.Accent.Render(th.Glyph.Cursor)
	}
	above := strings.LastIndexByte(path, '/') + 1
	name := path[above:]
	return lead + style.Render(mark+kind) + th.Muted.Render(path[:above]) +
		text.Highlight(name, text.Matches(name, words), style.Render, th.Match.Render) + th.Text.Render(pad) + th.Muted.Render(right)
}
