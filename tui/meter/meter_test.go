package meter

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangpan/tui/text"
	"wangpan/tui/theme"
)

var start = time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)

func after(seconds float64) time.Time {
	return start.Add(time.Duration(seconds * float64(time.Second)))
}

func TestBar(t *testing.T) {
	unicode := theme.New(theme.Options{}).Glyph
	ascii := theme.New(theme.Options{Glyphs: theme.ASCII}).Glyph
	tests := []struct {
		name     string
		glyphs   theme.Glyphs
		cells    int
		fraction float64
		want     string
	}{
		{"empty", unicode, 4, 0, "|    "},
		{"an eighth of a cell", unicode, 4, 1.0 / 32, "▏|   "},
		{"half", unicode, 4, 0.5, "██|  "},
		{"parts", unicode, 4, 0.69, "██▊| "},
		{"almost", unicode, 4, 0.99999, "███▉|"},
		{"full", unicode, 4, 1, "████|"},
		{"too much", unicode, 4, 7, "████|"},
		{"negative", unicode, 4, -1, "|    "},
		{"nothing of nothing", unicode, 4, math.NaN(), "|    "},
		{"no room", unicode, 0, 0.5, "|"},
		{"ascii", ascii, 4, 0.6, "##|--"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			done, rest := Bar(tt.glyphs, tt.cells, tt.fraction)
			if got := done + "|" + rest; got != tt.want {
				t.Errorf("Bar(%d, %v) = %q, want %q", tt.cells, tt.fraction, got, tt.want)
			}
		})
	}
}

func TestBarWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := rapid.SampledFrom([]theme.GlyphSet{theme.Unicode, theme.Console, theme.ASCII}).Draw(t, "set")
		cells := rapid.IntRange(0, 200).Draw(t, "cells")
		fraction := rapid.Float64().Draw(t, "fraction")
		done, rest := Bar(theme.New(theme.Options{Glyphs: set}).Glyph, cells, fraction)
		if got := text.Width(done + rest); got != cells {
			t.Fatalf("%d cells: %q %q", got, done, rest)
		}
	})
}

// steady feeds samples ten times a second from one moment to another and
// returns the bytes at the end.
func steady(g *Gauge, from, to, bytes, rate float64) float64 {
	for at := from; at < to; at += 0.1 {
		bytes += rate / 10
		g.Add(after(at), int64(bytes))
	}
	return bytes
}

func near(got, want, part float64) bool { return math.Abs(got-want) <= part*want }

func TestRate(t *testing.T) {
	var g Gauge
	if g.Rate() != 0 {
		t.Errorf("rate of nothing: %v", g.Rate())
	}
	g.Add(after(0), 0)
	g.Add(after(0.1), 100_000)
	if !near(g.Rate(), 1e6, 0.01) {
		t.Errorf("after two samples %v, want 1 MB/s at once", g.Rate())
	}
	bytes := steady(&g, 0.2, 10, 100_000, 1e6)
	if !near(g.Rate(), 1e6, 0.01) {
		t.Errorf("steady: %v", g.Rate())
	}
	g.Add(after(10.1), int64(bytes+1e6)) // ten times the speed for one sample
	if g.Rate() > 1.6e6 {
		t.Errorf("one burst moves the rate to %v", g.Rate())
	}
	steady(&g, 10.2, 18, bytes+1e6, 5e6)
	if !near(g.Rate(), 5e6, 0.05) {
		t.Errorf("eight seconds after a change %v", g.Rate())
	}
}

func TestRateIgnoresClockAndRestarts(t *testing.T) {
	var g Gauge
	bytes := steady(&g, 0, 5, 0, 1e6)
	before := g.Rate()
	g.Add(after(1), int64(bytes+9e9)) // the clock went back
	if g.Rate() != before {
		t.Errorf("a sample from the past counts: %v", g.Rate())
	}
	g.Add(after(6), 0)
	if g.Rate() != 0 {
		t.Errorf("starting over: rate %v", g.Rate())
	}
}

