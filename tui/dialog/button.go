package dialog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text"
)

// Button is one answer. Its binding has the key, the key as shown, the message id of
// the label, and whether the button is enabled.
type Button struct {
	Key    key.Binding
	Answer tea.Msg
	Danger bool // it loses data; never the default
}

// NewButton returns a button with a letter, upper or lower case.
func NewButton(letter, label string, answer tea.Msg) Button {
	upper := strings.ToUpper(letter)
	return Button{
		Key:    key.NewBinding(key.WithKeys(letter, upper), key.WithHelp(upper, label)),
		Answer: answer,
	}
}

// NewDanger returns a button like NewButton whose action loses data.
func NewDanger(letter, label string, answer tea.Msg) Button {
	b := NewButton(letter, label, answer)
	b.Danger = true
	return b
}

// row is the buttons of a dialog, the one with the focus, and where they were last
// drawn.
type row struct {
	buttons []Button
	focus   int
	places  []place
	end     int // the number of lines of the box down to the last button
}

// place is the position of a button, in cells of a line of buttons.
type place struct{ line, from, to int }

// top returns the line of the box with the first button.
func (r *row) top() int { return r.end - r.places[len(r.places)-1].line }

// step moves the focus to the next enabled button.
func (r *row) step(by int) {
	for range r.buttons {
		r.focus = (r.focus + by + len(r.buttons)) % len(r.buttons)
		if r.buttons[r.focus].Key.Enabled() {
			return
		}
	}
}

// update moves the focus by a key and reports whether the key does that.
func (r *row) update(press command.Press) bool {
	switch press.Name {
	case "dialog.next":
		r.step(1)
	case "dialog.previous":
		r.step(-1)
	default:
		return false
	}
	return true
}

// pressed returns the index of the enabled button that a key or a click presses, -1
// for none.
func (r *row) pressed(msg tea.Msg) int {
	press, isKey := msg.(command.Press)
	click, isClick := msg.(tea.MouseClickMsg)
	for i, b := range r.buttons {
		if b.Key.Enabled() && (isKey && key.Matches(press.KeyPressMsg, b.Key) || isClick && r.at(i, click)) {
			return i
		}
	}
	if press.Name == "dialog.press" && r.buttons[r.focus].Key.Enabled() {
		return r.focus
	}
	return -1
}

// at reports whether a click is on a button.
func (r *row) at(i int, click tea.MouseClickMsg) bool {
	if i >= len(r.places) { // not drawn yet
		return false
	}
	p, x := r.places[i], click.X-frame/2
	return click.Y == r.top()+p.line && x >= p.from && x < p.to
}

// letters returns the keys of the buttons.
func (r *row) letters() []key.Binding {
	bindings := make([]key.Binding, len(r.buttons))
	for i, b := range r.buttons {
		bindings[i] = b.Key
	}
	return bindings
}

// lines draws the buttons in as few lines of so many cells as possible. The button
// that Enter presses is reversed and has a mark after the grace period.
func (r *row) lines(look Look, cells int) []string {
	var lines []string
	line, used := "", 0
	r.places = r.places[:0]
	for i, b := range r.buttons {
		drawn, width := b.draw(look, i == r.focus, cells)
		if used > 0 && used+1+width > cells {
			lines = append(lines, line)
			line, used = "", 0
		}
		if used > 0 {
			line += " "
			used++
		}
		r.places = append(r.places, place{len(lines), used, used + width})
		line += drawn
		used += width
	}
	return append(lines, line)
}

// capital returns words with a capital first letter. Hints show the same words in
// lower case.
func capital(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + words[size:]
}

func (b Button) draw(look Look, focused bool, cells int) (drawn string, width int) {
	th := look.Theme
	help := b.Key.Help()
	letter := help.Key + " "
	label := text.Cut(capital(look.Locale.T(help.Desc)), max(1, cells-text.Width(letter)-2))
	width = text.Width(letter) + text.Width(label) + 2
	switch {
	case !b.Key.Enabled() || look.Grace:
		return th.ButtonDisabled.Render(" " + letter + label + " "), width
	case focused:
		return th.ButtonFocused.Render(th.Glyph.Cursor + letter + label + " "), width
	case b.Danger:
		return " " + th.ButtonLetter.Render(help.Key) + th.Error.Render(" "+label) + " ", width
	}
	return " " + th.ButtonLetter.Render(help.Key) + th.Button.Render(" "+label+" "), width
}
