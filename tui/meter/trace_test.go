package meter

import (
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"wangpan/tui/theme"
)

func TestTrace(t *testing.T) {
	begin := time.Unix(1_000_000, 0)
	g := theme.New(theme.Options{}).Glyph
	var trace Trace
	bytes := int64(0)
	trace.Add(begin, bytes)
	for tenth := 1; tenth <= 40; tenth++ {
		if tenth <= 20 {
			bytes += 100_000
		} else {
			bytes += 50_000
		}
		trace.Add(begin.Add(time.Duration(tenth)*time.Second/10), bytes)
	}
	if got, want := trace.Draw(g, 30), "████▅▅▅▅"; got != want {
		t.Errorf("drawn %q, want %q", got, want)
	}
	if peak := trace.Peak(); math.Abs(peak-1e6) > 1 {
		t.Errorf("peak %.0f bytes a second", peak)
	}
	before := trace.Draw(g, 30)
	trace.Rest(begin.Add(time.Minute))
	if after := trace.Draw(g, 30); after != before || trace.Long() != 4*time.Second {
		t.Errorf("a pause changed %q to %q, %v long", before, after, trace.Long())
	}
}

// TestAnyTrace draws whatever was added within its bounds.
func TestAnyTrace(t *testing.T) {
	glyphs := []theme.Glyphs{theme.New(theme.Options{}).Glyph, theme.New(theme.Options{Glyphs: theme.ASCII}).Glyph, theme.New(theme.Options{Glyphs: theme.Console}).Glyph}
	rapid.Check(t, func(t *rapid.T) {
		var trace Trace
		now, bytes, moved := time.Unix(1_000_000, 0), int64(0), int64(0)
		trace.Add(now, 0)
		for range rapid.IntRange(0, 200).Draw(t, "samples") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(20*time.Second)).Draw(t, "later")))
			if rapid.IntRange(0, 9).Draw(t, "what") == 0 {
				trace.Rest(now)
				continue
			}
			more := rapid.Int64Range(0, 1<<30).Draw(t, "more")
			before := trace.last.at
			trace.Add(now, bytes+more)
			if now.After(before) {
				bytes, moved = bytes+more, moved+more
			}
		}
		sum := 0.0
		for _, column := range trace.columns {
			sum += column
		}
		if math.Abs(sum-float64(moved)) > 1+float64(moved)*1e-9 {
			t.Errorf("the columns hold %.0f of %d bytes", sum, moved)
		}
		cells := rapid.IntRange(0, 80).Draw(t, "cells")
		for _, g := range glyphs {
			if got := utf8.RuneCountInString(trace.Draw(g, cells)); got > cells {
				t.Errorf("%d cells of %d", got, cells)
			}
		}
	})
}
