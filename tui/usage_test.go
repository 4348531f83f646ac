package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/text"
	"wangpan/wire"
)

// What the account takes is said as far as there is room, and never beside the
// name of who is logged in.
func TestTaken(t *testing.T) {
	m := newPlace(t).ready(t)
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
			m.drive.usage = usage{known: true, said: tt.said}
			got := m.taken(tt.room)
			if ansi.Strip(got) != tt.want || text.Width(got) > tt.room {
				t.Errorf("%q, want %q in %d cells", ansi.Strip(got), tt.want, tt.room)
			}
		})
	}
	t.Run("not known", func(t *testing.T) {
		m.drive.usage = usage{}
		if got := m.taken(30); got != "" {
			t.Errorf("%q, want nothing", got)
		}
		if header := ansi.Strip(m.header()); strings.HasSuffix(header, " ") || text.Width(header) != m.width-1 {
			t.Errorf("the header is %q", header)
		}
	})
}

// The answer is asked for once at a time, at most once a second, and again
// while the server still counts.
func TestUsageIsAsked(t *testing.T) {
	m := newPlace(t).ready(t) // it has asked
	now := noon
	m.clock = func() time.Time { return now }
	later := func(d time.Duration) { now = now.Add(d); m.now = now }
	d := m.drive
	d.usage.asked = noon
	said := func(reply wire.UsageReply, err error) { m.Update(usageMsg{d, reply, err}) }
	later(time.Hour)
	if m.askUsage() != nil {
		t.Error("it is asked for twice at once")
	}
	said(wire.UsageReply{Used: 1}, nil)
	if !d.usage.known || m.askUsage() == nil {
		t.Error("it is not asked for again")
	}
	said(wire.UsageReply{}, wire.Errorf(wire.Busy, "it counts"))
	if !d.usage.known || d.usage.said.Used != 1 || m.pace() != slow {
		t.Errorf("while the server counts it is %+v, and the next look in %v", d.usage, m.pace())
	}
	if m.askUsage() != nil {
		t.Error("it is asked for twice a second")
	}
	later(slow)
	if m.askUsageAgain() == nil || m.pace() != 0 {
		t.Error("it is not asked for again after a second")
	}
	said(wire.UsageReply{}, wire.Errorf(wire.Invalid, "an older server"))
	if m.pace() != 0 {
		t.Error("an older server is asked again and again")
	}
	m.Update(usageMsg{&drive{}, wire.UsageReply{Used: 7}, nil})
	if d.usage.said.Used != 1 {
		t.Error("another drive's usage counts")
	}
}
