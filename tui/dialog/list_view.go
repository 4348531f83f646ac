package dialog

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
)

const (
	// oneLine is the width, in cells, from which a row has its facts beside the
	// name. A narrower list has them below it.
	oneLine = 56
	// noteLines is the largest number of lines of a row's note.
	noteLines = 2
	// tight is the height below which the list has no empty lines.
	tight = 15
	// shortName is the part of a name, in cells, that facts must leave.
	shortName = 16
)

// View draws the box.
func (l *List) View(look Look, width, height int) (string, *tea.Cursor) {
	width, cells := within(width, listWide)
	buttons := l.row.lines(look, cells)
	notes := l.notes(look, cells)
	if height < tight {
		notes = squeezed(notes)
	}
	l.list.Tall = 1
	if cells < oneLine {
		l.list.Tall = 2
	}
	room := height - 2 - len(buttons) - len(notes)
	if room < 2*l.list.Tall && len(notes) > 0 { // rows are more important
		notes, room = nil, room+len(notes)
	}
	l.list.Follow(min(len(l.rows), room/l.list.Tall))
	lines := slices.Concat(l.listing(look, cells), notes, buttons)
	l.row.end = len(lines)
	return box(look, l.title(look.Locale), width, lines), nil
}

// notes are the notes of the row under the cursor and of the list, between empty
// lines.
func (l *List) notes(look Look, cells int) []string {
	var lines []string
	if at := l.list.Cursor; at < len(l.rows) && l.rows[at].Note != nil {
		said := wrapped(look.Theme.Muted, l.rows[at].Note(look.Locale), cells)
		lines = append(lines, said[:min(len(said), noteLines)]...)
	}
	if l.note != nil {
		lines = append(lines, wrapped(look.Theme.Warning, l.note(look.Locale), cells)...)
	}
	if len(lines) > 0 {
		lines = append([]string{""}, lines...)
	}
	return append(lines, "")
}

func (l *List) listing(look Look, cells int) []string {
	if len(l.rows) == 0 {
		return wrapped(look.Theme.Muted, l.empty(look.Locale), cells)
	}
	shown := l.rows[l.list.Top:l.list.End()]
	facts := make([][]string, len(shown))
	var widths []int // of the columns
	for i, r := range shown {
		for column, fact := range r.Facts {
			said := fact(look.Locale)
			facts[i] = append(facts[i], said)
			if column == len(widths) {
				widths = append(widths, 0)
			}
			widths[column] = max(widths[column], text.Width(said))
		}
	}
	var lines []string
	for i, r := range shown {
		at := l.list.Top + i
		if l.list.Tall == 1 {
			lines = append(lines, l.line(look, at, facts[i], widths, cells))
			continue
		}
		number := l.number(at)
		room := cells - 1 - text.Width(number)
		name := number + text.Pad(text.CutMiddle(text.Visible(r.Name), room), room)
		lines = append(lines, l.lead(look, name, at == l.list.Cursor), "   "+look.Theme.Muted.Render(joined(facts[i], cells-3)))
	}
	return lines
}

// line draws a row with its facts in columns beside the name.
func (l *List) line(look Look, i int, facts []string, widths []int, cells int) string {
	right := ""
	for column, fact := range facts {
		next := "  " + text.PadLeft(fact, widths[column])
		if text.Width(right+next) > cells-1-shortName {
			break
		}
		right += next
	}
	number := l.number(i)
	room := max(1, cells-1-text.Width(right)-text.Width(number))
	name := number + text.Pad(text.CutMiddle(text.Visible(l.rows[i].Name), room), room)
	return l.lead(look, name, i == l.list.Cursor) + look.Theme.Text.Render(right)
}

// lead draws a name with the cursor before it.
func (l *List) lead(look Look, name string, current bool) string {
	if current {
		return look.Theme.Accent.Render(look.Theme.Glyph.Cursor) + look.Theme.Cursor.Render(name)
	}
	return " " + look.Theme.Text.Render(name)
}

// number is the key of a row; blank when the rows have none.
func (l *List) number(i int) string {
	switch {
	case !l.numbered:
		return ""
	case i < 9:
		return strconv.Itoa(i+1) + " "
	}
	return "  "
}
