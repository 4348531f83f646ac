package theme

import (
	"errors"
	"fmt"
	"image/color"
	"maps"
	"slices"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/pelletier/go-toml/v2"
)

// Fault is what is wrong with an entry of a theme file.
type Fault int

// The faults.
const (
	Unreadable    Fault = iota // the whole file; Err says why
	UnknownToken               // Name is no token
	UnknownColour              // Name has no colour of that name
)

// Problem is an entry that was left out.
type Problem struct {
	Fault Fault
	Name  string
	Value string
	Err   error
}

// Parse reads a theme file:
//
//	accent = "#5fd7d7"
//	[light]
//	accent = 30
//
// What stands in no table counts on any background, what stands in [dark] or
// [light] goes before it there. What the file does not say, or says wrongly, is
// as in the theme wangpan. The scheme is nil only when the file is no TOML.
func Parse(name string, content []byte) (*Scheme, []Problem) {
	var file map[string]any
	if err := toml.Unmarshal(content, &file); err != nil {
		if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, column := wrong.Position()
			err = fmt.Errorf("line %d, column %d: %w", row, column, err)
		}
		return nil, []Problem{{Fault: Unreadable, Err: err}}
	}
	base := schemes[0]
	s := &Scheme{Name: name, Dark: maps.Clone(base.Dark), Light: maps.Clone(base.Light)}
	dark, _ := file["dark"].(map[string]any)
	light, _ := file["light"].(map[string]any)
	both := maps.Clone(file)
	for name := range both {
		if _, table := both[name].(map[string]any); table && (name == "dark" || name == "light") {
			delete(both, name)
		}
	}
	problems := take(both, s.Dark, s.Light)
	problems = append(problems, take(dark, s.Dark)...)
	return s, append(problems, take(light, s.Light)...)
}

// take puts the entries of a table into colours.
func take(table map[string]any, into ...Colours) (problems []Problem) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		value := strings.TrimSpace(fmt.Sprint(table[name]))
		if !slices.Contains(tokens, Token(name)) {
			problems = append(problems, Problem{Fault: UnknownToken, Name: name})
			continue
		}
		if _, ok := ParseColour(value); !ok {
			problems = append(problems, Problem{Fault: UnknownColour, Name: name, Value: value})
			continue
		}
		for _, colours := range into {
			colours[Token(name)] = value
		}
	}
	return problems
}

// colourNames are the sixteen that follow the person's palette, in their order.
var colourNames = []string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"}

// Default is the colour that is the terminal's own.
const Default = "default"

// ParseColour reads #rrggbb, #rgb, a number from 0 to 255, a name such as red or
// bright-red, or default, which is nil.
func ParseColour(written string) (c color.Color, ok bool) {
	written = strings.ToLower(written)
	if written == Default {
		return nil, true
	}
	if hex, is := strings.CutPrefix(written, "#"); is {
		_, err := strconv.ParseUint(hex, 16, 32)
		if err != nil || len(hex) != 6 && len(hex) != 3 {
			return nil, false
		}
		return lipgloss.Color(written), true
	}
	if n, err := strconv.Atoi(written); err == nil {
		if n < 0 || n > 255 {
			return nil, false
		}
		return lipgloss.Color(strconv.Itoa(n)), true
	}
	name, bright := strings.CutPrefix(written, "bright-")
	at := slices.Index(colourNames, name)
	if at < 0 {
		return nil, false
	}
	if bright {
		at += len(colourNames)
	}
	return ansi.BasicColor(at), true
}
