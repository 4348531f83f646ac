package keymap

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

// Place is a set of places of the screen. Two commands may have the same key
// unless there is a place in which both take keys.
type Place uint

// Everywhere is all places, and where something is typed besides.
const Everywhere = ^Place(0)

// Name is what a command is called in the file: its table and its key there.
type Name struct{ Section, ID string }

// String is the name as it is written about.
func (n Name) String() string { return n.Section + "." + n.ID }

// Command is something that has keys.
type Command struct {
	Name
	Keys   []string // by default, as the terminal library calls them
	In     Place
	Needed bool // it must have a key: without it one would be lost
}

// Fault is what is wrong with an entry.
type Fault int

// The faults.
const (
	Unreadable     Fault = iota // the whole file; Err says why
	UnknownSection              // no such table
	UnknownCommand              // no such command in the table
	NoKeys                      // neither a key nor a list of them
	UnknownKey                  // Key is no key
	Taken                       // Key is Other's, too
	Lost                        // no key at all, for what needs one
	Typed                       // Key writes a character, for what works while typing
)

// Problem is an entry that was left out.
type Problem struct {
	Fault Fault
	Name  Name
	Key   string
	Other Name
	Err   error
}

// Read returns the keys that a file chooses for commands: all keys of a
// command, by the names of the terminal library. A command that the map does
// not hold keeps its own.
func Read(content []byte, commands []Command) (map[Name][]string, []Problem) {
	var file map[string]any
	if err := toml.Unmarshal(content, &file); err != nil {
		return nil, []Problem{{Fault: Unreadable, Err: explained(err)}}
	}
	known := make(map[Name]Command, len(commands))
	sections := make(map[string]bool)
	for _, c := range commands {
		known[c.Name] = c
		sections[c.Section] = true
	}
	chosen := make(map[Name][]string)
	var problems []Problem
	for _, section := range slices.Sorted(maps.Keys(file)) {
		entries, ok := file[section].(map[string]any)
		if !ok || !sections[section] {
			problems = append(problems, Problem{Fault: UnknownSection, Name: Name{Section: section}})
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(entries)) {
			name := Name{section, id}
			command, ok := known[name]
			if !ok {
				problems = append(problems, Problem{Fault: UnknownCommand, Name: name})
				continue
			}
			keys, problem := keysOf(command, entries[id])
			if problem != nil {
				problems = append(problems, *problem)
				continue
			}
			chosen[name] = keys
		}
	}
	return chosen, append(problems, settle(chosen, commands)...)
}

// explained is a fault in the file with its place in it.
func explained(err error) error {
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, column := wrong.Position()
		return fmt.Errorf("line %d, column %d: %w", row, column, err)
	}
	return err
}

// keysOf reads the value of an entry.
func keysOf(c Command, value any) ([]string, *Problem) {
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
		key, ok := Parse(s)
		switch {
		case !ok:
			return nil, &Problem{Fault: UnknownKey, Name: c.Name, Key: s}
		case c.In == Everywhere && Types(key):
			return nil, &Problem{Fault: Typed, Name: c.Name, Key: key}
		case !slices.Contains(keys, key):
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 && c.Needed {
		return nil, &Problem{Fault: Lost, Name: c.Name}
	}
	return keys, nil
}

// settle takes out of chosen what would give one key two meanings in a place.
// Each entry that is taken out brings back keys of its own, so it looks again
// until there is nothing more to find.
func settle(chosen map[Name][]string, commands []Command) (problems []Problem) {
	for {
		var found []Problem
		for i, a := range commands {
			for _, b := range commands[i+1:] {
				if key, shared := sharedKey(chosen, a, b); shared {
					found = append(found, clash(chosen, a, b, key)...)
				}
			}
		}
		if len(found) == 0 {
			return problems
		}
		for _, p := range found {
			if _, there := chosen[p.Name]; there {
				problems = append(problems, p)
				delete(chosen, p.Name)
			}
		}
	}
}

// clash blames the entries of the file for a key that two commands share.
func clash(chosen map[Name][]string, a, b Command, key string) (problems []Problem) {
	for _, pair := range [][2]Name{{a.Name, b.Name}, {b.Name, a.Name}} {
		if _, ok := chosen[pair[0]]; ok {
			problems = append(problems, Problem{Fault: Taken, Name: pair[0], Key: key, Other: pair[1]})
		}
	}
	return problems
}

// sharedKey returns a key that two commands have in one place. What they share
// by default is meant so.
func sharedKey(chosen map[Name][]string, a, b Command) (string, bool) {
	_, one := chosen[a.Name]
	_, other := chosen[b.Name]
	if a.In&b.In == 0 || !one && !other {
		return "", false
	}
	keys := a.now(chosen)
	for _, key := range b.now(chosen) {
		if slices.Contains(keys, key) && (!slices.Contains(a.Keys, key) || !slices.Contains(b.Keys, key)) {
			return key, true
		}
	}
	return "", false
}

// now returns the keys that a command has after all.
func (c Command) now(chosen map[Name][]string) []string {
	if keys, ok := chosen[c.Name]; ok {
		return keys
	}
	return c.Keys
}
