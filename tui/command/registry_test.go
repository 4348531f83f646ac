package command

import (
	"fmt"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
)

func press(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Text: string(r)} }

func TestFind(t *testing.T) {
	r := registry()
	tests := []struct {
		name  string
		in    Place
		press tea.KeyPressMsg
		want  Name
	}{
		{"in a pane", List, press('r'), "drive.rename"},
		{"the same key in another pane", Transfers, press('r'), "transfers.retry"},
		{"in no command's place", Local, press('r'), ""},
		{"the first of two by default", List, press('c'), "drive.copy"},
		{"in a dialog", Question, tea.KeyPressMsg{Code: tea.KeyEscape}, "dialog.close"},
		{"everywhere", HelpFilter, tea.KeyPressMsg{Code: tea.KeyF2}, "everywhere.language"},
		{"in a text field", Prompt, tea.KeyPressMsg{Code: 'a', Mod: tea.ModCtrl}, "field.start"},
		{"a character in a text field", Prompt, press('q'), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := r.Press(tt.in, tt.press); got.Name != tt.want || got.Code != tt.press.Code {
				t.Errorf("got %q, want %q", got.Name, tt.want)
			}
		})
	}
}

// TestCharacterInTypingPlace has a command in panes and text fields: its letter
// works in panes only.
func TestCharacterInTypingPlace(t *testing.T) {
	r := NewRegistry([]Command{{Name: "drive.help", Keys: []string{"?", "f1"}, In: Panes | Prompt}})
	for _, tt := range []struct {
		in    Place
		press tea.KeyPressMsg
		want  Name
	}{
		{List, press('?'), "drive.help"},
		{Prompt, press('?'), ""},
		{Prompt, tea.KeyPressMsg{Code: tea.KeyF1}, "drive.help"},
	} {
		if got := r.Press(tt.in, tt.press).Name; got != tt.want {
			t.Errorf("%s in place %d is %q, want %q", tt.press, tt.in, got, tt.want)
		}
	}
}

func TestUnable(t *testing.T) {
	l := locale.New(locale.English)
	able := false
	c := &Command{In: List | Local, Able: func() bool { return able }}
	for _, tt := range []struct {
		name string
		in   Place
		able bool
		want string
	}{
		{"able", List, true, ""},
		{"not now", Local, false, l.T("palette.not_now")},
		{"elsewhere", Transfers, true, l.T("palette.only_list")},
	} {
		able = tt.able
		got := ""
		if why := c.Unable(tt.in); why != nil {
			got = why(l)
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestLabel(t *testing.T) {
	r := NewRegistry([]Command{
		{Name: "list.up", Keys: []string{"up", "k"}, Label: "k/up", In: Folders},
		{Name: "list.filter", Keys: []string{"/"}, In: Folders},
		{Name: "drive.theme", In: Panes},
		{Name: "drive.open", Keys: []string{"o"}, In: List},
	})
	r.Load([]byte("[drive]\nopen = [\"F3\", \"F4\", \"F5\"]"))
	for name, want := range map[Name]string{"list.up": "k/up", "list.filter": "/", "drive.theme": "", "drive.open": "f3/f4"} {
		if got := r.Label(name); got != want {
			t.Errorf("label of %s is %q, want %q", name, got, want)
		}
	}
	if r.Get("drive.theme").Binding().Enabled() {
		t.Error("the binding of a command without keys is enabled")
	}
}

func TestRegisteredTwice(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the second command of a name was accepted")
		}
	}()
	NewRegistry([]Command{{Name: "drive.a"}}, []Command{{Name: "drive.a"}})
}

func TestParse(t *testing.T) {
	r := NewRegistry([]Command{
		{Name: "mv", Usage: "mv FROM TO", Args: []Argument{RemotePath, RemotePath}, Least: 2},
		{Name: "drive.download", Usage: "get PATH", Args: []Argument{RemotePath}},
		{Name: "drive.quit", Other: []string{"q"}},
	})
	tests := []struct {
		line  string
		want  Name
		args  []string
		wrong bool
	}{
		{"mv a b", "mv", []string{"a", "b"}, false},
		{`MV "a b" c d`, "mv", []string{"a b", "c d"}, false},
		{"mv a", "mv", nil, true},
		{"get", "drive.download", nil, false},
		{"get a b", "drive.download", []string{"a b"}, false},
		{"q", "drive.quit", nil, false},
		{"q a", "", nil, false},
		{"nothing", "", nil, false},
		{"", "", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			c, args, wrong := r.Parse(tt.line)
			var got Name
			if c != nil {
				got = c.Name
			}
			if got != tt.want || !slices.Equal(args, tt.args) || (wrong != nil) != tt.wrong || r.IsTyped(tt.line) != (tt.want != "") {
				t.Errorf("got %q, %q, wrong %v", got, args, wrong != nil)
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	commands := make([]Command, 200)
	for i := range commands {
		commands[i] = Command{Name: Name(fmt.Sprintf("drive.%d", i)), Keys: []string{fmt.Sprintf("f%d", i)}, In: List}
	}
	r := NewRegistry(commands)
	key := tea.KeyPressMsg{Code: tea.KeyF12}
	for b.Loop() {
		if r.Find(List, key) == nil {
			b.Fatal("the key has no command")
		}
	}
}
