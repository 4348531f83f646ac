package dialog

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/wire"
)

// hits are so many that a search found.
func hits(n int) []wire.Found {
	found := make([]wire.Found, n)
	for i := range found {
		path := wire.Path(fmt.Sprintf("/照片/2026/%simg%d.jpg", strings.Repeat("很长的名字/", i%7), i))
		found[i] = wire.Found{Path: path, Entry: wire.Entry{Name: path.Base(), Size: int64(i * i * 1000), ModTime: noon, IsDir: i%5 == 4}}
	}
	return found
}

// searched is a search for a text that has found hits.
func searched(text string, hits []wire.Found, running bool) *Search {
	s := NewSearch(func(answer any) tea.Msg { return answer })
	s.Update(tea.PasteMsg{Content: text})
	s.Found(s.serial, hits, running)
	return s
}

func TestSearchAnswers(t *testing.T) {
	found := hits(3)
	tests := []struct {
		name string
		keys []string
		want Outcome
	}{
		{"a letter is another search", []string{"x"}, Outcome{Answer: SearchTyped{2, "imgx"}}},
		{"blanks around are none", []string{"space"}, Outcome{Answer: SearchTyped{2, "img"}}},
		{"Enter goes to the first", []string{"enter"}, Outcome{Answer: SearchChosen{SearchGo, found[:1]}}},
		{"or to the one below", []string{"tab", "j", "enter"}, Outcome{Answer: SearchChosen{SearchGo, found[1:2]}}},
		{"d downloads it", []string{"down", "d"}, Outcome{Answer: SearchChosen{SearchDownload, found[:1]}}},
		{"or what is marked", []string{"down", "space", "space", "d"}, Outcome{Answer: SearchChosen{SearchDownload, found[:2]}}},
		{"y copies", []string{"tab", "G", "y"}, Outcome{Answer: SearchChosen{SearchCopy, found[2:]}}},
		{"going is to one place", []string{"tab", "space", "enter"}, Outcome{Answer: SearchChosen{SearchGo, found[1:2]}}},
		{"back to the field", []string{"tab", "up", "d"}, Outcome{Answer: SearchTyped{2, "imgd"}}},
		{"nothing left", []string{"backspace", "backspace", "backspace"}, Outcome{Answer: SearchTyped{4, ""}}},
		{"away", []string{"esc"}, Outcome{Close: true, Answer: SearchClosed{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := presses(searched("img", found, false), tt.keys...); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%v gives %+v, want %+v", tt.keys, got, tt.want)
			}
		})
	}
}

// What was found for a text stays until there is something for the next, and is
// never taken for that.
func TestSearchKeepsToItsText(t *testing.T) {
	s := searched("im", hits(3), true)
	press(s, "g")
	if s.Found(1, hits(9), true) || len(s.hits) != 3 {
		t.Errorf("%d hits after some for the text before", len(s.hits))
	}
	if !s.Found(2, hits(1), true) || len(s.hits) != 1 {
		t.Errorf("%d hits after one for this text", len(s.hits))
	}
	s.Failed(1, locale.Say("screen.logout.title"), false)
	if s.Failed(2, locale.Say("search.lost"), true); !s.running || s.wrong == nil {
		t.Error("a search that is tried again is over")
	}
	if s.Found(2, hits(2), false) || len(s.hits) != 3 || s.wrong != nil {
		t.Errorf("%d hits at the end, wrong %v", len(s.hits), s.wrong != nil)
	}
}

// A search that finds everything ends, and says so.
func TestSearchEndsAtItsLimit(t *testing.T) {
	s := searched("i", nil, true)
	for s.Found(1, hits(256), true) {
		continue
	}
	view, _ := s.View(look("en"), 80, 24)
	if len(s.hits) != maxHits || !strings.Contains(ansi.Strip(view), "more than 10,000") {
		t.Errorf("%d hits:\n%s", len(s.hits), ansi.Strip(view))
	}
}
