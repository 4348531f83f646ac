// Package signin is the feature that signs a user in: it tries the stored
// session of a server, or shows the login card, and asks about keys of servers.
//
// A [SignIn] runs one attempt at a time. The attempt is a command with a number;
// the result of an attempt that was given up arrives with an old number, and its
// session is closed. When an attempt succeeds, [Host.Enter] receives the session
// and owns it. When it fails, the card shows the reason beside the field that the
// reason is about.
//
// Start reading at [SignIn]. The card is a form without I/O: card.go has its state,
// card_focus.go the focus and the mouse, card_submit.go the validation, card_view.go
// the drawing.
package signin

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// connectTimeout bounds one attempt: connecting, the key check and the login.
const connectTimeout = 30 * time.Second

// Host is what signing in needs from the rest of the screen.
type Host interface {
	// Enter shows the drive of a session and takes the session over.
	Enter(s *session.Session) tea.Cmd
	// Explain returns the sentence for an error.
	Explain(err error) string
	// Store runs do outside of the event loop, after everything that was stored before.
	Store(do func() error) tea.Cmd
	// Say shows a sentence in the status bar and keeps it in the message log.
	Say(bad bool, words locale.Words)
	// ClearNotice removes the sentence in the status bar.
	ClearNotice()
}

// Options are the dependencies of a SignIn. All of them are required.
type Options struct {
	Host    Host
	Theme   *theme.Theme
	Locale  *locale.Locale
	Keeper  *session.Keeper
	Dialer  *session.Dialer
	Dialogs dialog.Opener

	Registry *command.Registry // the commands of the screen
}

// SignIn is the state of signing in. It is not safe for concurrent use.
type SignIn struct {
	Options
	card      *card
	restoring string // the server whose stored session is tried; blank: the card is shown

	number int // of the latest attempt
	cancel context.CancelFunc
	submit credentials    // of the attempt, unless it is restoring
	repeat func() tea.Cmd // starts the latest attempt again
}

// enteredMsg is the result of an attempt.
type enteredMsg struct {
	number  int
	session *session.Session
	err     error
}

// trustMsg and refuseMsg are the answers to the question about an unknown key.
type (
	trustMsg  struct{ key *session.KeyError }
	refuseMsg struct{ key *session.KeyError }
)

// pinnedMsg is the result of storing a key.
type pinnedMsg struct{ err error }

// retryMsg asks to start the latest attempt again.
type retryMsg struct{}

// New returns a SignIn that shows an empty card.
func New(o Options) *SignIn {
	s := &SignIn{Options: o, cancel: func() {}}
	s.showCard("", "")
	return s
}

// Begin tries the session that is stored for a user on a server. Without one it
// shows the card with what is known: a blank user means the last one on the
// server. ctx bounds this attempt only; see [SignIn.Update] for later ones.
func (s *SignIn) Begin(ctx context.Context, server, user string) tea.Cmd {
	if normal, err := session.Normalize(server); err == nil {
		server = normal
	}
	user = cmp.Or(user, s.Keeper.LastUser(server))
	s.showCard(server, user)
	if server == "" || user == "" {
		return nil
	}
	return s.restore(ctx, server, user)
}

// Reset gives up the attempt under way and shows a new card.
func (s *SignIn) Reset(server, user string) {
	s.abandon()
	s.showCard(server, user)
}

// Tell shows a sentence on the card.
func (s *SignIn) Tell(words locale.Words) { s.card.tell(words) }

// Place returns where the next key goes.
func (s *SignIn) Place() command.Place {
	if s.restoring != "" {
		return command.LoginField
	}
	return s.card.Place()
}

// Restoring reports whether a stored session is being tried: there is no card then.
func (s *SignIn) Restoring() bool { return s.restoring != "" }

func (s *SignIn) showCard(server, user string) {
	saved := s.Keeper.Servers()
	used := slices.ContainsFunc(saved, func(known session.Saved) bool { return known.Server == server })
	s.restoring = ""
	s.card = newCard(cardOptions{
		Look:   dialog.Look{Theme: s.Theme, Locale: s.Locale, Registry: s.Registry},
		Server: server, User: user, Saved: saved,
		// Only the user of an embedded drive can create its first account.
		Create: server == session.Embedded && !used,
		Forget: s.Keeper.Settings().ForgetMe,
		Hints:  []command.Name{"everywhere.interrupt", "everywhere.language"}, Key: s.keyState,
	})
}

func (s *SignIn) restore(ctx context.Context, server, user string) tea.Cmd {
	s.restoring = server
	s.repeat = func() tea.Cmd { return s.restore(ctx, server, user) }
	return s.attempt(ctx, func(ctx context.Context) (*session.Session, error) {
		return s.Dialer.Restore(ctx, server, user)
	})
}

// enter logs in, or registers, with the values of the card.
func (s *SignIn) enter(ctx context.Context, submit credentials) tea.Cmd {
	s.submit = submit
	s.repeat = func() tea.Cmd { return s.enter(ctx, submit) }
	dialer := s.Dialer
	return s.attempt(ctx, func(ctx context.Context) (*session.Session, error) {
		if submit.Create {
			return dialer.Register(ctx, submit.Server, submit.User, submit.Password, submit.Invitation)
		}
		return dialer.Login(ctx, submit.Server, submit.User, submit.Password)
	})
}

