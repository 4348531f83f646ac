package signin

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
)

// minPassword and maxPasswordBytes are the limits of the protocol for a new password,
// in bytes.
const (
	minPassword      = 8
	maxPasswordBytes = 256
)

// submit validates the fields and returns the credentials of a new attempt.
func (l *card) submit() tea.Msg {
	l.problems = [fields + 1]locale.Words{}
	if at, why := l.wrong(); why != nil {
		l.problems[at] = why
		l.focusOn(at)
		return nil
	}
	l.reason = nil
	l.attempt++
	l.busy = true
	s := credentials{
		Attempt:  l.attempt,
		Create:   l.create,
		Server:   strings.TrimSpace(l.inputs[serverField].Value()),
		User:     strings.TrimSpace(l.inputs[userField].Value()),
		Password: l.inputs[passwordField].Value(),
		Remember: l.remember,
	}
	if slices.Contains(l.shown(), invitationField) {
		s.Invitation = strings.TrimSpace(l.inputs[invitationField].Value())
	}
	return s
}

// wrong returns the first error and its field.
func (l *card) wrong() (cardField, locale.Words) {
	password := l.inputs[passwordField].Value()
	switch {
	case strings.TrimSpace(l.inputs[serverField].Value()) == "":
		return serverField, locale.Say("login.need_server")
	case strings.TrimSpace(l.inputs[userField].Value()) == "":
		return userField, locale.Say("login.need_user")
	case password == "":
		return passwordField, locale.Say("login.need_password")
	case !l.create:
		return noField, nil
	case passwordProblem(password) != "":
		return passwordField, locale.Say(passwordProblem(password))
	}
	return againField, l.differ()
}

// differ returns an error when the two passwords differ.
func (l *card) differ() locale.Words {
	if l.inputs[passwordField].Value() == l.inputs[againField].Value() {
		return nil
	}
	return locale.Say("login.passwords_differ")
}

// passwordProblem returns the message id of the reason why a new password is not
// valid, blank when it is.
func passwordProblem(password string) string {
	switch {
	case len(password) < minPassword:
		return "login.password_short"
	case len(password) > maxPasswordBytes:
		return "login.password_long"
	}
	return ""
}
