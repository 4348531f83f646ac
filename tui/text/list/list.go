// Package list keeps the cursor of a list and the part of the list that is in view.
//
// A [Window] holds indexes, not rows: its owner keeps the rows and draws those in
// view with [Window.Draw]. A key, a turn of the wheel and a frame therefore take
// the same time for ten rows and for 100,000. All lists and all scrolling texts of
// the screen use it.
package list

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
)

// Window is a cursor over rows and the part of the rows in view. The zero Window
// has no rows. It is not safe for concurrent use.
type Window struct {
	Rows   int // the number of rows
	Cursor int // the row that keys act on; 0 when there are no rows
	Top    int // the first row in view
	Height int // rows in view when last drawn

	// First is the lowest value of Cursor. It is -1 for a list below a text field:
	// the cursor is then on the field.
	First int

	// Text is set for a text without a cursor: keys and the wheel scroll it.
	Text bool

	// Line is the line of the box where the first row in view was last drawn, and
	// Tall the number of lines per row, 0 for 1. Row needs both.
	Line, Tall int
}

// wheelRows is the number of rows by which one step of the wheel moves.
const wheelRows = 3

// SetRows sets the number of rows and keeps the cursor on one of them.
func (w *Window) SetRows(n int) {
	w.Rows = n
	w.Go(w.Cursor)
}

// Go moves the cursor to a row, or to the nearest one that exists.
func (w *Window) Go(row int) { w.Cursor = max(w.First, min(row, w.Rows-1)) }

// Move moves the cursor by a number of rows. It scrolls a text.
func (w *Window) Move(by int) {
	if w.Text {
		w.Top += by
		w.clamp()
		return
	}
	w.Go(w.Cursor + by)
}

// Scroll moves the rows by a number of them. It moves the cursor only as far as
// needed to keep it in view.
func (w *Window) Scroll(by int) {
	w.Top += by
	w.clamp()
	w.Go(min(max(w.Cursor, w.Top), w.Top+w.Height-1))
}

// Follow sets the number of rows in view and scrolls as little as needed to show
// the cursor. There is always room for one row.
func (w *Window) Follow(height int) {
	w.Height = max(1, height)
	if at := max(0, w.Cursor); !w.Text {
		w.Top = max(min(w.Top, at), at-w.Height+1)
	}
	w.clamp()
}

func (w *Window) clamp() { w.Top = max(0, min(w.Top, w.Hidden())) }

// Hidden returns the number of rows out of view.
func (w *Window) Hidden() int { return max(0, w.Rows-w.Height) }

// End returns the row after the last one in view.
func (w *Window) End() int { return min(w.Top+w.Height, w.Rows) }

// Draw follows the cursor in so many rows and draws the rows in view.
func (w *Window) Draw(height int, row func(i int) string) []string {
	w.Follow(height)
	lines := make([]string, 0, w.Height)
	for i := w.Top; i < w.End(); i++ {
		lines = append(lines, row(i))
	}
	return lines
}

// Row returns the row at a line of the box; ok is false when there is none.
func (w *Window) Row(line int) (row int, ok bool) {
	if line < w.Line {
		return 0, false
	}
	row = w.Top + (line-w.Line)/max(1, w.Tall)
	return row, row < w.End()
}

// Update handles a command.Press and a turn of the wheel. It reports false for a
// message that does not move the cursor. A key moves the cursor when the name of
// its command ends in up, down, page_up, page_down, first or last.
func (w *Window) Update(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			w.Move(-wheelRows)
		} else {
			w.Move(wheelRows)
		}
		return true
	case command.Press:
		by, ok := w.step(msg.Name)
		if ok {
			w.Move(by)
		}
		return ok
	}
	return false
}

func (w *Window) step(name command.Name) (rows int, ok bool) {
	_, step, _ := strings.Cut(string(name), ".")
	switch step {
	case "up":
		return -1, true
	case "down":
		return 1, true
	case "page_up":
		return -w.Height, true
	case "page_down":
		return w.Height, true
	case "first":
		return -w.Rows, true
	case "last":
		return w.Rows, true
	}
	return 0, false
}