func (s *SignIn) attempt(ctx context.Context, enter func(context.Context) (*session.Session, error)) tea.Cmd {
	s.number++
	number := s.number
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	s.cancel = cancel
	return func() tea.Msg {
		defer cancel()
		entered, err := enter(ctx)
		return enteredMsg{number, entered, err}
	}
}

// abandon gives up the attempt under way. Its result arrives with an old number.
func (s *SignIn) abandon() {
	s.cancel()
	s.number++
	s.restoring = ""
}

// Press passes a key or a paste to the card. ctx bounds the attempt that a
// submitted card begins.
func (s *SignIn) Press(ctx context.Context, msg tea.Msg) tea.Cmd {
	if s.restoring != "" {
		if press, ok := msg.(tea.KeyPressMsg); ok && s.Registry.Press(command.LoginField, press).Name == "login.back" {
			s.abandon()
			s.Host.ClearNotice()
		}
		return nil
	}
	switch answer := s.card.Update(msg).(type) {
	case credentials:
		return s.enter(ctx, answer)
	case cancelled:
		s.abandon()
		s.Host.ClearNotice()
	}
	return nil
}

// Update takes the results of the feature's commands and the answers of its
// dialogs. It reports false for any other message.
func (s *SignIn) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case enteredMsg:
		return s.entered(msg), true
	case trustMsg:
		keeper := s.Keeper
		return func() tea.Msg { return pinnedMsg{keeper.Pin(msg.key.Server, msg.key.Presented)} }, true
	case passwordMsg:
		return msg.change, true
	case passwordChangedMsg:
		s.passwordChanged(msg)
		return nil, true
	case pinnedMsg:
		if msg.err != nil {
			return s.fail(msg.err), true
		}
		return s.repeat(), true
	case refuseMsg:
		return s.fail(msg.key), true
	case retryMsg:
		return s.repeat(), true
	}
	return nil, false
}

func (s *SignIn) entered(msg enteredMsg) tea.Cmd {
	if msg.number != s.number {
		if msg.session == nil {
			return nil
		}
		return func() tea.Msg {
			_ = msg.session.Close() // its attempt was given up
			return nil
		}
	}
	if msg.err != nil {
		return s.failed(msg.err)
	}
	typed := s.restoring == ""
	forget := typed && !s.submit.Remember
	s.restoring = ""
	remember := s.Host.Store(func() error {
		keep := msg.session.Remember
		if forget {
			keep = msg.session.RememberPlace
		}
		err := keep(s.Keeper)
		if typed && s.Keeper.Settings().ForgetMe != forget {
			err = errors.Join(err, s.Keeper.Change(func(o *session.Settings) { o.ForgetMe = forget }))
		}
		return err
	})
	return tea.Batch(s.Host.Enter(msg.session), remember)
}

// failed asks about an unknown key, warns of a changed one, and shows any other error.
func (s *SignIn) failed(err error) tea.Cmd {
	wrong, ok := errors.AsType[*session.KeyError](err)
	switch {
	case ok && wrong.Known == "":
		return s.Dialogs.PushUnasked(dialog.NewFirstContact(serverKey(wrong), trustMsg{wrong}, refuseMsg{wrong}))
	case ok:
		return tea.Batch(s.fail(err), s.Warn(wrong))
	}
	return s.fail(err)
}

// fail ends the attempt: it shows the error beside its field of the card or, when
// a stored session was tried, in a dialog that offers to try again.
func (s *SignIn) fail(err error) tea.Cmd {
	words := func(*locale.Locale) string { return s.explain(err, s.submit.Create) }
	if s.restoring == "" {
		s.card.fail(s.submit.Attempt, fieldOf(err, s.submit.Create), words)
		return nil
	}
	server := s.restoring
	s.restoring = ""
	if errors.Is(err, session.ErrLoggedOut) {
		if errors.Is(err, wire.Unauthenticated) { // the server ended the stored session
			s.card.tell(words)
		}
		return nil
	}
	s.Dialogs.Push(dialog.NewConfirm(
		locale.Say("screen.enter.title", "Server", s.place(server)), []locale.Words{words},
		dialog.NewButton("t", "screen.enter.again", retryMsg{}),
	))
	return nil
}

// Warn opens the full-screen warning about a server whose key has changed.
func (s *SignIn) Warn(wrong *session.KeyError) tea.Cmd {
	return s.Dialogs.PushUnasked(dialog.NewKeyChanged(serverKey(wrong), wrong.Known, nil))
}

// View draws the card, or the server that is being connected to.
func (s *SignIn) View(width, height int) (string, *tea.Cursor) {
	if s.restoring == "" {
		return s.card.View(width, height)
	}
	sentence := s.Locale.T("screen.enter.connecting", "Server", s.place(s.restoring))
	lines := make([]string, height)
	lines[height/2] = s.Theme.Text.Render(text.Center(text.CutMiddle(sentence, width), width))
	lines[min(height/2+2, height-1)] = s.Theme.Muted.Render(text.Center(s.Locale.T("screen.enter.cancel"), width))
	return strings.Join(lines, "\n"), nil
}

// Place returns the name of a server as the screen shows it.
func Place(l *locale.Locale, server string) string {
	if server == session.Embedded {
		return l.T("screen.this_computer")
	}
	return text.Visible(server)
}

func (s *SignIn) place(server string) string { return Place(s.Locale, server) }
