package dialog

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
)

// sampleList returns a list of so many rows, with a button of each kind.
func sampleList(n int) *List {
	drop := erase
	drop.Answer = "drop"
	l := NewList(locale.Say("staged.title"), locale.Say("staged.none"),
		ListButton{Button: NewButton("r", "unfinished.resume", "resume")},
		ListButton{Button: drop},
		ListButton{Button: NewButton("a", "unfinished.resume_all", "resume"), All: true},
		ListButton{Button: NewButton("l", "unfinished.later", nil), Close: true},
	)
	var rows []Row
	for i := range n {
		rows = append(rows, Row{
			Item: i, Name: fmt.Sprintf("%d %s", i, strings.Repeat("很长的名字", i)) + hostile,
			Facts: []locale.Words{locale.Quote(fmt.Sprintf("%d MB", i*i)), locale.Quote("stopped 3 h ago"), locale.Quote("until 2026-11-29")},
			Note:  locale.Quote(strings.Repeat("/somewhere", i) + "/else"),
		})
	}
	l.SetRows(rows)
	l.SetNote(locale.Say("staged.more"))
	return l
}

func TestListAnswers(t *testing.T) {
	tests := []struct {
		name string
		rows int
		keys []string
		want Outcome
	}{
		{"the first by Enter", 3, []string{"enter"}, Outcome{Answer: ListChosen{Do: "resume", Item: 0}}},
		{"another by its letter", 3, []string{"down", "down", "d"}, Outcome{Answer: ListChosen{Do: "drop", Item: 2}}},
		{"the last", 9, []string{"end", "j", "k", "r"}, Outcome{Answer: ListChosen{Do: "resume", Item: 7}}},
		{"by the focus", 3, []string{"tab", "enter"}, Outcome{Answer: ListChosen{Do: "drop", Item: 0}}},
		{"all", 3, []string{"down", "a"}, Outcome{Answer: ListChosen{Do: "resume"}}},
		{"all of one is none", 1, []string{"a"}, Outcome{}},
		{"nothing to do with nothing", 0, []string{"d"}, Outcome{}},
		{"nothing but to close", 0, []string{"enter"}, Outcome{Close: true}},
		{"close by its letter", 3, []string{"l"}, Outcome{Close: true}},
		{"close by Esc", 3, []string{"esc"}, Outcome{Close: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := presses(sampleList(tt.rows), tt.keys...)
			if chosen, ok := got.Answer.(ListChosen); ok {
				chosen.List = nil
				got.Answer = chosen
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%v gives %+v, want %+v", tt.keys, got, tt.want)
			}
		})
	}
}

// Digits do what Enter does, on a row of the first nine.
func TestListNumbers(t *testing.T) {
	l := sampleList(4)
	if got := press(l, "3"); got != (Outcome{}) {
		t.Errorf("without numbers 3 gives %+v", got)
	}
	l.Number()
	if got, ok := press(l, "3").Answer.(ListChosen); !ok || got.Item != 2 || got.Do != "resume" {
		t.Errorf("3 gives %+v", got)
	}
	if got := press(l, "5"); got != (Outcome{}) {
		t.Errorf("5 of 4 gives %+v", got)
	}
}

// The cursor stays on its row when others go, and always in view.
func TestListFollowsItsRow(t *testing.T) {
	l := sampleList(9)
	for range 5 {
		press(l, "down")
	}
	l.SetRows(l.rows[3:])
	view, _ := l.View(look("en"), 40, 12)
	if !strings.Contains(ansi.Strip(view), "▌5 ") {
		t.Errorf("the cursor is elsewhere:\n%s", ansi.Strip(view))
	}
	for i := 5; i < 9; i++ {
		view, _ = l.View(look("zh"), 40, 12)
		if !strings.Contains(ansi.Strip(view), fmt.Sprintf("▌%d ", i)) {
			t.Errorf("row %d is out of view:\n%s", i, ansi.Strip(view))
		}
		press(l, "down")
	}
	l.SetRows(nil)
	if got := press(l, "r"); got != (Outcome{}) {
		t.Errorf("it does %+v with nothing", got)
	}
}

func TestListClicks(t *testing.T) {
	s := NewStack(look("en"))
	s.Push(sampleList(5))
	if got := click(t, s, "3 很"); got != nil {
		t.Errorf("a click on a row answers %+v", got)
	}
	if got, _ := click(t, s, "R Resume").(ListChosen); got.Do != "resume" || got.Item != 3 {
		t.Errorf("a click on the button answers %+v", got)
	}
}
