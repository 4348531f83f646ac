package tui

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/login"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/wire"
	"wangpan/wire/client"
)

// entry is the way onto a server: a stored session, or the login card.
type entry struct {
	m         *Model
	card      *login.Login
	restoring string // the server whose stored session is tried; blank: the card is shown

	number int // of the latest attempt; what another one comes to is late
	cancel context.CancelFunc
	submit login.Submit // of the attempt, unless it is restoring
	again  func() tea.Cmd
}

// enteredMsg says how an attempt ended.
type enteredMsg struct {
	number  int
	session *session.Session
	err     error
}

// trustMsg is the answer that a server's key is the right one, and refuseMsg
// that it is not, or that nobody knows.
type (
	trustMsg  struct{ key *session.KeyError }
	refuseMsg struct{ key *session.KeyError }
)

// pinnedMsg says how storing a key ended.
type pinnedMsg struct{ err error }

// restoreMsg asks to try a stored session once more.
type restoreMsg struct{ server, user string }

func newEntry(m *Model) *entry {
	e := &entry{m: m, cancel: func() {}}
	e.deal("", "")
	return e
}

// deal puts a fresh card on the screen.
func (e *entry) deal(server, user string) {
	var saved []login.Server
	beenHere := false
	for _, s := range e.m.Keeper.Servers() {
		beenHere = beenHere || s.Server == server
		saved = append(saved, login.Server{Address: s.Server, User: s.User})
	}
	e.restoring = ""
	e.card = login.New(login.Options{
		Theme: e.m.theme, Locale: e.m.locale, Server: server, User: user, Saved: saved,
		// On a drive of one's own nobody else makes the first account.
		Create: server == session.Embedded && !beenHere,
		Forget: e.m.Keeper.Settings().ForgetMe,
		Hints:  []key.Binding{e.m.keys.Interrupt, e.m.keys.Language}, Key: e.key,
	})
}

// begin goes where the options say.
func (e *entry) begin() tea.Cmd {
	server := e.m.Server
	if normal, err := session.Normalize(server); err == nil {
		server = normal
	}
	user := cmp.Or(e.m.User, e.m.Keeper.LastUser(server))
	e.deal(server, user)
	if server == "" || user == "" {
		return nil
	}
	return e.restore(server, user)
}

// restore tries the session that is stored for a user on a server.
func (e *entry) restore(server, user string) tea.Cmd {
	e.restoring = server
	e.again = func() tea.Cmd { return e.restore(server, user) }
	return e.try(func(ctx context.Context) (*session.Session, error) {
		return e.m.Dialer.Restore(ctx, server, user)
	})
}

// enter logs in, or registers, with what was typed.
func (e *entry) enter(s login.Submit) tea.Cmd {
	e.submit = s
	e.again = func() tea.Cmd { return e.enter(s) }
	dialer := e.m.Dialer
	return e.try(func(ctx context.Context) (*session.Session, error) {
		if s.Create {
			return dialer.Register(ctx, s.Server, s.User, s.Password, s.Invitation)
		}
		return dialer.Login(ctx, s.Server, s.User, s.Password)
	})
}

func (e *entry) try(enter func(context.Context) (*session.Session, error)) tea.Cmd {
	e.number++
	number := e.number
	ctx, cancel := context.WithTimeout(e.m.ctx, connectTimeout)
	e.cancel = cancel
	return func() tea.Msg {
		defer cancel()
		s, err := enter(ctx)
		return enteredMsg{number, s, err}
	}
}

// stop gives the attempt up. What it comes to is late.
func (e *entry) stop() {
	e.cancel()
	e.number++
	e.restoring = ""
	e.m.notice = notice{}
}

// update takes keys and pastes.
func (e *entry) update(msg tea.Msg) tea.Cmd {
	if e.restoring != "" {
		if press, ok := msg.(tea.KeyPressMsg); ok && key.Matches(press, e.m.keys.Back) {
			e.stop()
		}
		return nil
	}
	switch answer := e.card.Update(msg).(type) {
	case login.Submit:
		return e.enter(answer)
	case login.Cancel:
		e.stop()
	}
	return nil
}

// handle takes what the entry's commands and dialogs came to; mine is false for
// any other message.
func (e *entry) handle(msg tea.Msg) (cmd tea.Cmd, mine bool) {
	switch msg := msg.(type) {
	case enteredMsg:
		return e.entered(msg), true
	case trustMsg:
		keeper := e.m.Keeper
		return func() tea.Msg { return pinnedMsg{keeper.Pin(msg.key.Server, msg.key.Presented)} }, true
	case pinnedMsg:
		if msg.err != nil {
			return e.fail(msg.err), true
		}
		return e.again(), true
	case refuseMsg:
		return e.fail(msg.key), true
	case restoreMsg:
		return e.restore(msg.server, msg.user), true
	}
	return nil, false
}

