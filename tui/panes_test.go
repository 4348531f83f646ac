package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/text"
)

// twoPanes is a model with both panes on the screen, empty.
func twoPanes(t *testing.T, width int) *Model {
	t.Helper()
	m := newPlace(t).ready(t)
	m.Update(tea.WindowSizeMsg{Width: width, Height: 24})
	m.showLocal()
	return m
}

// What lies where decides what the mouse does.
func TestMouseBetweenPanes(t *testing.T) {
	const top, line, bottom = 0, 5, 23
	tests := []struct {
		name  string
		width int
		front bool // this computer is in front
		x, y  int
		want  region
	}{
		{"the header", 80, false, 3, top, overNothing},
		{"the hints", 80, false, 3, bottom, overNothing},
		{"the drive", 80, false, 39, line, overList},
		{"between", 80, false, 40, line, overDivider},
		{"this computer", 80, false, 41, line, overLocal},
		{"the drive alone", 79, false, 60, line, overList},
		{"this computer alone", 79, true, 3, line, overLocal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := twoPanes(t, tt.width)
			if tt.front {
				m.setFocus(onLocal)
			}
			if got, _ := m.at(tt.x, tt.y); got != tt.want {
				t.Errorf("at %d, %d is %d, want %d", tt.x, tt.y, got, tt.want)
			}
		})
	}
}

func TestMouseMovesFocusAndLine(t *testing.T) {
	m := twoPanes(t, 100)
	m.Update(tea.MouseClickMsg{X: 80, Y: 5, Button: tea.MouseLeft})
	if m.focus != onLocal {
		t.Fatalf("a click on this computer gives the focus to %d", m.focus)
	}
	m.Update(tea.MouseClickMsg{X: 5, Y: 5, Button: tea.MouseLeft})
	if m.focus != onList {
		t.Fatalf("a click on the drive gives the focus to %d", m.focus)
	}
	m.Update(tea.MouseMotionMsg{X: 30, Y: 5, Button: tea.MouseLeft})
	if list, _ := m.sides(); list != 50 {
		t.Errorf("the line moved to %d though nobody held it", list)
	}
	m.Update(tea.MouseClickMsg{X: 50, Y: 5, Button: tea.MouseLeft})
	for _, at := range []struct{ x, want int }{{30, 30}, {61, 61}, {0, leastPane}, {99, 100 - divider - leastPane}} {
		m.Update(tea.MouseMotionMsg{X: at.x, Y: 9, Button: tea.MouseLeft})
		if list, local := m.sides(); list != at.want || list+divider+local != 100 {
			t.Errorf("dragged to %d the panes have %d and %d cells, want %d", at.x, list, local, at.want)
		}
	}
	m.Update(tea.MouseReleaseMsg{X: 99, Y: 9, Button: tea.MouseLeft})
	m.Update(tea.MouseMotionMsg{X: 50, Y: 9, Button: tea.MouseLeft})
	if list, _ := m.sides(); list != 100-divider-leastPane {
		t.Errorf("let go, the line moved to %d", list)
	}
}

// One setting leaves the mouse to the terminal.
func TestMouseOff(t *testing.T) {
	m := twoPanes(t, 100)
	if m.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("the mouse does nothing by default")
	}
	off := false
	if err := m.Keeper.Change(func(s *settings) { s.Mouse = &off }); err != nil {
		t.Fatal(err)
	}
	if m.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is not off")
	}
}

// Both panes fill the screen at any size, and the one with the focus is marked
// by more than a colour.
func TestTwoPanesFitEverySize(t *testing.T) {
	m := twoPanes(t, 80)
	for width := leastWidth; width <= 200; width += 7 {
		for height := leastHeight; height <= 60; height += 9 {
			m.Update(tea.WindowSizeMsg{Width: width, Height: height})
			for _, on := range []focus{onList, onLocal} {
				m.setFocus(on)
				view := m.View().Content
				lines := strings.Split(view, "\n")
				if len(lines) != height {
					t.Errorf("%d×%d: %d lines", width, height, len(lines))
				}
				for _, line := range lines {
					if text.Width(line) > width {
						t.Errorf("%d×%d: %d cells in %q", width, height, text.Width(line), ansi.Strip(line))
					}
				}
				pointer := map[focus]string{onList: "→", onLocal: "←"}[on]
				if m.beside() && !strings.Contains(lines[1], pointer) {
					t.Errorf("%d×%d: nothing points from the pane with the focus to the other: %q", width, height, ansi.Strip(lines[1]))
				}
			}
		}
	}
}
