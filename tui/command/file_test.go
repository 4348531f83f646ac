package command

import (
	"maps"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
)

func TestParseKey(t *testing.T) {
	tests := []struct {
		name    string
		written string
		want    string
		ok      bool
	}{
		{"letter", "r", "r", true},
		{"capital", "G", "G", true},
		{"shift and letter", "Shift+g", "G", true},
		{"function key", "F2", "f2", true},
		{"no function key", "F99", "", false},
		{"the letter f", "f", "f", true},
		{"control", "Ctrl+R", "ctrl+r", true},
		{"order of modifiers", "shift+alt+ctrl+Left", "ctrl+alt+shift+left", true},
		{"synonyms", "control+PageDown", "ctrl+pgdown", true},
		{"return", "Return", "enter", true},
		{"space", " Space ", "space", true},
		{"plus", "+", "+", true},
		{"control and plus", "ctrl++", "ctrl++", true},
		{"slash", "/", "/", true},
		{"of another script", "é", "é", true},
		{"shift and sign", "shift+1", "", false},
		{"shift and tab", "shift+tab", "shift+tab", true},
		{"word", "banana", "", false},
		{"unknown modifier", "moon+a", "", false},
		{"empty", "", "", false},
		{"control character", "\x1b", "", false},
		{"modifier alone", "ctrl+", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := parseKey(tt.written); got != tt.want || ok != tt.ok {
				t.Errorf("parseKey(%q) = %q, %v, want %q, %v", tt.written, got, ok, tt.want, tt.ok)
			}
		})
	}
}

// TestParseAsTheLibrary holds the names against those of real key presses.
func TestParseKeyAsTheLibrary(t *testing.T) {
	for written, press := range map[string]tea.KeyPressMsg{
		"PgDn": {Code: tea.KeyPgDown}, "Del": {Code: tea.KeyDelete}, "Escape": {Code: tea.KeyEscape}, "Space": {Code: ' ', Text: " "},
		"Ctrl+Alt+X": {Code: 'x', Mod: tea.ModCtrl | tea.ModAlt}, "F12": {Code: tea.KeyF12}, "?": {Code: '/', ShiftedCode: '?', Text: "?", Mod: tea.ModShift},
		"shift+up": {Code: tea.KeyUp, Mod: tea.ModShift}, "alt+[": {Code: '[', Mod: tea.ModAlt},
	} {
		if got, _ := parseKey(written); got != press.String() {
			t.Errorf("parseKey(%q) = %q, but the key is %q", written, got, press.String())
		}
	}
}

func registry() *Registry {
	return NewRegistry([]Command{
		{Name: "drive.rename", Help: "act.rename.key", Keys: []string{"r"}, In: List},
		{Name: "drive.delete", Help: "act.remove.key", Keys: []string{"x", "delete"}, In: List},
		{Name: "drive.quit", Help: "screen.keys.quit", Keys: []string{"q"}, In: Panes, Needed: true},
		{Name: "drive.copy", Help: "act.copy.key", Keys: []string{"c"}, In: List},
		{Name: "drive.across", Help: "panes.keys.across", Keys: []string{"c"}, In: List}, // shared by default
		{Name: "transfers.retry", Help: "queue.keys.retry", Keys: []string{"r"}, In: Transfers},
		{Name: "dialog.close", Help: "keys.close", Keys: []string{"esc"}, In: Question | Prompt, Needed: true},
		{Name: "rows.down", Help: "keys.down", Keys: []string{"down", "j"}, In: Rows},
		{Name: "field.start", Help: "field.start", Keys: []string{"ctrl+a"}, In: Typing},
		{Name: "everywhere.language", Help: "screen.keys.language", Keys: []string{"f2"}, In: Everywhere},
		{Name: "mv", Help: "typed.mv", In: Panes, Usage: "mv FROM TO", Args: []Argument{RemotePath, LocalPath}, Least: 2},
	})
}

