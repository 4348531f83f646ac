package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text"
)

// Row is a line of a List.
type Row struct {
	Item  any     // the owner's; comes back in ListChosen
	Name  string  // may be anyone's
	Facts []Words // the most important first; where room is short, only these
	Note  Words   // said below the rows while the cursor is here; nil for nothing
}

// ListButton does something with the row under the cursor, or with all.
type ListButton struct {
	Button      // its Answer comes back in ListChosen
	All    bool // with all rows
	Close  bool // with none: it closes the list
}

// ListChosen is the answer of a button. The list stays open until its owner
// closes it: what was chosen may fail, and the next row may be chosen then.
type ListChosen struct {
	List *List
	Do   any
	Item any // of the row, nil for all
}

// List shows rows and what can be done with them. Its owner changes the rows
// while it is open.
type List struct {
	title   Words
	empty   Words // said in place of rows
	note    Words // below the rows, beside that of the row
	rows    []Row
	buttons []ListButton
	row     row
	chosen  bool // the person has moved the focus among the buttons
	cursor  int
	top     int // the first row in view
	page    int // rows in view when last drawn
	tall    int // lines that a row took when last drawn
	press   int // on which line of the box the buttons were last drawn

	numbered bool // the first nine rows have the digits as their keys
}

// NewList returns a list without rows; the first button is the one that Enter
// presses.
func NewList(title, empty Words, buttons ...ListButton) *List {
	l := &List{title: title, empty: empty, buttons: buttons, page: 1, tall: 1}
	for _, b := range buttons {
		l.row.buttons = append(l.row.buttons, b.Button)
	}
	l.SetRows(nil)
	return l
}

// SetRows replaces the rows. The cursor stays on its item.
func (l *List) SetRows(rows []Row) {
	if l.cursor < len(l.rows) {
		item := l.rows[l.cursor].Item
		for i := range rows {
			if rows[i].Item == item {
				l.cursor = i
			}
		}
	}
	l.rows = rows
	l.cursor = max(0, min(l.cursor, len(rows)-1))
	for i, b := range l.buttons {
		few := b.All && len(rows) < 2 || !b.Close && len(rows) == 0
		l.row.buttons[i].Key.SetEnabled(!few)
	}
	if !l.chosen {
		l.row.focus = 0
	}
	if !l.row.buttons[l.row.focus].Key.Enabled() {
		l.row.step(1)
	}
}

// Number gives the first nine rows the keys 1 to 9, which do with the row what
// the first button does.
func (l *List) Number() { l.numbered = true }

// Items returns the items of all rows.
func (l *List) Items() []any {
	items := make([]any, len(l.rows))
	for i, r := range l.rows {
		items[i] = r.Item
	}
	return items
}

// SetEmpty changes what is said in place of rows.
func (l *List) SetEmpty(words Words) { l.empty = words }

// SetNote changes what is said below the rows; nil for nothing.
func (l *List) SetNote(words Words) { l.note = words }

// Update moves the cursor and presses buttons.
func (l *List) Update(msg tea.Msg) Outcome {
	var pressed *Button
	switch msg := msg.(type) {
	case command.Press:
		if pressed = l.row.pressed(msg); pressed == nil {
			return l.key(msg)
		}
	case tea.MouseClickMsg:
		if pressed = l.row.at(msg.Y-l.press, msg.X-frame/2); pressed == nil {
			l.click(msg.Y)
		}
	case tea.MouseWheelMsg:
		l.move(wheel(msg))
	}
	for i := range l.row.buttons {
		if pressed == &l.row.buttons[i] {
			return l.outcome(l.buttons[i])
		}
	}
	return Outcome{}
}

func (l *List) outcome(b ListButton) Outcome {
	switch {
	case b.Close:
		return Outcome{Close: true, Answer: b.Answer}
	case b.All:
		return Outcome{Answer: ListChosen{List: l, Do: b.Answer}}
	}
	return Outcome{Answer: ListChosen{l, b.Answer, l.rows[l.cursor].Item}}
}

// Place is that of a dialog that lists rows.
func (l *List) Place() command.Place { return command.Rows }

// Letters returns the keys of the buttons.
func (l *List) Letters() []key.Binding { return l.row.letters() }

func (l *List) key(press command.Press) Outcome {
	switch press.Name {
	case "dialog.close":
		return Outcome{Close: true}
	case "dialog.next":
		l.row.step(1)
		l.chosen = true
	case "dialog.previous":
		l.row.step(-1)
		l.chosen = true
	case "rows.up":
		l.move(-1)
	case "rows.down":
		l.move(1)
	case "dialog.page_up":
		l.move(-l.page)
	case "dialog.page_down":
		l.move(l.page)
	case "rows.first":
		l.move(-len(l.rows))
	case "rows.last":
		l.move(len(l.rows))
	default:
		if l.digit(press) {
			return l.outcome(l.buttons[0])
		}
	}
	return Outcome{}
}

// digit puts the cursor on the row that a key numbers, if it does.
func (l *List) digit(press command.Press) bool {
	if !l.numbered || len(press.Text) != 1 || press.Text[0] < '1' || press.Text[0] > '9' {
		return false
	}
	i := int(press.Text[0] - '1')
	if i < len(l.rows) {
		l.cursor = i
	}
	return i < len(l.rows)
}

func (l *List) move(by int) { l.cursor = max(0, min(l.cursor+by, len(l.rows)-1)) }

// click puts the cursor on the row at a line of the box.
func (l *List) click(line int) {
	if i := l.top + (line-1)/l.tall; line >= 1 && line <= l.page*l.tall && i < len(l.rows) {
		l.cursor = i
	}
}

// joined are facts in one line of so many cells: without the second where that
// is too much.
func joined(facts []string, cells int) string {
	line := strings.Join(slices.DeleteFunc(slices.Clone(facts), func(f string) bool { return f == "" }), "  ")
	if text.Width(line) > cells && len(facts) > 2 {
		return joined(slices.Delete(slices.Clone(facts), 1, 2), cells)
	}
	return text.Cut(line, cells)
}
