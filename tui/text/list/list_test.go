package list

import (
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"wangpan/tui/command"
)

func TestKeys(t *testing.T) {
	tests := []struct {
		name   string
		w      Window
		keys   []command.Name
		cursor int
		top    int
		want   bool // of the last key
	}{
		{"down", Window{Rows: 9}, []command.Name{"rows.down"}, 1, 0, true},
		{"down scrolls at the last row in view", Window{Rows: 9}, []command.Name{"a.down", "a.down", "a.down"}, 3, 1, true},
		{"up stops at the first row", Window{Rows: 9, Cursor: 1}, []command.Name{"a.up", "a.up"}, 0, 0, true},
		{"up reaches the field", Window{Rows: 9, First: -1}, []command.Name{"a.up", "a.up"}, -1, 0, true},
		{"a page", Window{Rows: 9, Cursor: 1}, []command.Name{"a.page_down"}, 4, 2, true},
		{"a page back", Window{Rows: 9, Cursor: 8}, []command.Name{"a.page_up"}, 5, 5, true},
		{"last", Window{Rows: 9}, []command.Name{"a.last"}, 8, 6, true},
		{"first", Window{Rows: 9, Cursor: 7}, []command.Name{"a.first"}, 0, 0, true},
		{"no rows", Window{}, []command.Name{"a.last"}, 0, 0, true},
		{"a text scrolls", Window{Rows: 9, Text: true}, []command.Name{"a.down", "a.down"}, 0, 2, true},
		{"a text ends at its last page", Window{Rows: 9, Text: true}, []command.Name{"a.last", "a.page_down"}, 0, 6, true},
		{"another key", Window{Rows: 9}, []command.Name{"picker.upload"}, 0, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, got := tt.w, false
			w.Follow(3)
			for _, name := range tt.keys {
				got = w.Update(command.Press{Name: name})
				w.Follow(3)
			}
			if got != tt.want || w.Cursor != tt.cursor || w.Top != tt.top {
				t.Errorf("got %v, cursor %d, top %d; want %v, %d, %d", got, w.Cursor, w.Top, tt.want, tt.cursor, tt.top)
			}
		})
	}
}

func TestRow(t *testing.T) {
	w := Window{Rows: 5, Cursor: 4, Line: 2, Tall: 2}
	w.Follow(3)
	for line, want := range []int{-1, -1, 2, 2, 3, 3, 4, 4, -1} {
		row, ok := w.Row(line)
		if !ok {
			row = -1
		}
		if row != want {
			t.Errorf("line %d shows row %d, want %d", line, row, want)
		}
	}
}

// After any steps the cursor is on a row in view and the window is full.
func TestAnySteps(t *testing.T) {
	steps := []command.Name{"a.up", "a.down", "a.page_up", "a.page_down", "a.first", "a.last"}
	rapid.Check(t, func(r *rapid.T) {
		w := Window{First: rapid.SampledFrom([]int{0, -1}).Draw(r, "first")}
		for range rapid.IntRange(1, 50).Draw(r, "steps") {
			switch rapid.IntRange(0, 4).Draw(r, "what") {
			case 0:
				w.SetRows(rapid.IntRange(0, 30).Draw(r, "rows"))
			case 1:
				w.Scroll(rapid.IntRange(-9, 9).Draw(r, "scroll"))
			case 2:
				w.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
			default:
				w.Update(command.Press{Name: rapid.SampledFrom(steps).Draw(r, "step")})
			}
			lines := w.Draw(rapid.IntRange(-1, 12).Draw(r, "height"), strconv.Itoa)
			if len(lines) != min(w.Rows, w.Height) {
				r.Fatalf("%d lines of %d rows in %d", len(lines), w.Rows, w.Height)
			}
			if w.Cursor < w.First || w.Rows > 0 && w.Cursor >= 0 && lines[w.Cursor-w.Top] != strconv.Itoa(w.Cursor) {
				r.Fatalf("cursor %d, top %d: %s", w.Cursor, w.Top, strings.Join(lines, " "))
			}
		}
	})
}
