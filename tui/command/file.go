package command

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// Fault is a kind of mistake in the key file.
type Fault int

// The faults.
const (
	Unreadable     Fault = iota // the file is not valid TOML; Err says why
	UnknownSection              // the table does not exist
	UnknownCommand              // the table has no such command
	NoKeys                      // the value is neither a key nor a list of keys
	UnknownKey                  // Key is not the name of a key
	Taken                       // Key is also a key of Other in the same place
	Lost                        // a command that must have a key has none
	Typed                       // Key enters a character in the text field where the command works
	Letter                      // Key may be the letter of a button in the dialog
)

// Problem is an entry of the key file that was left out.
type Problem struct {
	Fault Fault
	Name  Name // of the command; the table for UnknownSection; blank for Unreadable
	Key   string
	Other Name
	Err   error
}

// Load replaces the keys of the commands that a key file names. It returns the entries
// that it left out; their commands keep their present keys.
func (r *Registry) Load(content []byte) []Problem {
	var file map[string]any
	if err := toml.Unmarshal(content, &file); err != nil {
		return []Problem{{Fault: Unreadable, Err: explained(err)}}
	}
	known := make(map[string]bool)
	for _, c := range r.commands {
		known[c.Name.Section()] = true
	}
	chosen := make(map[Name][]string)
	var problems []Problem
	for _, section := range slices.Sorted(maps.Keys(file)) {
		entries, ok := file[section].(map[string]any)
		if !ok || !known[section] {
			problems = append(problems, Problem{Fault: UnknownSection, Name: Name(section)})
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(entries)) {
			name := Name(section + "." + id)
			c := r.byName[name]
			if c == nil {
				problems = append(problems, Problem{Fault: UnknownCommand, Name: name})
				continue
			}
			keys, problem := c.read(entries[id])
			if problem != nil {
				problems = append(problems, *problem)
				continue
			}
			chosen[name] = keys
		}
	}
	problems = append(problems, r.settle(chosen)...)
	r.use(chosen)
	return problems
}

// explained returns a parse error with its position in the file.
func explained(err error) error {
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, column := wrong.Position()
		return fmt.Errorf("line %d, column %d: %w", row, column, err)
	}
	return err
}

// read returns the keys of an entry.
func (c *Command) read(value any) ([]string, *Problem) {
	written, ok := value.([]any)
	if one, is := value.(string); is {
		written, ok = []any{one}, true
	}
	if !ok {
		return nil, &Problem{Fault: NoKeys, Name: c.Name}
	}
	keys := make([]string, 0, len(written))
	for _, one := range written {
		s, ok := one.(string)
		if !ok {
			return nil, &Problem{Fault: NoKeys, Name: c.Name}
		}
		key, ok := parseKey(s)
		if !ok {
			return nil, &Problem{Fault: UnknownKey, Name: c.Name, Key: s}
		}
		if fault, refused := c.refuses(key); refused {
			return nil, &Problem{Fault: fault, Name: c.Name, Key: key}
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 && c.Needed {
		return nil, &Problem{Fault: Lost, Name: c.Name}
	}
	return keys, nil
}

// refuses reports whether a key cannot be a key of the command, because it enters a
// character or may be the letter of a button. It accepts every default key.
func (c *Command) refuses(key string) (Fault, bool) {
	switch {
	case !Types(key) || slices.Contains(c.Keys, key):
		return 0, false
	case c.In == Everywhere || c.In&^Typing == 0:
		return Typed, true
	case c.In&Buttons != 0 && c.In&Panes == 0 && utf8.RuneCountInString(key) == 1:
		return Letter, true
	}
	return 0, false
}

// settle removes the entries of chosen that would give one key two commands in a
// place. After a removal the command has its default keys again, which may clash, too.
// settle therefore repeats until it finds no clash.
func (r *Registry) settle(chosen map[Name][]string) (problems []Problem) {
	for len(chosen) > 0 {
		found := r.clashes(chosen)
		if len(found) == 0 {
			break
		}
		for _, p := range found {
			if _, there := chosen[p.Name]; there {
				problems = append(problems, p)
				delete(chosen, p.Name)
			}
		}
	}
	return problems
}

// clashes returns the chosen keys that two commands share in a place. Keys that
// two commands share by default are intended.
func (r *Registry) clashes(chosen map[Name][]string) (found []Problem) {
	users := make(map[string][]*Command)
	for _, c := range r.commands {
		for _, key := range c.keysWith(chosen) {
			for _, other := range users[key] {
				byDefault := slices.Contains(c.Keys, key) && slices.Contains(other.Keys, key)
				if c.meets(other, key) && !byDefault {
					found = append(found, blamed(chosen, other, c, key)...)
				}
			}
			users[key] = append(users[key], c)
		}
	}
	return found
}

// meets reports whether a key of both c and other would run both in some place.
func (c *Command) meets(other *Command, key string) bool {
	shared := c.In & other.In
	if Types(key) {
		shared &^= Typing
	}
	return shared != 0
}

// blamed returns one problem for each of two clashing commands whose keys the file
// chose.
func blamed(chosen map[Name][]string, a, b *Command, key string) (problems []Problem) {
	for _, pair := range [][2]Name{{a.Name, b.Name}, {b.Name, a.Name}} {
		if _, ok := chosen[pair[0]]; ok {
			problems = append(problems, Problem{Fault: Taken, Name: pair[0], Key: key, Other: pair[1]})
		}
	}
	return problems
}

// keysWith returns the keys that a command has after chosen is applied.
func (c *Command) keysWith(chosen map[Name][]string) []string {
	if keys, ok := chosen[c.Name]; ok {
		return keys
	}
	return c.Keys
}
