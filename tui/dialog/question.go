package dialog

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text/list"
)

// Question is a text with buttons below it. A text that does not fit scrolls.
type Question struct {
	title  locale.Words
	body   func(look Look, cells int) []string
	foot   func(look Look, cells int) []string // always in view above the buttons; may be nil
	row    row
	cancel tea.Msg // the answer of Esc
	danger bool    // a red border
	full   bool    // it fills the screen
	text   list.Window
}

// Update presses buttons and scrolls.
func (q *Question) Update(msg tea.Msg) Outcome {
	if i := q.row.pressed(msg); i >= 0 {
		return Outcome{Close: true, Answer: q.row.buttons[i].Answer}
	}
	press, _ := msg.(command.Press)
	switch {
	case press.Name == "dialog.close":
		return Outcome{Close: true, Answer: q.cancel}
	case !q.row.update(press):
		q.text.Update(msg)
	}
	return Outcome{}
}

// Place returns the place of a dialog with buttons.
func (q *Question) Place() command.Place { return command.Question }

// Letters returns the keys of the buttons.
func (q *Question) Letters() []key.Binding { return q.row.letters() }

// View draws the box.
func (q *Question) View(look Look, width, height int) (string, *tea.Cursor) {
	most := wide
	if q.full {
		most = width
	}
	width, cells := within(width, most)
	buttons := q.row.lines(look, cells)
	if q.foot != nil {
		buttons = append(q.foot(look, cells), buttons...)
	}
	room := max(1, height-2-len(buttons))
	lines := append(q.body(look, cells), "")
	if len(lines) > room {
		lines = squeezed(lines)
	}
	q.text.Text = true
	q.text.SetRows(len(lines))
	if len(lines) > room { // the last line says so
		whole := lines
		lines = append(q.text.Draw(room-1, func(i int) string { return whole[i] }), moreSigns(look, &q.text, cells))
	} else {
		q.text.Follow(room)
	}
	if q.full {
		lines = fill(lines, room)
	}
	lines = append(lines, buttons...)
	q.row.end = len(lines)
	style := look.Theme.BorderFocused
	if q.danger {
		style = look.Theme.BorderDanger
	}
	return look.Theme.Box(style, q.title(look.Locale), width, lines), nil
}

// paragraphs returns the body of a Question that has only plain text.
func paragraphs(words []locale.Words) func(Look, int) []string {
	return report(func(l *locale.Locale) []Paragraph {
		plain := make([]Paragraph, len(words))
		for i, w := range words {
			plain[i].Text = w(l)
		}
		return plain
	})
}

// NewMessage returns a message, which Enter, Esc or O closes.
func NewMessage(title locale.Words, body ...locale.Words) *Question {
	return &Question{
		title: title,
		body:  paragraphs(body),
		row:   row{buttons: []Button{NewButton("o", "dialog.ok", nil)}},
	}
}

// NewConfirm returns a question that comes before an action. The body names what
// the action loses and whether it can be undone. Others are alternatives to act.
// When act is dangerous, Enter cancels.
func NewConfirm(title locale.Words, body []locale.Words, act Button, others ...Button) *Question {
	buttons := append([]Button{act}, others...)
	q := &Question{
		title:  title,
		body:   paragraphs(body),
		row:    row{buttons: append(buttons, NewButton("c", "dialog.cancel", nil))},
		danger: act.Danger,
	}
	if act.Danger {
		q.row.focus = len(buttons)
	}
	return q
}

// NewChoice returns a question with several answers. The answer of Esc must lose
// nothing. The first button is the default and must not be dangerous.
func NewChoice(title locale.Words, body []locale.Words, escape tea.Msg, buttons ...Button) *Question {
	return &Question{title: title, body: paragraphs(body), row: row{buttons: buttons}, cancel: escape}
}

// NewWaiting returns a message about an operation. The owner closes it when the
// operation ends; the user cancels the operation with the answer giveUp.
func NewWaiting(title locale.Words, body []locale.Words, giveUp tea.Msg) *Question {
	return NewChoice(title, body, giveUp, NewButton("c", "dialog.cancel", giveUp))
}
