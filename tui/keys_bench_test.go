//go:build !windows

package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/command"
	"wangpan/wire"
)

// marked shows a folder of so many entries, all of them marked.
func (p *place) marked(tb testing.TB, entries int) *Model {
	tb.Helper()
	m := p.ready(tb)
	listing := wire.Listing{Entries: make([]wire.Entry, entries)}
	for i := range listing.Entries {
		name := wire.Name(fmt.Sprintf("a rather usual file name %06d.jpg", i))
		listing.Entries[i] = wire.Entry{Name: name, Size: int64(i), ModTime: noon, Version: wire.Version(name)}
	}
	m.remote.Pane.Source = func(r browse.Request) tea.Cmd {
		return func() tea.Msg { return browse.Page{Request: r, Listing: listing} }
	}
	run(m, m.remote.Pane.Refresh())
	m.hit("a")
	if m.remote.Pane.Marked() != entries {
		tb.Fatalf("%d entries are marked, want %d", m.remote.Pane.Marked(), entries)
	}
	return m
}

// BenchmarkMarkedKeys reports how long a press of a key takes in
// Update, and in the View after it, with 100,000 entries marked. A frame has
// 16 ms.
func BenchmarkMarkedKeys(b *testing.B) {
	p := newPlace(b)
	for _, key := range []string{"r", "m", "C", "d", "x", "y", "i", "c", "#", ":"} {
		b.Run(key, func(b *testing.B) {
			var update, view []time.Duration
			for b.Loop() {
				b.StopTimer()
				m := p.marked(b, 100_000)
				m.View()
				b.StartTimer()
				began := time.Now()
				m.Update(tea.KeyPressMsg{Code: rune(key[0]), Text: key})
				pressed := time.Now()
				m.View()
				update, view = append(update, pressed.Sub(began)), append(view, time.Since(pressed))
			}
			b.ReportMetric(float64(median(update).Microseconds())/1000, "ms/update")
			b.ReportMetric(float64(median(view).Microseconds())/1000, "ms/view")
		})
	}
}

// BenchmarkKeysOfCommands reports how long it takes to find the command of a key,
// and to decide for all commands whether they can run, with few and with very many
// entries marked. The times must not depend on their number.
func BenchmarkKeysOfCommands(b *testing.B) {
	p := newPlace(b)
	for _, entries := range []int{10, 100_000} {
		m := p.marked(b, entries)
		press := tea.KeyPressMsg{Code: 'r', Text: "r"}
		b.Run(fmt.Sprintf("find/%d", entries), func(b *testing.B) {
			for b.Loop() {
				if c := m.commands.Find(m.keyPlace(), press); c == nil || c.Unable(m.keyPlace()) != nil {
					b.Fatal("r is no key")
				}
			}
		})
		b.Run(fmt.Sprintf("able/%d", entries), func(b *testing.B) {
			for b.Loop() {
				for _, c := range m.commands.All() {
					c.Unable(command.List)
				}
			}
		})
	}
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}
