package remote

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/session"
	"wangpan/tui/text"
)

// connectTimeout bounds one try to reconnect.
const connectTimeout = 30 * time.Second

// link is the state of the connection that the list is read over.
type link struct {
	lost   bool
	trying bool      // a try is under way
	urgent bool      // the user asked for that try; it does not count for the schedule
	tries  int       // scheduled tries that have failed since the connection was lost
	next   time.Time // when the next one is due
}

// lostMsg says that the connection is lost.
type lostMsg struct{ visit *visit }

// reconnectedMsg is the result of a try to reconnect.
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

// apply begins with a try at once: most interruptions are short.
func (msg lostMsg) apply(r *Remote) tea.Cmd {
	if msg.visit != r.visit || r.visit.link.lost {
		return nil
	}
	r.visit.link = link{lost: true}
	return r.reconnect()
}

// reconnect tries to reconnect, unless a try is under way.
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
	if !urgent { // otherwise each request of the user would delay the next try
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

// reconnectDue tries again when the next try is due.
func (r *Remote) reconnectDue() tea.Cmd {
	if v := r.visit; v.link.lost && !v.link.trying && !r.Now().Before(v.link.next) {
		return r.reconnect()
	}
	return nil
}

// ReconnectNow tries at once, because the user does something that needs the server.
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

// LinkState says when the next try is and, where there is room, which key tries now.
// room is in cells.
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
