package login

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// shown returns the fields on the card, from top to bottom.
func (l *Login) shown() []Field {
	switch {
	case !l.create:
		return []Field{ServerField, UserField, PasswordField}
	case l.key(strings.TrimSpace(l.inputs[ServerField].Value())).Kind == KeyEmbedded: // it invites by itself
		return []Field{ServerField, UserField, PasswordField, AgainField}
	}
	return []Field{ServerField, UserField, PasswordField, AgainField, InvitationField}
}

// stops returns how many places the focus can be at: the fields, then the box
// that is checked, then the button that submits, then the one that goes to the
// other form.
func (l *Login) stops() int { return len(l.shown()) + 3 }

// box is the stop of the box that is checked; the buttons are behind it.
func (l *Login) box() int { return len(l.shown()) }

// check changes whether the session is remembered.
func (l *Login) check() { l.remember = !l.remember }

func (l *Login) step(by int) {
	if at, ok := l.focused(); ok && at == AgainField && l.inputs[at].Value() != "" {
		l.problems[at] = l.differ()
	}
	l.focus = (l.focus + by + l.stops()) % l.stops()
}

// focused returns the field in focus; ok is false on a button.
func (l *Login) focused() (at Field, ok bool) {
	if l.focus < len(l.shown()) {
		return l.shown()[l.focus], true
	}
	return NoField, false
}

func (l *Login) focusOn(at Field) {
	for i, f := range l.shown() {
		if f == at {
			l.focus = i
		}
	}
}

// focusEmpty goes to the first field that must be filled in and is not, or to
// the last of them.
func (l *Login) focusEmpty() {
	for i, f := range l.shown() {
		if f == InvitationField {
			break
		}
		l.focus = i
		if l.inputs[f].Value() == "" {
			break
		}
	}
}

// drawn is where things were on the screen when last drawn.
type drawn struct {
	x, y  int // of the first line of the card
	spots []spot
}

// spot is a place on the card where the focus can be.
type spot struct{ line, from, to, stop int }

// click puts the focus where the mouse is; on a button it presses it.
func (l *Login) click(msg tea.MouseClickMsg) tea.Msg {
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

// setCreate goes to the other form; all fields keep what is in them.
func (l *Login) setCreate(create bool) {
	if l.create == create {
		return
	}
	l.create = create
	l.problems = [fields + 1]Words{}
	l.focusEmpty()
	if create {
		l.rate()
	}
}

// enter goes on to the next field, and submits from a button and from the last
// field that must be filled in: what may stay empty is no step on the way.
func (l *Login) enter() tea.Msg {
	last := PasswordField
	if l.create {
		last = AgainField
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
