package remote

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/backoff"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// screen is a Host that records the calls.
type screen struct {
	ended     error
	reconnect int
}

func (*screen) Explain(err error) string             { return err.Error() }
func (*screen) Say(bool, locale.Words)               {}
func (s *screen) Reconnect() tea.Cmd                 { s.reconnect++; return nil }
func (*screen) Show()                                {}
func (*screen) Download(func() []wire.Found) tea.Cmd { return nil }
func (*screen) RenameMany([]wire.Found) tea.Cmd      { return nil }
func (s *screen) SessionEnded(err error) tea.Cmd     { s.ended = err; return nil }

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// newRemote returns a Remote on a visit whose commands are never run, and its clock.
func newRemote(t *testing.T) (*Remote, *screen, *time.Time) {
	t.Helper()
	now, host := noon, new(screen)
	r := New(Options{
		Host: host, Theme: theme.New(theme.Options{}), Locale: locale.New(locale.English),
		Backoff: backoff.Backoff{Random: func() float64 { return 0.5 }},
		Now:     func() time.Time { return now }, Key: func(string) string { return "ctrl+r" },
	})
	r.Pane.Resize(80, 20)
	r.visit = &visit{ctx: t.Context()}
	return r, host, &now
}

// send hands a message to the feature.
func send(t *testing.T, r *Remote, msg tea.Msg) tea.Cmd {
	t.Helper()
	cmd, taken := r.Update(msg)
	if !taken {
		t.Fatalf("%T is not taken", msg)
	}
	return cmd
}

// The first try comes at once, and the following ones after growing waits.
func TestReconnectSchedule(t *testing.T) {
	r, _, _ := newRemote(t)
	v := r.visit
	if send(t, r, lostMsg{v}) == nil || !v.link.trying {
		t.Fatal("the first try is not at once")
	}
	for _, seconds := range []int{1, 2, 5, 15, 60, 60} {
		send(t, r, reconnectedMsg{v, errors.New("no route")})
		if got := v.link.next.Sub(noon); got != time.Duration(seconds)*time.Second {
			t.Errorf("the next try is in %v, want %d s", got, seconds)
		}
		v.link.trying = true // as if its time had come
	}
	send(t, r, reconnectedMsg{new(visit), nil})
	if !r.Lost() {
		t.Error("the try of another visit counts")
	}
}

// A try that the user's requests cause comes at once, and its failure does not delay
// the next scheduled one.
func TestReconnectNow(t *testing.T) {
	r, host, _ := newRemote(t)
	v := r.visit
	if r.ReconnectNow() != nil {
		t.Error("it reconnects while it is connected")
	}
	send(t, r, lostMsg{v})
	send(t, r, reconnectedMsg{v, errors.New("no route")})
	for range 4 {
		if r.ReconnectNow() == nil || !v.link.trying {
			t.Error("it does not try at once")
		}
		send(t, r, reconnectedMsg{v, errors.New("no route")})
	}
	if got := v.link.next.Sub(noon); got != time.Second || host.reconnect != 4 {
		t.Errorf("the next try is in %v, want 1 s; transfers were told %d times", got, host.reconnect)
	}
	if got := r.LinkState(60); got != "reconnecting in 1 s (ctrl+r now)" {
		t.Errorf("the state is %q", got)
	}
	if got := r.LinkState(20); strings.Contains(got, "ctrl+r") {
		t.Errorf("the state is %q in 20 cells", got)
	}
	v.link.trying = true
	if got := r.LinkState(60); got != "reconnecting…" {
		t.Errorf("the state is %q during a try", got)
	}
}

// A server that ends the session, or that presents another key, ends the visit.
func TestReconnectIsFinal(t *testing.T) {
	changed := &session.KeyError{Server: "drive.lab:7440", Known: "SHA256:one", Presented: "SHA256:another"}
	for _, err := range []error{session.ErrLoggedOut, changed} {
		r, host, _ := newRemote(t)
		send(t, r, lostMsg{r.visit})
		send(t, r, reconnectedMsg{r.visit, err})
		if !errors.Is(host.ended, err) {
			t.Errorf("after %v the session ended with %v", err, host.ended)
		}
	}
}

