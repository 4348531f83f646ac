package tui

import (
	"context"
	"errors"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/backoff"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// retry returns the waits between attempts to reconnect. Only tests change it.
var retry backoff.Backoff

// link is the connection for browsing, as the screen sees it. Losing it is a
// state and no error: the list stays usable from what is known.
type link struct {
	lost   bool
	trying bool      // a try is under way
	hurry  bool      // the one under way was asked for, and is none of the schedule's
	tries  int       // of the schedule's that failed since it was lost
	next   time.Time // when to try again
}

// changedKey returns the error of a server that has presented another key than the
// pinned one.
func changedKey(err error) (*session.KeyError, bool) {
	wrong, ok := errors.AsType[*session.KeyError](err)
	return wrong, ok && wrong.Known != ""
}

// lostMsg says that a drive's connection is gone.
type lostMsg struct{ drive *drive }

// triedMsg says how a try to get it back ended.
type triedMsg struct {
	drive *drive
	err   error
}

// watch waits for the connection to go.
func (d *drive) watch() tea.Cmd {
	client := d.session.Client()
	return func() tea.Msg {
		select {
		case <-client.Done():
			return lostMsg{d}
		case <-d.ctx.Done():
			return nil
		}
	}
}

// apply begins with a try at once: most breaks are short.
func (msg lostMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive || m.drive.link.lost {
		return nil
	}
	m.drive.link = link{lost: true}
	return m.try()
}

// try tries to get back, unless a try is under way.
func (m *Model) try() tea.Cmd {
	d := m.drive
	if d == nil || !d.link.lost || d.link.trying {
		return nil
	}
	d.link.trying = true
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(d.ctx, connectTimeout)
		defer cancel()
		return triedMsg{d, d.session.Reconnect(ctx)}
	}
}

func (msg triedMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if msg.drive != d {
		return nil
	}
	hurried := d.link.hurry
	d.link.trying, d.link.hurry = false, false
	switch {
	case msg.err == nil:
		d.link = link{}
		d.queue.Nudge()
		return tea.Batch(d.watch(), m.list.Refresh(), fromPreview(m.preview.Retry()))
	case errors.Is(msg.err, session.ErrLoggedOut):
		m.leave()
		m.signin.Tell(func(*locale.Locale) string { return m.explain(msg.err) })
		return nil
	}
	if changed, ok := changedKey(msg.err); ok {
		m.leave()
		return fromSignIn(m.signin.Warn(changed))
	}
	if !hurried { // else whoever does something would wait the longer for it
		d.link.tries++
		d.link.next = m.now.Add(retry.After(d.link.tries))
	}
	return m.tick()
}

// due tries again when its time has come.
func (m *Model) due() tea.Cmd {
	if d := m.drive; d != nil && d.link.lost && !d.link.trying && !m.now.Before(d.link.next) {
		return m.try()
	}
	return nil
}

// hurry tries at once, because somebody does what needs the server.
func (m *Model) hurry() tea.Cmd {
	if m.drive == nil || !m.drive.link.lost {
		return nil
	}
	m.drive.queue.Nudge()
	cmd := m.try()
	if cmd != nil {
		m.drive.link.hurry = true
	}
	return cmd
}

// needsServer reports whether a key, with its command here, uses the connection.
// Others, such as those that move the cursor, leave the schedule alone. The key
// that refreshes works for the connection in all panes, as the header says.
func (m *Model) needsServer(msg tea.KeyPressMsg, c *command.Command) bool {
	switch {
	case m.dialogs.Len() > 0:
		return key.Matches(msg, dialog.Keys.Press)
	case m.drive == nil:
		return false
	case key.Matches(msg, m.commands.Get("list.refresh").Binding()):
		return true
	case c == nil, m.focus == onLocal && c.Group == command.ListGroup:
		return false
	}
	return c.Online
}
