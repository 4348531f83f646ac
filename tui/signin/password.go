package signin

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/wire"
)

// The fields of the form for another password.
const (
	oldPassword = iota
	newPassword
	newAgain
)

// longestPassword is the limit of a password, in characters.
const longestPassword = 256

// passwordMsg is the answer of the form: a command that asks the server.
type passwordMsg struct{ change tea.Cmd }

// passwordChangedMsg is the answer of the server.
type passwordChangedMsg struct {
	form *dialog.Form
	err  error
}

// AskPassword opens the form for another password of a session's account. ctx
// bounds the request. The server hashes twice, which takes a moment.
func (s *SignIn) AskPassword(ctx context.Context, entered *session.Session) {
	var form *dialog.Form
	form = dialog.NewForm(dialog.FormOptions{
		Title: locale.Say("screen.password.title"),
		Act:   "screen.password.act",
		Fields: []dialog.FormField{
			{Label: locale.Say("screen.password.old"), Masked: true, Limit: longestPassword},
			{Label: locale.Say("screen.password.new"), Masked: true, Limit: longestPassword},
			{Label: locale.Say("login.again"), Masked: true, Limit: longestPassword},
		},
		Note: func(values []string) locale.Words {
			if values[newPassword] == "" {
				return locale.Say("screen.password.rule")
			}
			return locale.Say(strengths[rate(values[newPassword], entered.User, entered.Server)])
		},
		Check: checkPasswords,
		Answer: func(values []string) tea.Msg {
			return passwordMsg{func() tea.Msg {
				return passwordChangedMsg{form, entered.Client().Password(ctx, values[oldPassword], values[newPassword])}
			}}
		},
	})
	s.Dialogs.Push(form)
}

func checkPasswords(values []string) (field int, why locale.Words) {
	switch {
	case values[oldPassword] == "":
		return oldPassword, locale.Say("login.need_password")
	case passwordProblem(values[newPassword]) != "":
		return newPassword, locale.Say(passwordProblem(values[newPassword]))
	case values[newPassword] != values[newAgain]:
		return newAgain, locale.Say("login.passwords_differ")
	}
	return 0, nil
}

// passwordChanged closes the form, or shows the error in it. The result of a
// form that the user has closed goes to the status bar.
func (s *SignIn) passwordChanged(msg passwordChangedMsg) {
	open := s.Dialogs.Holds(msg.form)
	switch {
	case msg.err != nil && !open:
		s.Host.Say(true, locale.Quote(s.Host.Explain(msg.err)))
		return
	case errors.Is(msg.err, wire.Denied):
		msg.form.Refuse(oldPassword, locale.Say("screen.password.wrong"))
		return
	case msg.err != nil:
		msg.form.Refuse(newPassword, locale.Quote(s.Host.Explain(msg.err)))
		return
	}
	s.Dialogs.Close(msg.form)
	s.Host.Say(false, locale.Say("screen.password.done"))
}
