package dialog

import (
	"errors"
	"path"
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
)

// gone is the path that a PathPrompt of these tests answers.
type gone struct{ path string }

// drive is what there is for the prompts of these tests.
var drive = map[string][]Place{
	"/": {{"Photos", true}, {"photo 2.jpg", false}, {"photo 10", true}, {"论文", true}, {"论坛", true}, {".hidden", true}, {hostile, true}},
	"/Photos": {
		{"2025", true}, {"2026", true}, {"a.jpg", false},
	},
}

// pathTyped is a prompt at / with that typed into it.
func pathTyped(typed string) *PathPrompt {
	p, first := NewPathPrompt(PathOptions{
		Title: locale.Say("picker.title"), Label: locale.Say("picker.open"), Base: "/", Limit: 1024, Files: true,
		Recent: []string{"/Photos/2026", "/" + strings.Repeat("很长的名字/", 20) + "x", "/" + hostile},
		Resolve: func(base, typed string) (string, locale.Words) {
			switch {
			case typed == "":
				return "", locale.Say("picker.empty")
			case strings.Contains(typed, "\\"):
				return "", locale.Say("screen.logout.title")
			case strings.HasPrefix(typed, "~"):
				return path.Clean("/" + typed[1:]), nil
			case strings.HasPrefix(typed, "/"):
				return path.Clean(typed), nil
			}
			return path.Join(base, typed), nil
		},
		List: func(asked PlacesAsked) tea.Msg { return asked },
		Answer: func(_ *PathPrompt, path string) tea.Msg {
			return gone{path}
		},
	})
	feed(p, first)
	feed(p, p.SetValue(typed))
	return p
}

// feed answers what a prompt asks, as the root does.
func feed(p *PathPrompt, msg tea.Msg) {
	for asked, ok := msg.(PlacesAsked); ok; asked, ok = msg.(PlacesAsked) {
		places, there := drive[asked.Folder]
		var err error
		if !there {
			err = errors.New("not there")
		}
		msg = p.Update(NewPlacesListed(asked, append([]Place(nil), places...), err)).Answer
	}
}

func TestPathPromptCompletes(t *testing.T) {
	tests := []struct {
		name  string
		typed string
		keys  []string
		want  string // in the field
	}{
		{"as much as all begin with", "ph", []string{"tab"}, "photo"},
		{"one alone, with its slash", "Photos", []string{"tab"}, "Photos/"},
		{"and on into it", "Photos", []string{"tab", "tab", "6", "tab"}, "Photos/2026/"},
		{"nothing more in common: the rows", "Photo", []string{"tab", "tab"}, "photo 10/"},
		{"chinese", "论", []string{"tab"}, "论"},
		{"within the name", "文", []string{"tab"}, "论文/"},
		{"the row under the cursor", "ph", []string{"down", "down", "tab"}, "Photos/"},
		{"a file has no slash", "photo 2", []string{"tab"}, "photo 2.jpg"},
		{"whole paths", "/photos/2025", []string{"tab"}, "/photos/2025"},
		{"home", "~", []string{"down", "down", "tab"}, "~/photo 10/"},
		{"hidden ones by their dot", ".h", []string{"tab"}, ".hidden/"},
		{"recent places", "", []string{"tab", "tab"}, "/Photos/2026/"},
		{"nothing there", "/nowhere/x", []string{"tab"}, "/nowhere/x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := pathTyped(tt.typed)
			for _, k := range tt.keys {
				feed(p, press(p, k).Answer)
			}
			if got := p.field.Value(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPathPromptAnswers(t *testing.T) {
	tests := []struct {
		name  string
		typed string
		keys  []string
		want  Outcome
	}{
		{"what was typed", "Photos/", []string{"enter"}, Outcome{Answer: gone{"/Photos"}}},
		{"above", "Photos/..", []string{"enter"}, Outcome{Answer: gone{"/"}}},
		{"the root", "/", []string{"enter"}, Outcome{Answer: gone{"/"}}},
		{"the row under the cursor", "Photos/2", []string{"down", "down", "enter"}, Outcome{Answer: gone{"/Photos/2026"}}},
		{"back up to the field", "Photos/2", []string{"down", "up", "enter"}, Outcome{Answer: gone{"/Photos/2"}}},
		{"a recent place", "", []string{"down", "enter"}, Outcome{Answer: gone{"/Photos/2026"}}},
		{"nothing", "", []string{"enter"}, Outcome{}},
		{"no path", "a\\b", []string{"enter"}, Outcome{}},
		{"only once", "Photos", []string{"enter", "enter"}, Outcome{}},
		{"away", "Photos", []string{"esc"}, Outcome{Close: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := pathTyped(tt.typed)
			if got := presses(p, tt.keys...); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%v gives %+v, want %+v", tt.keys, got, tt.want)
			}
		})
	}
}

// What is refused is said beside the field, and can be mended there.
func TestPathPromptRefuses(t *testing.T) {
	p := pathTyped("Photos/2")
	press(p, "enter")
	p.Refuse(locale.Quote("there is no such place"))
	if view, _ := p.View(look("en"), 80, 24); !strings.Contains(ansi.Strip(view), "there is no such place") {
		t.Errorf("it does not say so:\n%s", ansi.Strip(view))
	}
	feed(p, press(p, "0").Answer)
	if got := presses(p, "down", "enter"); got.Answer != (gone{"/Photos/2025"}) {
		t.Errorf("it answers %+v", got)
	}
}

// A listing of another prompt, or of none, changes nothing.
func TestPathPromptDropsWhatIsNotIts(t *testing.T) {
	p, q := pathTyped("ph"), pathTyped("ph")
	rows := len(p.rows)
	p.Update(NewPlacesListed(PlacesAsked{q, 1, "/"}, nil, nil))
	p.Update(NewPlacesListed(PlacesAsked{p, p.request + 1, "/"}, nil, nil))
	if len(p.rows) != rows {
		t.Errorf("%d rows of %d are left", len(p.rows), rows)
	}
}

// Tab counts when it comes before the names, as it does on a slow line, unless
// something else was typed meanwhile.
func TestPathPromptCompletesLate(t *testing.T) {
	for _, typed := range []string{"", "x"} {
		p := pathTyped("")
		first := p.SetValue("Photos/202")
		press(p, "down") // there is nothing yet
		press(p, "tab")
		press(p, "backspace")
		press(p, "tab")
		if typed != "" {
			press(p, typed)
		}
		feed(p, first)
		if got, want := p.field.Value(), map[string]string{"": "Photos/202", "x": "Photos/20x"}[typed]; got != want {
			t.Errorf("after %q the field holds %q, want %q", typed, got, want)
		}
		feed(p, press(p, "tab").Answer)
	}
	p := pathTyped("")
	first := p.SetValue("/Photos/a")
	press(p, "tab")
	feed(p, first)
	if got := p.field.Value(); got != "/Photos/a.jpg" {
		t.Errorf("the field holds %q", got)
	}
}

func TestPathPromptClicks(t *testing.T) {
	s := NewStack(look("en"))
	p := pathTyped("Photos/")
	s.Push(p)
	click(t, s, "2026")
	if got := p.field.Value(); got != "Photos/2026/" {
		t.Errorf("the field holds %q", got)
	}
}
