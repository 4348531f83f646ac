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

// Fault is a kind of mistake in a theme file.
type Fault int

// The faults.
const (
	Unreadable    Fault = iota // the file is not TOML; see Err
	UnknownToken               // Name is not a token
	UnknownColour              // the colour of Name is unknown
)

// Problem is an entry that Parse leaves out.
type Problem struct {
	Fault Fault
	Name  string // the token in the file; blank for Unreadable
	Value string // the unknown colour
	Err   error  // of Unreadable
}

// Parse reads a theme file:
//
//	accent = "#5fd7d7"
//	[light]
//	accent = 30
//
// An entry outside of tables applies to all backgrounds. An entry in [dark] or
// [light] has priority on that background. Missing and wrong entries have the
// colours of the theme wangpan. The scheme is nil only if the file is not TOML.
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

// take copies the valid entries of a table into all of into, and returns the others.
func take(table map[string]any, into ...Colours) (problems []Problem) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		value := strings.TrimSpace(fmt.Sprint(table[name]))
		if !slices.Contains(tokens, Token(name)) {
			problems = append(problems, Problem{Fault: UnknownToken, Name: name})
			continue
		}
		if _, ok := parseColour(value); !ok {
			problems = append(problems, Problem{Fault: UnknownColour, Name: name, Value: value})
			continue
		}
		for _, colours := range into {
			colours[Token(name)] = value
		}
	}
	return problems
}

// colourNames are the names of the first colours of the palette, in order.
var colourNames = []string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"}

// Default is the name of the default colour of the terminal.
const Default = "default"

// parseColour reads #rrggbb, #rgb, a number from 0 to 255, a name such as red or
// bright-red, or default. The colour of default is nil.
func parseColour(written string) (c color.Color, ok bool) {
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
