package dialog

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
)

const (
	// listWide is how wide a list gets at the most, in cells.
	listWide = 100
	// oneLine is how many cells a row takes at least to have its facts beside
	// the name; narrower, they stand below it.
	oneLine = 56
	// noteLines is how many lines a row's note gets at the most.
	noteLines = 2
	// tight is the height below which no line is left empty.
	tight = 15
	// shortName is what facts leave of a name at least, in cells.
	shortName = 16
)

// View draws the rows in view only, so that a thousand cost no more than ten.
func (l *List) View(look Look, width, height int) (string, *tea.Cursor) {
	width = min(width, listWide)
	cells := max(1, width-frame)
	buttons := l.row.lines(look, cells)
	notes := l.notes(look, cells)
	if height < tight {
		notes = squeezed(notes)
	}
	l.tall = 1
	if cells < oneLine {
		l.tall = 2
	}
	room := height - 2 - len(buttons) - len(notes)
	if room < 2*l.tall && len(notes) > 0 { // the rows matter more
		notes, room = nil, room+len(notes)
	}
	l.page = max(1, min(len(l.rows), room/l.tall))
	lines := l.listing(look, cells)
	lines = append(append(lines, notes...), buttons...)
	l.press = 1 + len(lines) - (1 + l.row.places[len(l.row.places)-1].line)
	return look.Theme.Box(look.Theme.BorderFocused, l.title(look.Locale), width, lines), nil
}

// notes are what is said of the row under the cursor and of all, with an empty
// line around.
func (l *List) notes(look Look, cells int) []string {
	var lines []string
	if l.cursor < len(l.rows) && l.rows[l.cursor].Note != nil {
		said := wrapped(look.Theme.Muted, l.rows[l.cursor].Note(look.Locale), cells)
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
	l.top = min(l.top, l.cursor)
	l.top = max(l.top, l.cursor-l.page+1)
	l.top = max(0, min(l.top, len(l.rows)-l.page))
	shown := l.rows[l.top : l.top+l.page]
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
		current := l.top+i == l.cursor
		if l.tall == 1 {
			lines = append(lines, l.line(look, l.top+i, facts[i], widths, cells))
			continue
		}
		number := l.number(l.top + i)
		room := cells - 1 - text.Width(number)
		name := number + text.Pad(text.CutMiddle(text.Visible(r.Name), room), room)
		lines = append(lines, l.lead(look, name, current), "   "+look.Theme.Muted.Render(joined(facts[i], cells-3)))
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
	return l.lead(look, name, i == l.cursor) + look.Theme.Text.Render(right)
}

// lead draws a name with the cursor before it.
func (l *List) lead(look Look, name string, current bool) string {
	if current {
		return look.Theme.Accent.Render(look.Theme.Glyph.Cursor) + look.Theme.Cursor.Render(name)
	}
	return " " + look.Theme.Text.Render(name)
}

// number is the key of a row, where rows have one.
func (l *List) number(i int) string {
	switch {
	case !l.numbered:
		return ""
	case i < 9:
		return strconv.Itoa(i+1) + " "
	}
	return "  "
}