func TestRest(t *testing.T) {
	var g Gauge
	bytes := steady(&g, 0, 5, 0, 1e6)
	g.Rest(after(100))
	if g.Stalled(after(101)) != 0 {
		t.Errorf("after a pause: stalled %v", g.Stalled(after(101)))
	}
	steady(&g, 100.1, 101, bytes, 2e6)
	if !near(g.Rate(), 2e6, 0.01) {
		t.Errorf("the pause counts: %v", g.Rate())
	}
}

func TestStalled(t *testing.T) {
	var g Gauge
	if g.Stalled(after(100)) != 0 {
		t.Error("stalled before it began")
	}
	g.Add(after(0), 10)
	for at := 0.1; at < 8; at += 0.1 {
		g.Add(after(at), 10)
	}
	if got := g.Stalled(after(2.9)); got != 0 {
		t.Errorf("called stalled after %v", got)
	}
	if got := g.Stalled(after(7)); got != 7*time.Second {
		t.Errorf("stalled for %v, want 7 s", got)
	}
	g.Add(after(8), 11)
	if got := g.Stalled(after(8)); got != 0 {
		t.Errorf("goes on, and still stalled for %v", got)
	}
}

func TestTimeLeft(t *testing.T) {
	tests := []struct {
		name  string
		rate  float64
		total int64
		want  time.Duration
		known bool
	}{
		{"seconds", 1e6, 25_000_000, 20 * time.Second, true},
		{"minutes by five seconds", 1e6, 205_000_000, 200 * time.Second, true},
		{"long by minutes", 1e6, 2_000_000_000, 34 * time.Minute, true},
		{"hours by five minutes", 1e6, 8_000_000_000, 135 * time.Minute, true},
		{"years", 1, math.MaxInt64, 0, false},
		{"no rate", 0, 100, 0, false},
		{"unknown total", 1e6, -1, 0, false},
		{"done", 1e6, 5_000_000, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var g Gauge
			g.Add(after(0), 0)
			g.Add(after(5), int64(5*tt.rate))
			got, known := g.TimeLeft(after(5), tt.total)
			if got != tt.want || known != tt.known {
				t.Errorf("TimeLeft = %v, %v, want %v, %v", got, known, tt.want, tt.known)
			}
		})
	}
}

// TestTimeLeftIsCalm drives a link that jumps between half and one and a half
// of its speed: what is shown may go up again a few times only.
func TestTimeLeftIsCalm(t *testing.T) {
	var g Gauge
	var bytes, ups float64
	shown := time.Duration(math.MaxInt64)
	for i := range 500 {
		rate := 1.5e6
		if i/7%2 == 0 {
			rate = 0.5e6
		}
		bytes += rate / 10
		now := after(float64(i) / 10)
		g.Add(now, int64(bytes))
		left, known := g.TimeLeft(now, 100_000_000)
		if i < 30 {
			continue
		}
		if !known {
			t.Fatalf("not known at sample %d", i)
		}
		if left > shown {
			ups++
		}
		shown = left
	}
	if ups > 5 {
		t.Errorf("the time left went up %v times in 50 s", ups)
	}
}

func TestTimeLeftCountsDown(t *testing.T) {
	var g Gauge
	g.Add(after(0), 0)
	g.Add(after(1), 1_000_000)
	first, _ := g.TimeLeft(after(1), 31_000_000)
	later, _ := g.TimeLeft(after(3), 31_000_000)
	if first != 30*time.Second || later != 28*time.Second {
		t.Errorf("%v, then two seconds later %v", first, later)
	}
}

func TestTimeLeftWhileStalled(t *testing.T) {
	var g Gauge
	g.Add(after(0), 0)
	g.Add(after(1), 1_000_000)
	if _, known := g.TimeLeft(after(9), 31_000_000); known {
		t.Error("known although nothing comes")
	}
}
