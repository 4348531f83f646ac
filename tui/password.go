package tui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/login"
	"wangpan/wire"
)

// The fields of the form for another password.
const (
	oldPassword = iota
	newPassword
	newAgain
)

// longestPassword is how many characters a password can have, each of them a
// byte at least.
const longestPassword = 256

// passwordMsg is the form filled in, and passwordSaidMsg what the server says.
type (
	passwordMsg struct {
		form          *dialog.Form
		old, replaced string
	}
	passwordSaidMsg struct {
		form *dialog.Form
		err  error
	}
)

// askPassword opens the form for another password.
func (m *Model) askPassword() {
	if m.drive == nil {
		return
	}
	user, server := m.drive.session.User, m.drive.session.Server
	var form *dialog.Form
	form = dialog.NewForm(dialog.FormOptions{
		Title: dialog.Say("screen.password.title"),
		Act:   "screen.password.act",
		Fields: []dialog.FormField{
			{Label: dialog.Say("screen.password.old"), Masked: true, Limit: longestPassword},
			{Label: dialog.Say("screen.password.new"), Masked: true, Limit: longestPassword},
			{Label: dialog.Say("login.again"), Masked: true, Limit: longestPassword},
		},
		Note: func(values []string) dialog.Words {
			if values[newPassword] == "" {
				return dialog.Say("screen.password.rule")
			}
			return dialog.Say(login.Rate(values[newPassword], user, server).ID())
		},
		Check: checkPasswords,
		Answer: func(values []string) tea.Msg {
			return passwordMsg{form, values[oldPassword], values[newPassword]}
		},
	})
	m.dialogs.Push(form)
}

func checkPasswords(values []string) (field int, why dialog.Words) {
	switch {
	case values[oldPassword] == "":
		return oldPassword, dialog.Say("login.need_password")
	case login.NewPassword(values[newPassword]) != "":
		return newPassword, dialog.Say(login.NewPassword(values[newPassword]))
	case values[newPassword] != values[newAgain]:
		return newAgain, dialog.Say("login.passwords_differ")
	}
	return 0, nil
}

// apply asks the server. It hashes twice, which takes a moment.
func (msg passwordMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if d == nil {
		return nil
	}
	return func() tea.Msg {
		return passwordSaidMsg{msg.form, d.session.Client().Password(d.ctx, msg.old, msg.replaced)}
	}
}

// apply closes the form, or says in it what is wrong.
func (msg passwordSaidMsg) apply(m *Model) tea.Cmd {
	switch {
	case m.dialogs.Top() != msg.form:
		// It was closed meanwhile: what came of it is told all the same.
		if msg.err != nil {
			m.sayError(msg.err)
			return nil
		}
	case errors.Is(msg.err, wire.Denied):
		msg.form.Refuse(oldPassword, dialog.Say("screen.password.wrong"))
		return nil
	case msg.err != nil:
		msg.form.Refuse(newPassword, dialog.Quote(m.explain(msg.err)))
		return nil
	default:
		m.dialogs.Pop()
	}
	m.say(false, dialog.Say("screen.password.done"))
	return nil
}
