package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// logoutTimeout bounds the request that ends a session. Nothing depends on it.
const logoutTimeout = 3 * time.Second

// drive is the time between signing in and leaving a drive.
type drive struct {
	ctx     context.Context //nolint:containedctx // the lifetime of the commands of this drive
	cancel  context.CancelFunc
	session *session.Session
}

// arrive shows the drive of a session.
func (m *Model) arrive(s *session.Session) tea.Cmd {
	d := &drive{session: s}
	d.ctx, d.cancel = context.WithCancel(m.ctx)
	m.drive = d
	m.preview.Enter(s)
	m.setFocus(onList)
	m.arrange()
	var beside tea.Cmd
	if m.Keeper.Settings().LocalPane {
		beside = m.showLocal()
	}
	moves := fromTransfers(m.transfers.Enter(d.ctx, s, m.changes.Enter(d.ctx, s).Ended))
	return tea.Batch(fromRemote(m.remote.Enter(d.ctx, s)), beside, moves, addressed(editFeature, m.edit.Recall(s)))
}

// end ends the commands of the drive and closes its connection. The session stays
// valid at the server.
func (d *drive) end() {
	d.cancel()
	_ = d.session.Close() // no request is left
}

// leave shows the login card. The drive ends in the background.
func (m *Model) leave() {
	d := m.drive
	stop := m.forget()
	m.group.Go(func() {
		stop()
		d.end()
	})
}

// forget removes the drive from the screen. The returned function stops its
// transfers and waits for them.
func (m *Model) forget() (stop func()) {
	d := m.drive
	m.drive = nil
	d.cancel()
	m.changes.Leave()
	m.remote.Leave()
	m.group.Go(m.preview.Leave())
	stop = m.transfers.Leave()
	for m.dialogs.Pop() != nil {
	}
	m.drop()
	m.arrange()
	m.signin.Reset(d.session.Server, d.session.User)
	return stop
}

// logoutMsg is the answer of the question whether to log out.
type logoutMsg struct{ everywhere bool }

// askLogout asks always: the way back needs the password.
func (m *Model) askLogout() {
	body := append([]locale.Words{locale.Say("screen.logout.password")}, m.changes.Farewell()...)
	body = append(body, m.transfers.Farewell()...)
	m.dialogs.Push(dialog.NewConfirm(
		locale.Say("screen.logout.title"), body,
		dialog.NewButton("l", "screen.logout.act", logoutMsg{}),
		dialog.NewButton("e", "screen.logout.everywhere", logoutMsg{everywhere: true}),
	))
}

// logout ends the session, or all sessions of the account, also at the server. The
// screen does not wait for the server.
func (m *Model) logout(msg logoutMsg) tea.Cmd {
	d := m.drive
	if d == nil {
		return nil
	}
	stop := m.forget()
	m.group.Go(func() {
		stop()
		ctx, cancel := context.WithTimeout(context.Background(), logoutTimeout)
		defer cancel()
		end := d.session.Logout
		if msg.everywhere {
			end = d.session.LogoutEverywhere
		}
		if err := end(ctx); err != nil && m.Log != nil {
			m.Log.Info("log out", "error", err)
		}
	})
	return nil
}
