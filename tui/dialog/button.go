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

// Button is one way to answer. Its binding carries all: the key that presses
// it, that key as shown, the message id of its label, and whether it can be
// pressed at all.
type Button struct {
	Key    key.Binding
	Answer tea.Msg
	Danger bool // it loses something; never the default
}

// NewButton returns a button with a letter, which works in both cases.
func NewButton(letter, label string, answer tea.Msg) Button {
	upper := strings.ToUpper(letter)
	return Button{
		Key:    key.NewBinding(key.WithKeys(letter, upper), key.WithHelp(upper, label)),
		Answer: answer,
	}
}

// NewDanger returns a button like NewButton that loses something.
func NewDanger(letter, label string, answer tea.Msg) Button {
	b := NewButton(letter, label, answer)
	b.Danger = true
	return b
}

// row is a line of buttons and the focus among them.
type row struct {
	buttons []Button
	focus   int
	places  []place // where each button was last drawn
}

// place is where a button stands, counted from the first line of buttons.
type place struct{ line, from, to int }

// at returns the button at a place that can be pressed, nil for none.
func (r *row) at(line, x int) *Button {
	for i, p := range r.places {
		if p.line == line && x >= p.from && x < p.to && r.buttons[i].Key.Enabled() {
			return &r.buttons[i]
		}
	}
	return nil
}

// step moves the focus to the next button that can be pressed.
func (r *row) step(by int) {
	for range r.buttons {
		r.focus = (r.focus + by + len(r.buttons)) % len(r.buttons)
		if r.buttons[r.focus].Key.Enabled() {
			return
		}
	}
}

// pressed returns the button that a key presses, nil for none.
func (r *row) pressed(msg command.Press) *Button {
	for i := range r.buttons {
		if key.Matches(msg.KeyPressMsg, r.buttons[i].Key) {
			return &r.buttons[i]
		}
	}
	if msg.Name == "dialog.press" && r.buttons[r.focus].Key.Enabled() {
		return &r.buttons[r.focus]
	}
	return nil
}

// letters returns the keys of the buttons.
func (r *row) letters() []key.Binding {
	bindings := make([]key.Binding, len(r.buttons))
	for i, b := range r.buttons {
		bindings[i] = b.Key
	}
	return bindings
}

// lines draws the buttons in as few lines of so many cells as they need. The
// one that Enter presses is reversed and has a mark, once keys are taken.
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

// capital begins with a capital, where a script has them: the words of a button
// stand in hints, too, where they do not begin anything.
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
	case !b.Key.Enabled() || look.Deaf:
		return th.ButtonDisabled.Render(" " + letter + label + " "), width
	case focused:
		return th.ButtonFocused.Render(th.Glyph.Cursor + letter + label + " "), width
	case b.Danger:
		return " " + th.ButtonLetter.Render(help.Key) + th.Error.Render(" "+label) + " ", width
	}
	return " " + th.ButtonLetter.Render(help.Key) + th.Button.Render(" "+label+" "), width
}
