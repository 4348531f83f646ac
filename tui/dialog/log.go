package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
	"wangpan/tui/text"
)

// LogLine is something that was said.
type LogLine struct {
	Time string // as it is shown
	Text string // made safe by package locale
	Bad  bool
}

// NewLog shows what was said, the newest last and in view. The lines are asked
// for in every frame, in the language of that moment. copied is the answer of
// the button that copies them all.
func NewLog(title, none Words, lines func(*locale.Locale) []LogLine, copied tea.Msg) *Question {
	done := NewButton("o", "dialog.ok", nil)
	done.Key.SetKeys(append(done.Key.Keys(), "!", "q")...)
	q := &Question{title: title, full: true, row: row{buttons: []Button{done, NewButton("y", "log.copy", copied)}}}
	q.body = func(look Look, cells int) []string {
		var drawn []string
		for _, line := range lines(look.Locale) {
			style := look.Theme.Text
			if line.Bad {
				style = look.Theme.Error
			}
			time := text.Width(line.Time) + 1
			for i, part := range text.Wrap(line.Text, max(1, cells-time)) {
				head := text.Pad("", time)
				if i == 0 {
					head = look.Theme.Muted.Render(text.Pad(line.Time, time))
				}
				drawn = append(drawn, head+style.Render(part))
			}
		}
		if len(drawn) == 0 {
			return wrapped(look.Theme.Muted, none(look.Locale), cells)
		}
		return drawn
	}
	q.top = atEnd
	return q
}

// atEnd is a place to scroll to that is behind the end of any text: drawing
// makes the end of it.
const atEnd = 1 << 30
