package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/command"
	"wangpan/tui/text"
)

const (
	// wide is how wide a box of text gets at the most, in cells: lines longer
	// than that are hard to read.
	wide = 68

	// frame is what the border and the space beside it take of the width.
	frame = 4
)

// Question is a text with buttons under it; a text that does not fit scrolls.
type Question struct {
	title  Words
	body   func(look Look, cells int) []string
	foot   func(look Look, cells int) []string // stays in view above the buttons; may be nil
	row    row
	cancel tea.Msg // the answer of Esc
	danger bool    // a red border
	full   bool    // it fills the screen
	top    int     // the first line of the body in view
	hidden int     // how many lines were out of view when last drawn
	press  int     // on which line of the box the buttons were last drawn
}

// Update presses buttons and scrolls.
func (q *Question) Update(msg tea.Msg) Outcome {
	var b *Button
	switch msg := msg.(type) {
	case command.Press:
		if b = q.row.pressed(msg); b == nil {
			return q.key(msg)
		}
	case tea.MouseClickMsg:
		b = q.row.at(msg.Y-q.press, msg.X-frame/2)
	case tea.MouseWheelMsg:
		q.scroll(wheel(msg))
	}
	if b == nil {
		return Outcome{}
	}
	return Outcome{Close: true, Answer: b.Answer}
}

// wheel returns by how many lines a turn of the wheel scrolls.
func wheel(msg tea.MouseWheelMsg) int {
	if msg.Button == tea.MouseWheelUp {
		return -3
	}
	return 3
}

// Place is that of a dialog with buttons.
func (q *Question) Place() command.Place { return command.Question }

// Letters returns the keys of the buttons.
func (q *Question) Letters() []key.Binding { return q.row.letters() }

func (q *Question) key(press command.Press) Outcome {
	switch press.Name {
	case "dialog.close":
		return Outcome{Close: true, Answer: q.cancel}
	case "dialog.next":
		q.row.step(1)
	case "dialog.previous":
		q.row.step(-1)
	case "dialog.up":
		q.scroll(-1)
	case "dialog.down":
		q.scroll(1)
	case "dialog.page_up":
		q.scroll(-5)
	case "dialog.page_down":
		q.scroll(5)
	}
	return Outcome{}
}

func (q *Question) scroll(by int) { q.top = max(0, min(q.top+by, q.hidden)) }

// View draws the box.
func (q *Question) View(look Look, width, height int) (string, *tea.Cursor) {
	if !q.full {
		width = min(width, wide)
	}
	cells := max(1, width-frame)
	buttons := q.row.lines(look, cells)
	if q.foot != nil {
		buttons = append(q.foot(look, cells), buttons...)
	}
	room := max(1, height-2-len(buttons))
	lines := append(q.body(look, cells), "")
	if len(lines) > room {
		lines = q.window(look, squeezed(lines), room)
	} else {
		q.top, q.hidden = 0, 0
	}
	for q.full && len(lines) < room {
		lines = append(lines, "")
	}
	lines = append(lines, buttons...)
	q.press = 1 + len(lines) - (1 + q.row.places[len(q.row.places)-1].line)
	style := look.Theme.BorderFocused
	if q.danger {
		style = look.Theme.BorderDanger
	}
	return look.Theme.Box(style, q.title(look.Locale), width, lines), nil
}

// squeezed leaves out the empty lines, for small screens.
func squeezed(lines []string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

// window returns the lines in view. Where some are not, the last line says so.
func (q *Question) window(look Look, lines []string, room int) []string {
	if len(lines) <= room {
		q.top, q.hidden = 0, 0
		return lines
	}
	room = max(1, room-1)
	q.hidden = len(lines) - room
	q.top = min(q.top, q.hidden)
	signs := scrollSigns(look, q.top, q.hidden)
	shown := slices.Clone(lines[q.top : q.top+room])
	return append(shown, look.Theme.Muted.Render(signs+" "+look.Locale.T("dialog.more")))
}

// wrapped returns a paragraph in lines of so many cells.
func wrapped(style lipgloss.Style, s string, cells int) []string {
	lines := text.Wrap(s, cells)
	for i := range lines {
		lines[i] = style.Render(lines[i])
	}
	return lines
}

// broken returns a text without words, such as a fingerprint, in lines of so
// many cells.
func broken(style lipgloss.Style, s string, cells int) []string {
	lines := strings.Split(ansi.Hardwrap(text.Visible(s), cells, true), "\n")
	for i := range lines {
		lines[i] = style.Render(lines[i])
	}
	return lines
}

// paragraphs is the body of a dialog that has only text.
func paragraphs(words []Words) func(Look, int) []string {
	return func(look Look, cells int) []string {
		var lines []string
		for i, w := range words {
			if i > 0 {
				lines = append(lines, "")
			}
			lines = append(lines, wrapped(look.Theme.Text, w(look.Locale), cells)...)
		}
		return lines
	}
}

// NewMessage tells something; any of Enter, Esc and O closes it.
func NewMessage(title Words, body ...Words) *Question {
	return &Question{
		title: title,
		body:  paragraphs(body),
		row:   row{buttons: []Button{NewButton("o", "dialog.ok", nil)}},
	}
}

// NewError tells what went wrong. The text of the error may be anyone's.
func NewError(err error, more ...Words) *Question {
	q := NewMessage(Say("dialog.error"), append([]Words{Quote(err.Error())}, more...)...)
	q.danger = true
	return q
}

// NewConfirm asks before something is done. The body says what will be lost and
// whether it can be undone; others are further ways to do it. When the first
// button is dangerous, the default is to do nothing.
func NewConfirm(title Words, body []Words, act Button, others ...Button) *Question {
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

// NewChoice asks what becomes of something. Esc answers too; it should lose
// nothing. The first button is the default and must not be dangerous.
func NewChoice(title Words, body []Words, escape tea.Msg, buttons ...Button) *Question {
	return &Question{title: title, body: paragraphs(body), row: row{buttons: buttons}, cancel: escape}
}

// NewWaiting says that something is going on, until its owner closes it; who
// gives it up answers.
func NewWaiting(title Words, body []Words, giveUp tea.Msg) *Question {
	return NewChoice(title, body, giveUp, NewButton("c", "dialog.cancel", giveUp))
}
