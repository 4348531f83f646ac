package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/text/list"
)

// Row is a row of a List.
type Row struct {
	Item  any            // identifies the row to the owner; returned in ListChosen
	Name  string         // not trusted
	Facts []locale.Words // the most important first: a narrow list shows only these
	Note  locale.Words   // shown below the rows while the cursor is here; nil for none
}

// ListButton acts on the row under the cursor, or on all rows.
type ListButton struct {
	Button      // ListChosen returns its Answer
	All    bool // it acts on all rows
	Close  bool // it acts on no row: it closes the list
}

// ListChosen is the answer of a button. The list stays open until its owner closes
// it: the action may fail, and the user may then choose another row.
type ListChosen struct {
	List *List
	Do   any
	Item any // of the row, nil for all
}

// List shows rows and buttons. Its owner may change the rows while it is open.
type List struct {
	title   locale.Words
	empty   locale.Words // shown without rows
	note    locale.Words // shown below the note of the row; nil for none
	rows    []Row
	list    list.Window
	buttons []ListButton
	row     row
	chosen  bool // the user moved the focus to another button

	numbered bool // the digits are the keys of the first nine rows
}

// NewList returns a list without rows. Enter presses the first button.
func NewList(title, empty locale.Words, buttons ...ListButton) *List {
	l := &List{title: title, empty: empty, buttons: buttons, list: list.Window{Line: 1}}
	for _, b := range buttons {
		l.row.buttons = append(l.row.buttons, b.Button)
	}
	l.SetRows(nil)
	return l
}

// SetRows replaces the rows. The cursor stays on its item.
func (l *List) SetRows(rows []Row) {
	if l.list.Cursor < len(l.rows) {
		item := l.rows[l.list.Cursor].Item
		if at := slices.IndexFunc(rows, func(r Row) bool { return r.Item == item }); at >= 0 {
			l.list.Cursor = at
		}
	}
	l.rows = rows
	l.list.SetRows(len(rows))
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

// Number gives the first nine rows the keys 1 to 9, which press the first button on
// the row.
func (l *List) Number() { l.numbered = true }

// Items returns the items of all rows.
func (l *List) Items() []any {
	items := make([]any, len(l.rows))
	for i, r := range l.rows {
		items[i] = r.Item
	}
	return items
}

// SetEmpty sets the sentence that is shown without rows.
func (l *List) SetEmpty(words locale.Words) { l.empty = words }

// SetNote sets the sentence below the rows; nil for none.
func (l *List) SetNote(words locale.Words) { l.note = words }

// Update moves the cursor and presses buttons.
func (l *List) Update(msg tea.Msg) Outcome {
	if i := l.row.pressed(msg); i >= 0 {
		return l.outcome(l.buttons[i])
	}
	press, _ := msg.(command.Press)
	click, clicked := msg.(tea.MouseClickMsg)
	switch {
	case press.Name == "dialog.close":
		return Outcome{Close: true}
	case l.row.update(press):
		l.chosen = true
	case l.list.Update(msg):
	case clicked:
		if row, ok := l.list.Row(click.Y); ok {
			l.list.Go(row)
		}
	case l.digit(press):
		return l.outcome(l.buttons[0])
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
	return Outcome{Answer: ListChosen{l, b.Answer, l.rows[l.list.Cursor].Item}}
}

// Place returns the place of a list with buttons.
func (l *List) Place() command.Place { return command.Rows }

// Letters returns the keys of the buttons.
func (l *List) Letters() []key.Binding { return l.row.letters() }

// digit puts the cursor on the row whose number is the key, and reports whether
// there is one.
func (l *List) digit(press command.Press) bool {
	if !l.numbered || len(press.Text) != 1 || press.Text[0] < '1' || press.Text[0] > '9' {
		return false
	}
	i := int(press.Text[0] - '1')
	if i >= len(l.rows) {
		return false
	}
	l.list.Go(i)
	return true
}

// joined returns facts in one line of so many cells, without the second fact where
// the line is too long.
func joined(facts []string, cells int) string {
	line := strings.Join(slices.DeleteFunc(slices.Clone(facts), func(f string) bool { return f == "" }), "  ")
	if text.Width(line) > cells && len(facts) > 2 {
		return joined(slices.Delete(slices.Clone(facts), 1, 2), cells)
	}
	return text.Cut(line, cells)
}
