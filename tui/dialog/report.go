package dialog

import (
	"math"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"wangpan/tui/locale"
	"wangpan/tui/text"
)

// Tone is the importance of a paragraph.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Quiet      // a detail
	Bad        // an error
	Code       // a text without words, such as a fingerprint, which wraps anywhere
)

// Paragraph is a part of a report. Package locale made its text safe to print.
type Paragraph struct {
	Text  string
	Tone  Tone
	Tight bool // no empty line before it
}

// NewReport returns a text that can change while it is open: View calls content
// for every frame. It closes like a message.
func NewReport(title locale.Words, content func(*locale.Locale) []Paragraph) *Question {
	q := NewMessage(title)
	q.body = report(content)
	return q
}

// report returns the body of a Question that consists of paragraphs.
func report(content func(*locale.Locale) []Paragraph) func(look Look, cells int) []string {
	return func(look Look, cells int) []string {
		th := look.Theme
		styles := map[Tone]lipgloss.Style{Plain: th.Text, Quiet: th.Muted, Bad: th.Error}
		var lines []string
		for i, p := range content(look.Locale) {
			if i > 0 && !p.Tight {
				lines = append(lines, "")
			}
			if p.Tone == Code {
				lines = append(lines, broken(th.Strong, p.Text, cells)...)
			} else {
				lines = append(lines, wrapped(styles[p.Tone], p.Text, cells)...)
			}
		}
		return lines
	}
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

// LogLine is a line of the message log.
type LogLine struct {
	Time string // as it is shown
	Text string // safe to print
	Bad  bool   // an error
}

// NewLog returns the message log, the latest message last and in view. View calls
// lines for every frame, in the current language. copied is the answer of the
// button that copies all lines.
func NewLog(title, none locale.Words, lines func(*locale.Locale) []LogLine, copied tea.Msg) *Question {
	done := NewButton("o", "dialog.ok", nil)
	done.Key.SetKeys(append(done.Key.Keys(), "!", "q")...)
	q := &Question{title: title, full: true, row: row{buttons: []Button{done, NewButton("y", "log.copy", copied)}}}
	q.body = func(look Look, cells int) []string {
		var drawn []string
		for _, line := range lines(look.Locale) {
			drawn = append(drawn, line.draw(look, cells)...)
		}
		if len(drawn) == 0 {
			return wrapped(look.Theme.Muted, none(look.Locale), cells)
		}
		return drawn
	}
	q.text.Top = math.MaxInt // the first frame shows the end
	return q
}

func (line LogLine) draw(look Look, cells int) []string {
	style := look.Theme.Text
	if line.Bad {
		style = look.Theme.Error
	}
	time := text.Width(line.Time) + 1
	parts := text.Wrap(line.Text, max(1, cells-time))
	for i, part := range parts {
		head := text.Pad("", time)
		if i == 0 {
			head = look.Theme.Muted.Render(text.Pad(line.Time, time))
		}
		parts[i] = head + style.Render(part)
	}
	return parts
}
