package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/session"
)

// How long things may take before the screen gives up on them.
const (
	logoutTimeout = 3 * time.Second // saying goodbye is a courtesy
)

// drive is a logged-in life: a session, its transfers, and what the screen
// knows about them.
type drive struct {
	ctx     context.Context //nolint:containedctx // it is the life of this drive's commands
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

// end stops everything of the drive and waits for it. The session lives on at
// the server.
func (d *drive) end() {
	d.cancel()
	_ = d.session.Close() // there is nothing left to lose on it
}

// leave goes back to the login screen. The drive ends in its own time.
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
	body := append([]dialog.Words{dialog.Say("screen.logout.password")}, m.changes.Farewell()...)
	body = append(body, m.transfers.Farewell()...)
	m.dialogs.Push(dialog.NewConfirm(
		dialog.Say("screen.logout.title"), body,
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