func (e *entry) entered(msg enteredMsg) tea.Cmd {
	if msg.number != e.number || e.m.drive != nil {
		if msg.session == nil {
			return nil
		}
		return func() tea.Msg { // nobody waits for it any more
			_ = msg.session.Close()
			return nil
		}
	}
	if msg.err != nil {
		return e.failed(msg.err)
	}
	keeper, forget := e.m.Keeper, e.restoring == "" && !e.submit.Remember
	typed := e.restoring == ""
	e.restoring = ""
	remember := e.m.store(func() error {
		keep := msg.session.Remember
		if forget {
			keep = msg.session.RememberPlace
		}
		err := keep(keeper)
		if typed && keeper.Settings().ForgetMe != forget {
			err = errors.Join(err, keeper.Change(func(s *settings) { s.ForgetMe = forget }))
		}
		return err
	})
	return tea.Batch(e.m.arrive(msg.session), remember)
}

// failed asks about a key that is not trusted, and else says what went wrong.
func (e *entry) failed(err error) tea.Cmd {
	wrong, ok := errors.AsType[*session.KeyError](err)
	switch {
	case ok && wrong.Known == "":
		question := dialog.NewFirstContact(serverKey(wrong), trustMsg{wrong}, refuseMsg{wrong})
		return e.m.dialogs.PushUnasked(question)
	case ok:
		return tea.Batch(e.fail(err), e.m.warn(wrong))
	}
	return e.fail(err)
}

// fail ends the attempt with a sentence: beside the field that it is about, or,
// when nothing was typed, in a question whether to try again.
func (e *entry) fail(err error) tea.Cmd {
	m := e.m
	words := func(*locale.Locale) string { return m.explainEntry(err, e.submit.Create) }
	if e.restoring == "" {
		e.card.Fail(e.submit.Attempt, fieldOf(err, e.submit.Create), words)
		return nil
	}
	server := e.restoring
	e.restoring = ""
	if errors.Is(err, session.ErrLoggedOut) {
		if errors.Is(err, wire.Unauthenticated) { // there was a session, and it has ended
			e.card.Tell(words)
		}
		return nil
	}
	user := cmp.Or(m.User, m.Keeper.LastUser(server))
	m.dialogs.Push(dialog.NewConfirm(
		dialog.Say("screen.enter.title", "Server", m.place(server)), []dialog.Words{words},
		dialog.NewButton("t", "screen.enter.again", restoreMsg{server, user}),
	))
	return nil
}

// back shows a card for somebody who has left a drive.
func (e *entry) back(server, user string) {
	e.cancel()
	e.number++
	e.deal(server, user)
}

// fieldOf is the field that an error is about.
func fieldOf(err error, create bool) login.Field {
	_, address := errors.AsType[*session.AddressError](err)
	_, untrusted := errors.AsType[*session.KeyError](err)
	switch {
	case address, untrusted, errors.Is(err, client.ErrUnreachable), errors.Is(err, client.ErrNotWangpan),
		errors.Is(err, session.ErrNoEmbedded):
		return login.ServerField
	case errors.Is(err, wire.Unauthenticated):
		return login.PasswordField
	case create && (errors.Is(err, wire.Exists) || errors.Is(err, wire.Invalid)):
		return login.UserField
	case create && errors.Is(err, wire.Denied):
		return login.InvitationField
	}
	return login.NoField
}

// key looks a server up for the card, for each frame anew: the Keeper answers
// from memory.
func (e *entry) key(server string) login.KeyState {
	normal, err := session.Normalize(server)
	switch {
	case err != nil:
		return login.KeyState{}
	case normal == session.Embedded:
		return login.KeyState{Kind: login.KeyEmbedded}
	}
	if fingerprint, pinned := e.m.Keeper.Pinned(normal); pinned {
		return login.KeyState{Kind: login.KeyPinned, Fingerprint: fingerprint}
	}
	return login.KeyState{Kind: login.KeyUnknown}
}

func (e *entry) view(width, height int) (string, *tea.Cursor) {
	if e.restoring == "" {
		return e.card.View(width, height)
	}
	m := e.m
	sentence := m.locale.T("screen.enter.connecting", "Server", m.place(e.restoring))
	lines := make([]string, height)
	lines[height/2] = m.theme.Text.Render(text.Center(text.CutMiddle(sentence, width), width))
	lines[min(height/2+2, height-1)] = m.theme.Muted.Render(text.Center(m.locale.T("screen.enter.cancel"), width))
	return joinLines(lines), nil
}

// changedKey returns the error of a server whose key is another one now.
func changedKey(err error) (*session.KeyError, bool) {
	wrong, ok := errors.AsType[*session.KeyError](err)
	return wrong, ok && wrong.Known != ""
}

// warn fills the screen because a server's key has changed.
func (m *Model) warn(wrong *session.KeyError) tea.Cmd {
	return m.dialogs.PushUnasked(dialog.NewKeyChanged(serverKey(wrong), wrong.Known, nil))
}

func serverKey(wrong *session.KeyError) dialog.ServerKey {
	host, port, err := net.SplitHostPort(wrong.Server)
	if err != nil {
		host = wrong.Server
	}
	number, _ := strconv.Atoi(port) // it was normalized
	return dialog.ServerKey{Host: host, Port: number, Fingerprint: wrong.Presented}
}
