package login

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
)

// minPassword and maxPasswordBytes are the protocol's bounds of a new password,
// in bytes.
const (
	minPassword      = 8
	maxPasswordBytes = 256
)

// submit checks what can be checked here, and answers with the attempt.
func (l *Login) submit() tea.Msg {
	l.problems = [fields + 1]Words{}
	if at, why := l.wrong(); why != nil {
		l.problems[at] = why
		l.focusOn(at)
		return nil
	}
	l.told = nil
	l.attempt++
	l.busy = true
	s := Submit{
		Attempt:  l.attempt,
		Create:   l.create,
		Server:   strings.TrimSpace(l.inputs[ServerField].Value()),
		User:     strings.TrimSpace(l.inputs[UserField].Value()),
		Password: l.inputs[PasswordField].Value(),
		Remember: l.remember,
	}
	if slices.Contains(l.shown(), InvitationField) {
		s.Invitation = strings.TrimSpace(l.inputs[InvitationField].Value())
	}
	return s
}

// wrong returns the first thing that can not be right, and the field it is in.
func (l *Login) wrong() (Field, Words) {
	password := l.inputs[PasswordField].Value()
	switch {
	case strings.TrimSpace(l.inputs[ServerField].Value()) == "":
		return ServerField, say("login.need_server")
	case strings.TrimSpace(l.inputs[UserField].Value()) == "":
		return UserField, say("login.need_user")
	case password == "":
		return PasswordField, say("login.need_password")
	case !l.create:
		return NoField, nil
	case NewPassword(password) != "":
		return PasswordField, say(NewPassword(password))
	}
	return AgainField, l.differ()
}

// differ says that the two passwords are not the same; nil when they are.
func (l *Login) differ() Words {
	if l.inputs[PasswordField].Value() == l.inputs[AgainField].Value() {
		return nil
	}
	return say("login.passwords_differ")
}

// NewPassword returns the message id of why a new password will not do, blank
// when it will.
func NewPassword(password string) string {
	switch {
	case len(password) < minPassword:
		return "login.password_short"
	case len(password) > maxPasswordBytes:
		return "login.password_long"
	}
	return ""
}

// say words a message of ours later.
func say(id string) Words {
	return func(l *locale.Locale) string { return l.T(id) }
}
