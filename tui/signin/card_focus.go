package signin

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
)

// shown returns the fields on the card, from top to bottom.
func (l *card) shown() []cardField {
	switch {
	case !l.create:
		return []cardField{serverField, userField, passwordField}
	case l.o.Key(strings.TrimSpace(l.inputs[serverField].Value())).Kind == keyEmbedded: // its daemon needs no invitation
		return []cardField{serverField, userField, passwordField, againField}
	}
	return []cardField{serverField, userField, passwordField, againField, invitationField}
}

// stops returns the number of places of the focus: the fields, the checkbox, the button
// that submits, and the button that switches to the other form.
func (l *card) stops() int { return len(l.shown()) + 3 }

// box is the stop of the checkbox. The buttons come after it.
func (l *card) box() int { return len(l.shown()) }

// check toggles the checkbox.
func (l *card) check() { l.remember = !l.remember }

func (l *card) step(by int) {
	if at, ok := l.focused(); ok && at == againField && l.inputs[at].Value() != "" {
		l.problems[at] = l.differ()
	}
	l.focus = (l.focus + by + l.stops()) % l.stops()
}

// focused returns the field in focus; ok is false on a button.
func (l *card) focused() (at cardField, ok bool) {
	if l.focus < len(l.shown()) {
		return l.shown()[l.focus], true
	}
	return noField, false
}

func (l *card) focusOn(at cardField) {
	for i, f := range l.shown() {
		if f == at {
			l.focus = i
		}
	}
}

// focusEmpty moves the focus to the first empty field that is required, or to the last
// required field.
func (l *card) focusEmpty() {
	for i, f := range l.shown() {
		if f == invitationField {
			break
		}
		l.focus = i
		if l.inputs[f].Value() == "" {
			break
		}
	}
}

// drawn is the layout of the card when last drawn.
type drawn struct {
	x, y  int // of the first line of the card
	spots []spot
}

// spot is the position of a stop on the card.
type spot struct{ line, from, to, stop int }

// click moves the focus to the stop under the mouse, and presses a button.
func (l *card) click(msg tea.MouseClickMsg) tea.Msg {
	x, line := msg.X-l.drawn.x, msg.Y-l.drawn.y
	for _, s := range l.drawn.spots {
		if line != s.line || x < s.from || x >= s.to {
			continue
		}
		l.focus = s.stop
		if s.stop == l.box() {
			l.check()
		} else if s.stop > l.box() {
			return l.enter()
		}
	}
	return nil
}

// setCreate switches to the other form. All fields keep their text.
func (l *card) setCreate(create bool) {
	if l.create == create {
		return
	}
	l.create = create
	l.problems = [fields + 1]locale.Words{}
	l.focusEmpty()
	if create {
		l.updateStrength()
	}
}

// enter moves the focus to the next field. It submits from a button and from the last
// required field.
func (l *card) enter() tea.Msg {
	last := passwordField
	if l.create {
		last = againField
	}
	switch {
	case l.focus == l.box()+2:
		l.setCreate(!l.create)
		return nil
	case l.focus >= slices.Index(l.shown(), last):
		return l.submit()
	}
	l.focus++
	return nil
}
