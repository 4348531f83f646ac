package dialog

import (
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"wangpan/tui/locale"
)

// Tone is how a paragraph is meant.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Quiet      // it may be passed over
	Bad        // something went wrong
)

// Paragraph is a part of a report. Its text was made safe by package locale.
type Paragraph struct {
	Text  string
	Tone  Tone
	Tight bool // it belongs to the one before: no empty line between
}

// NewReport tells something that may change while it is open: tell is called
// for every frame. It closes like a message.
func NewReport(title Words, tell func(*locale.Locale) []Paragraph) *Question {
	q := NewMessage(title)
	q.body = func(look Look, cells int) []string {
		th := look.Theme
		styles := map[Tone]lipgloss.Style{Plain: th.Text, Quiet: th.Muted, Bad: th.Error}
		var lines []string
		for i, p := range tell(look.Locale) {
			if i > 0 && !p.Tight {
				lines = append(lines, "")
			}
			lines = append(lines, wrapped(styles[p.Tone], p.Text, cells)...)
		}
		return lines
	}
	return q
}

// With puts buttons before the one that closes, and gives closing an answer.
func (q *Question) With(closed tea.Msg, buttons ...Button) *Question {
	q.cancel = closed
	for i := range q.row.buttons {
		q.row.buttons[i].Answer = closed
	}
	q.row.buttons = append(buttons, q.row.buttons...)
	q.row.focus = len(buttons)
	return q
}
