package keymap

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestParse(t *testing.T) {
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
			if got, ok := Parse(tt.written); got != tt.want || ok != tt.ok {
				t.Errorf("Parse(%q) = %q, %v, want %q, %v", tt.written, got, ok, tt.want, tt.ok)
			}
		})
	}
}

// TestParseAsTheLibrary holds the names against those of real key presses.
func TestParseAsTheLibrary(t *testing.T) {
	for written, press := range map[string]tea.KeyPressMsg{
		"PgDn": {Code: tea.KeyPgDown}, "Del": {Code: tea.KeyDelete}, "Escape": {Code: tea.KeyEscape}, "Space": {Code: ' ', Text: " "},
		"Ctrl+Alt+X": {Code: 'x', Mod: tea.ModCtrl | tea.ModAlt}, "F12": {Code: tea.KeyF12}, "?": {Code: '/', ShiftedCode: '?', Text: "?", Mod: tea.ModShift},
		"shift+up": {Code: tea.KeyUp, Mod: tea.ModShift}, "alt+[": {Code: '[', Mod: tea.ModAlt},
	} {
		if got, _ := Parse(written); got != press.String() {
			t.Errorf("Parse(%q) = %q, but the key is %q", written, got, press.String())
		}
	}
}

const (
	list      Place = 1
	transfers Place = 2
)

func commands() []Command {
	return []Command{
		{Name: Name{"drive", "rename"}, Keys: []string{"r"}, In: list},
		{Name: Name{"drive", "delete"}, Keys: []string{"x", "delete"}, In: list},
		{Name: Name{"drive", "quit"}, Keys: []string{"q"}, In: list | transfers, Needed: true},
		{Name: Name{"drive", "copy"}, Keys: []string{"c"}, In: list},
		{Name: Name{"drive", "across"}, Keys: []string{"c"}, In: list}, // one of the two means something at a time
		{Name: Name{"transfers", "retry"}, Keys: []string{"r"}, In: transfers},
		{Name: Name{"everywhere", "language"}, Keys: []string{"f2"}, In: Everywhere},
	}
}

func TestRead(t *testing.T) {
	tests := []struct {
		name   string
		file   string
		want   map[string]string // what is chosen, by name
		faults []Fault
	}{
		{"nothing", "", nil, nil},
		{"one key and several", "[drive]\nrename = \"F6\"\ndelete = [\"D\", \"d\", \"D\"]", map[string]string{"drive.rename": "f6", "drive.delete": "D d"}, nil},
		{"in different places", "[drive]\nrename = \"p\"\n[transfers]\nretry = \"p\"", map[string]string{"drive.rename": "p", "transfers.retry": "p"}, nil},
		{"swapped", "[drive]\nrename = \"x\"\ndelete = \"r\"", map[string]string{"drive.rename": "x", "drive.delete": "r"}, nil},
		{"taken by a default", "[drive]\nrename = \"x\"", nil, []Fault{Taken}},
		{"taken by one another", "[drive]\nrename = \"d\"\ndelete = \"d\"", nil, []Fault{Taken, Taken}},
		{"taken by what works everywhere", "[transfers]\nretry = \"F2\"", nil, []Fault{Taken}},
		{"taken by what falls back", "[drive]\nrename = \"moon\"\ndelete = \"r\"", nil, []Fault{UnknownKey, Taken}},
		{"shared by default", "[drive]\ncopy = [\"c\", \"y\"]", map[string]string{"drive.copy": "c y"}, nil},
		{"no key", "[drive]\nrename = []", map[string]string{"drive.rename": ""}, nil},
		{"no way out", "[drive]\nquit = []", nil, []Fault{Lost}},
		{"a letter everywhere", "[everywhere]\nlanguage = \"l\"", nil, []Fault{Typed}},
		{"unknown command", "[drive]\nfly = \"f\"", nil, []Fault{UnknownCommand}},
		{"unknown table", "[moon]\nfly = \"f\"", nil, []Fault{UnknownSection}},
		{"no table", "rename = \"f\"", nil, []Fault{UnknownSection}},
		{"a number", "[drive]\nrename = 5\ndelete = [\"d\", 5]", nil, []Fault{NoKeys, NoKeys}},
		{"no TOML", "[drive\nrename", nil, []Fault{Unreadable}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			chosen, problems := Read([]byte(tt.file), commands())
			got := make(map[string]string)
			for name, keys := range chosen {
				got[name.String()] = strings.Join(keys, " ")
			}
			var faults []Fault
			for _, p := range problems {
				faults = append(faults, p.Fault)
			}
			if !maps.Equal(got, tt.want) || !slices.Equal(faults, tt.faults) {
				t.Errorf("chosen %v, problems %+v, want %v, %v", got, problems, tt.want, tt.faults)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("[drive]\nrename = [\"F6\", \"x\"]\ndelete = \"r\"")
	f.Add("[drive]\nquit = []")
	f.Fuzz(func(t *testing.T, file string) {
		chosen, _ := Read([]byte(file), commands())
		for _, a := range commands() {
			if a.Needed && len(a.now(chosen)) == 0 {
				t.Errorf("%s has no key", a.Name)
			}
			for _, b := range commands() {
				if key, shared := sharedKey(chosen, a, b); shared && a.Name != b.Name {
					t.Errorf("%s and %s share %q", a.Name, b.Name, key)
				}
			}
		}
	})
}

// TestWriteIsRead reads what was written: the file to begin from is right.
func TestWriteIsRead(t *testing.T) {
	var lines []Line
	want := make(map[Name][]string)
	for _, c := range commands() {
		lines = append(lines, Line{c, "does # \"things\""})
		want[c.Name] = c.Keys
	}
	var file strings.Builder
	if err := Write(&file, lines); err != nil {
		t.Fatal(err)
	}
	chosen, problems := Read([]byte(file.String()), commands())
	if len(problems) > 0 || !reflect.DeepEqual(chosen, want) {
		t.Errorf("read %v, %v of\n%s", chosen, problems, file.String())
	}
}
