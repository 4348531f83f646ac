package browse

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/wire"
)

// A folder may change at any time, and keys come in any order: the cursor is
// always on an entry, what is marked is there, and the view fills the pane.
func TestAnyKeysAndChanges(t *testing.T) {
	keys := []string{
		"j", "k", "g", "G", "pgdown", "ctrl+d", "enter", "h", "[", "]", "space", "v", "a", "*", "+", "-", "s", "S", ".", "/", "f", "ctrl+r", "1", "0",
	}
	rapid.Check(t, func(r *rapid.T) {
		d := newDesk(t, rapid.SampledFrom([]string{locale.English, locale.Chinese}).Draw(r, "language"), 80, 12)
		d.limit = 7
		fill := func() {
			entries := slices.DeleteFunc(numbered(40), func(wire.Entry) bool { return rapid.Bool().Draw(r, "gone") })
			d.folders["/"] = listing(append(entries, folder("子"), folder(".git"))...)
		}
		fill()
		d.open("/")
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			switch rapid.IntRange(0, 9).Draw(r, "what") {
			case 0:
				fill()
				d.run(d.Refresh())
			case 1, 2:
				if len(d.asked) > 0 {
					d.answer(nil)
				}
			case 3:
				d.Resize(rapid.IntRange(20, 200).Draw(r, "width"), rapid.IntRange(1, 40).Draw(r, "height"))
			case 4:
				d.run(d.Click(rapid.IntRange(0, 199).Draw(r, "x"), rapid.IntRange(0, 39).Draw(r, "line")))
			default:
				d.press(rapid.SampledFrom(keys).Draw(r, "key"))
			}
			d.sound(r)
		}
		d.settleAll()
		d.sound(r)
		for name := range d.marks.named(d.all) {
			if d.err == nil && !d.Has(name) {
				r.Fatalf("%q is marked and gone", name)
			}
		}
	})
}

// sound fails unless the pane is as it must always be.
func (d *desk) sound(r *rapid.T) {
	if d.list.Cursor < 0 || d.list.Cursor >= max(len(d.rows), 1) || d.list.Top < 0 || d.list.Top > d.list.Cursor {
		r.Fatalf("the cursor is on row %d of %d, the first drawn is %d", d.list.Cursor, len(d.rows), d.list.Top)
	}
	lines := strings.Split(d.View(true), "\n")
	if len(lines) != d.height {
		r.Fatalf("%d lines, want %d", len(lines), d.height)
	}
	for _, line := range lines {
		if text.Width(line) > d.width {
			r.Fatalf("%d cells of %d in %q", text.Width(line), d.width, line)
		}
	}
}

// BenchmarkKeys reports how long the slowest in a hundred keys takes until its
// frame is drawn, with 100,000 entries.
func BenchmarkKeys(b *testing.B) {
	entries := numbered(100_000)
	tests := []struct {
		name  string
		setup []string
		keys  []string
	}{
		{"cursor", nil, []string{"j", "j", "k", "G", "g", "ctrl+d", "pgdown"}},
		{"range", []string{"v"}, []string{"j", "pgdown", "G", "k", "g"}},
		{"mark all", nil, []string{"a", "*"}},
		{"filter", []string{"/"}, []string{"9", "9", "backspace", "backspace"}},
		{"jump", []string{"f"}, []string{"片", "backspace", "照", "backspace"}},
		{"order", nil, []string{"s", "S"}},
	}
	for _, tt := range tests {
		b.Run(tt.name, func(b *testing.B) {
			d := newDesk(&testing.T{}, locale.Chinese, 120, 40)
			d.folders["/"], d.limit = entries, len(entries)
			d.open("/")
			d.press(tt.setup...)
			var took []time.Duration
			n := 0
			for b.Loop() {
				began := time.Now()
				cmd := d.Update(press(tt.keys[n%len(tt.keys)]))
				d.View(true)
				took = append(took, time.Since(began))
				d.run(cmd) // off the loop
				n++
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkLeaving reports how long the slowest in a hundred removals takes until
// the frame without the entry is drawn, with 100,000 entries.
func BenchmarkLeaving(b *testing.B) {
	d := newDesk(&testing.T{}, locale.Chinese, 120, 40)
	d.folders["/"], d.limit = numbered(100_000), 100_000
	d.open("/")
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		entry, _ := d.Current()
		d.Leaving("/", entry.Name)
		d.View(true)
		d.Gone("/", entry.Name)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkOffTheLoop measures what commands do meanwhile, with 100,000 entries.
func BenchmarkOffTheLoop(b *testing.B) {
	rows := Order{}.arrange(nil, numbered(100_000), true)
	for by := range bys {
		b.Run(fmt.Sprint("sort ", byIDs[by]), func(b *testing.B) {
			for b.Loop() {
				Order{By: by}.arrange(rows, nil, false)
			}
		})
	}
	b.Run("filter", func(b *testing.B) {
		s := sieve{filter: newFilter("片 99")}
		for b.Loop() {
			s.rows(rows)
		}
	})
}

// BenchmarkMemory reports what a pane holds with 100,000 entries, all marked,
// and after a refresh.
func BenchmarkMemory(b *testing.B) {
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	for b.Loop() {
		before := heap()
		d := newDesk(&testing.T{}, locale.Chinese, 120, 40)
		d.folders["/"] = numbered(100_000)
		d.open("/")
		d.press("a")
		d.run(tea.Batch(d.Refresh()))
		d.settleAll()
		d.folders = nil
		b.ReportMetric(heap()-before, "MiB")
		runtime.KeepAlive(d)
	}
	b.ReportMetric(0, "ns/op")
}