// The usage is drawn as far as there is room.
func TestUsageView(t *testing.T) {
	r, _, _ := newRemote(t)
	tests := []struct {
		name string
		said wire.UsageReply
		room int
		want string
	}{
		{"all", wire.UsageReply{Used: 2_600_000_000, Staged: 100_000_000, Trash: 400_000_000, Quota: 10_000_000_000}, 30, "3.1 of 10 GB ▕██▏    ▏"},
		{"no room for the bar", wire.UsageReply{Used: 3_100_000_000, Quota: 10_000_000_000}, 21, "3.1 of 10 GB"},
		{"little room", wire.UsageReply{Used: 3_100_000_000, Quota: 10_000_000_000}, 11, "31 %"},
		{"no room", wire.UsageReply{Used: 3_100_000_000, Quota: 10_000_000_000}, 3, ""},
		{"nothing yet", wire.UsageReply{Quota: 10_000_000_000}, 30, "0 of 10 GB ▕       ▏"},
		{"full", wire.UsageReply{Used: 10_000_000_000, Quota: 10_000_000_000}, 30, "10 of 10 GB ▕███████▏"},
		{"more than there may be", wire.UsageReply{Used: 25_000_000_000, Quota: 10_000_000_000}, 30, "25 of 10 GB ▕███████▏"},
		{"more, in little room", wire.UsageReply{Used: 25_000_000_000, Quota: 10_000_000_000}, 5, "100 %"},
		{"no quota", wire.UsageReply{Used: 1234}, 30, "1.2 KB used"},
		{"no quota, no room", wire.UsageReply{Used: 1234}, 10, ""},
		{"nearly all entries", wire.UsageReply{Used: 1000, Quota: 10_000, Entries: 950, EntryLimit: 1000}, 40, "950 of 1,000 files and folders"},
		{"all entries, in little room", wire.UsageReply{Used: 1000, Entries: 1000, EntryLimit: 1000}, 10, "100 %"},
		{"many entries, more bytes", wire.UsageReply{Used: 9990, Quota: 10_000, Entries: 950, EntryLimit: 1000}, 16, "10 of 10 KB"},
		{"some entries", wire.UsageReply{Used: 1234, Entries: 800, EntryLimit: 1000}, 30, "1.2 KB used"},
		{"numbers that no server has", wire.UsageReply{Used: wire.MaxSize, Staged: wire.MaxSize, Quota: 1}, 60, "18014398509481982 of 1 B ▕███████▏"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r.visit.usage = usage{known: true, reply: tt.said}
			got := r.UsageView(tt.room)
			if ansi.Strip(got) != tt.want || text.Width(got) > tt.room {
				t.Errorf("%q, want %q in %d cells", ansi.Strip(got), tt.want, tt.room)
			}
		})
	}
	t.Run("not known", func(t *testing.T) {
		r.visit.usage = usage{}
		if got := r.UsageView(30); got != "" {
			t.Errorf("%q, want nothing", got)
		}
	})
}

// The usage is asked for once at a time, at most once per second, and again while
// the server still counts.
func TestUsageIsAsked(t *testing.T) {
	r, _, now := newRemote(t)
	v := r.visit
	if r.askUsage() == nil || r.askUsage() != nil {
		t.Error("it is not asked for once at a time")
	}
	*now = now.Add(time.Hour)
	if r.askUsage() != nil {
		t.Error("it is asked for twice at once")
	}
	send(t, r, usageMsg{v, wire.UsageReply{Used: 1}, nil})
	if !v.usage.known || r.askUsage() == nil {
		t.Error("it is not asked for again")
	}
	send(t, r, usageMsg{v, wire.UsageReply{}, wire.Errorf(wire.Busy, "it counts")})
	if !v.usage.known || r.Usage().Used != 1 || !r.NeedsTick() {
		t.Errorf("while the server counts it is %+v, and no tick is needed", v.usage)
	}
	if r.askUsage() != nil {
		t.Error("it is asked for twice per second")
	}
	*now = now.Add(usagePause)
	if r.askUsageAgain() == nil || r.NeedsTick() {
		t.Error("it is not asked for again after a second")
	}
	send(t, r, usageMsg{v, wire.UsageReply{}, wire.Errorf(wire.Invalid, "an older server")})
	if r.NeedsTick() {
		t.Error("an older server is asked again and again")
	}
	send(t, r, usageMsg{new(visit), wire.UsageReply{Used: 7}, nil})
	if r.Usage().Used != 1 {
		t.Error("the usage of another visit counts")
	}
}