func TestLoad(t *testing.T) {
	tests := []struct {
		name   string
		file   string
		want   map[Name]string // the keys that differ from the default ones
		faults []Fault
	}{
		{"nothing", "", nil, nil},
		{"one key and several", "[drive]\nrename = \"F6\"\ndelete = [\"D\", \"d\", \"D\"]", map[Name]string{"drive.rename": "f6", "drive.delete": "D d"}, nil},
		{"in different places", "[drive]\nrename = \"p\"\n[transfers]\nretry = \"p\"", map[Name]string{"drive.rename": "p", "transfers.retry": "p"}, nil},
		{"in a pane and a dialog", "[drive]\nrename = \"esc\"\n[dialog]\nclose = \"f9\"", map[Name]string{"drive.rename": "esc", "dialog.close": "f9"}, nil},
		{"swapped", "[drive]\nrename = \"x\"\ndelete = \"r\"", map[Name]string{"drive.rename": "x", "drive.delete": "r"}, nil},
		{"taken by a default", "[drive]\nrename = \"x\"", nil, []Fault{Taken}},
		{"taken by one another", "[drive]\nrename = \"d\"\ndelete = \"d\"", nil, []Fault{Taken, Taken}},
		{"taken by what works everywhere", "[transfers]\nretry = \"F2\"", nil, []Fault{Taken}},
		{"taken by a text field", "[dialog]\nclose = \"ctrl+a\"", nil, []Fault{Taken}},
		{"a text field takes a key of a dialog", "[field]\nstart = \"esc\"", nil, []Fault{Taken}},
		{"taken by what falls back", "[drive]\nrename = \"moon\"\ndelete = \"r\"", nil, []Fault{UnknownKey, Taken}},
		{"shared by default", "[drive]\ncopy = [\"c\", \"y\"]", map[Name]string{"drive.copy": "c y"}, nil},
		{"no key", "[drive]\nrename = []", map[Name]string{"drive.rename": ""}, nil},
		{"no way out", "[drive]\nquit = []", nil, []Fault{Lost}},
		{"a letter everywhere", "[everywhere]\nlanguage = \"l\"", nil, []Fault{Typed}},
		{"a letter in a text field", "[field]\nstart = \"l\"", nil, []Fault{Typed}},
		{"the letter of a button", "[rows]\ndown = [\"j\", \"l\"]", nil, []Fault{Letter}},
		{"a default letter among buttons", "[rows]\ndown = \"j\"", map[Name]string{"rows.down": "j"}, nil},
		{"unknown command", "[drive]\nfly = \"f\"", nil, []Fault{UnknownCommand}},
		{"a word is no command with keys", "mv = \"f\"", nil, []Fault{UnknownSection}},
		{"unknown table", "[moon]\nfly = \"f\"", nil, []Fault{UnknownSection}},
		{"no table", "rename = \"f\"", nil, []Fault{UnknownSection}},
		{"a number", "[drive]\nrename = 5\ndelete = [\"d\", 5]", nil, []Fault{NoKeys, NoKeys}},
		{"no TOML", "[drive\nrename", nil, []Fault{Unreadable}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, before := registry(), registry()
			var faults []Fault
			problems := r.Load([]byte(tt.file))
			for _, p := range problems {
				faults = append(faults, p.Fault)
			}
			got := make(map[Name]string)
			for _, c := range r.All() {
				if !slices.Equal(c.Keys, before.Get(c.Name).Keys) {
					got[c.Name] = strings.Join(c.Keys, " ")
				}
			}
			if !maps.Equal(got, tt.want) || !slices.Equal(faults, tt.faults) {
				t.Errorf("chosen %v, problems %+v, want %v, %v", got, problems, tt.want, tt.faults)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("[drive]\nrename = [\"F6\", \"x\"]\ndelete = \"r\"")
	f.Add("[drive]\nquit = []")
	f.Add("[dialog]\nclose = \"ctrl+a\"\n[field]\nstart = \"esc\"")
	f.Fuzz(func(t *testing.T, file string) {
		r, before := registry(), registry()
		r.Load([]byte(file))
		for i, a := range r.All() {
			if a.Needed && len(a.Keys) == 0 {
				t.Errorf("%s has no key", a.Name)
			}
			for _, b := range r.All()[i+1:] {
				for _, key := range a.Keys {
					byDefault := slices.Contains(before.Get(a.Name).Keys, key) && slices.Contains(before.Get(b.Name).Keys, key)
					if slices.Contains(b.Keys, key) && a.meets(b, key) && !byDefault {
						t.Errorf("%s and %s share %q", a.Name, b.Name, key)
					}
				}
			}
		}
	})
}

// TestWrittenFileIsRead loads the file that Write writes: nothing changes.
func TestWrittenFileIsRead(t *testing.T) {
	r := registry()
	var file strings.Builder
	if err := r.Write(&file, locale.New(locale.English)); err != nil {
		t.Fatal(err)
	}
	if problems := r.Load([]byte(file.String())); len(problems) > 0 {
		t.Errorf("problems %v in\n%s", problems, file.String())
	}
	for _, c := range registry().All() {
		if got := r.Get(c.Name); !slices.Equal(got.Keys, c.Keys) {
			t.Errorf("%s has the keys %q, want %q", c.Name, got.Keys, c.Keys)
		}
	}
	if strings.Contains(file.String(), "mv") {
		t.Errorf("a word without keys is in\n%s", file.String())
	}
}
