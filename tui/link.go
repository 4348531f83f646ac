package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/session"
)

// patience is how long to wait before each try to get back onto a server; the
// last one counts for all that follow.
var patience = []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute}

// link is the connection for browsing, as the screen sees it. Losing it is a
// state and no error: the list stays usable from what is known.
type link struct {
	lost   bool
	trying bool      // a try is under way
	tries  int       // that failed since it was lost
	next   time.Time // when to try again
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

// lost begins with a try at once: most breaks are short.
func (m *Model) lost(msg lostMsg) tea.Cmd {
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

func (m *Model) tried(msg triedMsg) tea.Cmd {
	d := m.drive
	if msg.drive != d {
		return nil
	}
	d.link.trying = false
	switch {
	case msg.err == nil:
		d.link = link{}
		d.queue.Nudge()
		return tea.Batch(d.watch(), m.list.Refresh())
	case errors.Is(msg.err, session.ErrLoggedOut):
		m.leave()
		m.sayError(msg.err)
		return nil
	}
	if changed, ok := changedKey(msg.err); ok {
		m.leave()
		return m.warn(changed)
	}
	d.link.next = m.now.Add(patience[min(d.link.tries, len(patience)-1)])
	d.link.tries++
	return m.tick()
}

// due tries again when its time has come.
func (m *Model) due() tea.Cmd {
	if d := m.drive; d != nil && d.link.lost && !d.link.trying && !m.now.Before(d.link.next) {
		return m.try()
	}
	return nil
}

// hurry tries at once, because somebody pressed a key.
func (m *Model) hurry() tea.Cmd {
	if m.drive == nil || !m.drive.link.lost {
		return nil
	}
	m.drive.queue.Nudge()
	return m.try()
}
