package remote

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/session"
	"wangpan/tui/text"
)

// connectTimeout limits one attempt to reconnect.
const connectTimeout = 30 * time.Second

// link is the state of the connection for browsing.
type link struct {
	lost   bool
	trying bool      // an attempt to reconnect is running
	urgent bool      // the user asked for that attempt; its failure does not delay the next one
	tries  int       // scheduled attempts that have failed since the connection was lost
	next   time.Time // when the next attempt is due
}

// lostMsg says that the connection is lost.
type lostMsg struct{ visit *visit }

// reconnectedMsg is the result of an attempt to reconnect.
type reconnectedMsg struct {
	visit *visit
	err   error
}

// watchLink waits until the connection is lost.
func (v *visit) watchLink() tea.Cmd {
	client := v.session.Client()
	return func() tea.Msg {
		select {
		case <-client.Done():
			return lostMsg{v}
		case <-v.ctx.Done():
			return nil
		}
	}
}

// apply reconnects at once, because most interruptions are short.
func (msg lostMsg) apply(r *Remote) tea.Cmd {
	if msg.visit != r.visit || r.visit.link.lost {
		return nil
	}
	r.visit.link = link{lost: true}
	return r.reconnect()
}

// reconnect starts an attempt to reconnect, unless one is running.
func (r *Remote) reconnect() tea.Cmd {
	v := r.visit
	if v == nil || !v.link.lost || v.link.trying {
		return nil
	}
	v.link.trying = true
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(v.ctx, connectTimeout)
		defer cancel()
		return reconnectedMsg{v, v.session.Reconnect(ctx)}
	}
}

func (msg reconnectedMsg) apply(r *Remote) tea.Cmd {
	v := r.visit
	if msg.visit != v {
		return nil
	}
	urgent := v.link.urgent
	v.link.trying, v.link.urgent = false, false
	switch {
	case msg.err == nil:
		v.link = link{}
		return tea.Batch(v.watchLink(), r.Pane.Refresh(), r.Host.Reconnect())
	case errors.Is(msg.err, session.ErrLoggedOut), changedKey(msg.err):
		return r.Host.SessionEnded(msg.err)
	}
	if !urgent { // attempts by the user must not delay the scheduled ones
		v.link.tries++
		v.link.next = r.Now().Add(r.Backoff.After(v.link.tries))
	}
	return nil
}

// changedKey reports whether a server has presented another key than the pinned one.
func changedKey(err error) bool {
	wrong, ok := errors.AsType[*session.KeyError](err)
	return ok && wrong.Known != ""
}

// reconnectDue starts the next attempt when it is due.
func (r *Remote) reconnectDue() tea.Cmd {
	if v := r.visit; v.link.lost && !v.link.trying && !r.Now().Before(v.link.next) {
		return r.reconnect()
	}
	return nil
}

// ReconnectNow starts an attempt at once. The screen calls it when the user runs a command
// that needs the server.
func (r *Remote) ReconnectNow() tea.Cmd {
	if r.visit == nil || !r.visit.link.lost {
		return nil
	}
	resume := r.Host.Reconnect()
	cmd := r.reconnect()
	if cmd != nil {
		r.visit.link.urgent = true
	}
	return tea.Batch(cmd, resume)
}

// Lost reports whether the connection is lost.
func (r *Remote) Lost() bool { return r.visit != nil && r.visit.link.lost }

// LinkState returns the sentence about a lost connection: when the next attempt starts
// and, if it fits into room cells, the key that starts one now.
func (r *Remote) LinkState(room int) string {
	link, l := r.visit.link, r.Locale
	wait := link.next.Sub(r.Now())
	if link.trying || wait <= 0 {
		return l.T("screen.reconnecting")
	}
	long := l.T("screen.reconnecting_in", "Time", l.Duration(wait), "Key", r.Key("list.refresh"))
	if text.Width(long) <= room {
		return long
	}
	return l.T("screen.reconnecting_in_short", "Time", l.Duration(wait))
}
