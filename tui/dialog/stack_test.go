package dialog

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"go.uber.org/goleak"
	"wangpan/tui/locale"
	"wangpan/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func yesNo(answer tea.Msg) *Question {
	return NewConfirm(locale.Say("screen.logout.title"), []locale.Words{locale.Quote("?")}, NewButton("y", "trust.yes", answer))
}

func TestStackAnswersFromTheTop(t *testing.T) {
	s := NewStack(look("en"))
	if answer, cmd := s.Update(keyPress("y")); answer != nil || cmd != nil || s.Pop() != nil {
		t.Fatalf("an empty stack answers %v, %v", answer, cmd)
	}
	s.Push(yesNo("below"))
	s.Push(yesNo("above"))
	if answer, _ := s.Update(keyPress("enter")); answer != "above" || s.Len() != 1 {
		t.Fatalf("answer %v, %d left", answer, s.Len())
	}
	if answer, _ := s.Update(keyPress("esc")); answer != nil || s.Len() != 0 {
		t.Fatalf("Esc: answer %v, %d left", answer, s.Len())
	}
}

func TestGracePeriod(t *testing.T) {
	s := NewStack(look("en"))
	if s.PushUnasked(yesNo("yes")) == nil {
		t.Fatal("no timer that would end the grace period")
	}
	first := graceEndMsg{s.graces}
	lit := func() bool {
		view, _ := s.Over("", 80, 24)
		return strings.Contains(ansi.Strip(view), "▌Y ")
	}
	if lit() {
		t.Error("a button is lit that cannot be pressed")
	}
	for _, name := range []string{"y", "enter", "esc"} {
		if answer, cmd := s.Update(keyPress(name)); answer != nil || s.Len() != 1 || cmd == nil {
			t.Fatalf("%q typed too early: answer %v, %d open, timer %v", name, answer, s.Len(), cmd)
		}
	}
	s.Update(first) // overtaken: somebody typed since
	if answer, _ := s.Update(keyPress("y")); answer != nil {
		t.Fatalf("an overtaken timer let %v through", answer)
	}
	s.Update(graceEndMsg{s.graces})
	if !lit() {
		t.Error("nothing shows that it can be answered now")
	}
	if answer, _ := s.Update(keyPress("y")); answer != "yes" {
		t.Fatalf("after the pause: answer %v", answer)
	}
}

func TestGracePeriodEndsWhileKeysArrive(t *testing.T) {
	s := NewStack(look("en"))
	s.PushUnasked(yesNo("yes"))
	atLast := maxGraceMsg{s.graces}
	for range 20 {
		if answer, _ := s.Update(keyPress("y")); answer != nil {
			t.Fatalf("typed too early: answer %v", answer)
		}
	}
	s.Update(atLast)
	if answer, _ := s.Update(keyPress("y")); answer != "yes" {
		t.Fatalf("in the end: answer %v", answer)
	}
}

func TestGracePeriodIsOfOneDialog(t *testing.T) {
	s := NewStack(look("en"))
	s.Push(rename("a"))
	s.PushUnasked(yesNo("yes"))
	s.Update(graceEndMsg{s.graces})
	s.Update(keyPress("y"))
	if answer, _ := s.Update(keyPress("enter")); answer != "renamed a" {
		t.Fatalf("the prompt below answers %v", answer)
	}
}

func TestStackHandsListingsToAll(t *testing.T) {
	s := NewStack(look("en"))
	p, _ := NewPicker("/")
	s.Push(p)
	s.Push(yesNo("yes"))
	s.Update(NewFolderListed(p.request, []wire.Entry{{Name: "a"}}, nil))
	if p.loading {
		t.Fatal("the picker below missed its listing")
	}
}

func TestOver(t *testing.T) {
	s := NewStack(look("zh"))
	behind := "列表\n" + ansi.Style{}.Bold().Styled("行")
	if view, cursor := s.Over(behind, 60, 20); view != behind || cursor != nil {
		t.Fatalf("nothing open, and drawn %q", view)
	}
	s.Push(rename("论文"))
	view, cursor := s.Over(behind, 60, 20)
	if h := len(strings.Split(view, "\n")); h != 20 {
		t.Fatalf("%d lines", h)
	}
	if cursor == nil {
		t.Fatal("no cursor")
	}
	line := ansi.Strip(strings.Split(view, "\n")[cursor.Y])
	if left := ansi.Truncate(line, cursor.X, ""); ansi.StringWidth(left) != cursor.X || !strings.HasSuffix(left, "论文") {
		t.Fatalf("the cursor stands behind %q", left)
	}
}
