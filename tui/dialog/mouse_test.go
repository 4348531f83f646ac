package dialog

import (
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/transfer"
)

// click clicks on the first place on the screen where a text stands.
func click(t *testing.T, s *Stack, on string) tea.Msg {
	t.Helper()
	view, _ := s.Over("", 80, 24)
	for y, line := range strings.Split(ansi.Strip(view), "\n") {
		if before, _, ok := strings.Cut(line, on); ok {
			answer, _ := s.Update(tea.MouseClickMsg{X: ansi.StringWidth(before), Y: y, Button: tea.MouseLeft})
			return answer
		}
	}
	t.Fatalf("no %q on\n%s", on, ansi.Strip(view))
	return nil
}

func TestClicks(t *testing.T) {
	many := different()
	many.Transfer = 7
	tests := []struct {
		name   string
		dialog func() Dialog
		on     []string
		want   tea.Msg
	}{
		{"a button", func() Dialog { return NewExists(part()) }, []string{"保留两者"}, Chosen{7, transfer.AnswerKeepBoth, false}},
		{"the switch, then a button", func() Dialog { return NewExists(part()) }, []string{"[ ]", "跳过"}, Chosen{7, transfer.AnswerSkip, true}},
		{"what is greyed", func() Dialog { return NewExists(many) }, []string{"续传"}, nil},
		{"beside the buttons", func() Dialog { return yesNo("yes") }, []string{"?"}, nil},
		{"yes", func() Dialog { return yesNo("yes") }, []string{"是，"}, "yes"},
		{"a row once", func() Dialog { return picker() }, []string{"img2.jpg"}, nil},
		{"a row twice", func() Dialog { return picker() }, []string{"img2.jpg", "img2.jpg"}, Picked{[]Pick{{Path: filepath.FromSlash("/data/ann/照片/2026/img2.jpg")}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewStack(look("zh"))
			s.Push(tt.dialog())
			var got tea.Msg
			for _, on := range tt.on {
				got = click(t, s, on)
			}
			if picked, ok := got.(Picked); ok {
				if want, ok := tt.want.(Picked); !ok || picked.Picks[0] != want.Picks[0] {
					t.Errorf("got %v, want %v", got, tt.want)
				}
				return
			}
			if got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWheel(t *testing.T) {
	p := picker()
	p.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if p.list.Cursor != 3 {
		t.Errorf("down: the cursor is on row %d", p.list.Cursor)
	}
	p.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	p.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	if p.list.Cursor != 0 {
		t.Errorf("up: the cursor is on row %d", p.list.Cursor)
	}
}

func TestGracePeriodIgnoresClicks(t *testing.T) {
	s := NewStack(look("zh"))
	s.PushUnasked(yesNo("yes"))
	if got := click(t, s, "是，"); got != nil || s.Len() != 1 {
		t.Errorf("a click on a dialog that just opened answers %v", got)
	}
}
