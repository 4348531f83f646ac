package command

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// Registry holds all commands of a screen, in the order in which help shows
// them. It belongs to the goroutine that runs Update and View.
type Registry struct {
	commands []*Command
	byName   map[Name]*Command
	byWord   map[string]*Command
	byKey    map[Place]map[string]*Command // by one place and key
}

// NewRegistry returns a registry of some commands; see Add.
func NewRegistry(parts ...[]Command) *Registry {
	r := &Registry{byName: make(map[Name]*Command), byWord: make(map[string]*Command)}
	r.Add(parts...)
	return r
}

// Add adds commands, before the first key. It panics when two of them have the
// same name, which is a mistake of the program.
func (r *Registry) Add(parts ...[]Command) {
	for _, part := range parts {
		for _, c := range part {
			if r.byName[c.Name] != nil {
				panic(fmt.Sprintf("command %s: registered twice", c.Name))
			}
			r.commands = append(r.commands, &c)
			r.byName[c.Name] = &c
			if word := c.Word(); word != "" {
				r.byWord[word] = &c
			}
			for _, word := range c.Other {
				r.byWord[word] = &c
			}
		}
	}
	r.index()
}

// index maps each place and key to its command. In a place with a text field,
// keys that are characters are text. Of two commands that share a key in a place
// by default, the first has it.
func (r *Registry) index() {
	r.byKey = make(map[Place]map[string]*Command)
	for place := Place(1); place < end; place <<= 1 {
		keys := make(map[string]*Command)
		for _, c := range r.commands {
			if c.In&place == 0 {
				continue
			}
			for _, name := range c.Keys {
				if keys[name] == nil && (place&Typing == 0 || !Types(name)) {
					keys[name] = c
				}
			}
		}
		r.byKey[place] = keys
	}
}

// All returns all commands.
func (r *Registry) All() []*Command { return r.commands }

// Get returns the command of a name. It panics when there is none, which is a
// mistake of the program.
func (r *Registry) Get(name Name) *Command {
	c := r.byName[name]
	if c == nil {
		panic(fmt.Sprintf("command %s: not registered", name))
	}
	return c
}

// Word returns the command that a word begins, in any case; nil for none.
func (r *Registry) Word(word string) *Command { return r.byWord[strings.ToLower(word)] }

// Find returns the command of a key in a place, nil for none.
func (r *Registry) Find(in Place, press tea.KeyPressMsg) *Command {
	return r.byKey[in][press.String()]
}

// Press is a key press in a place, with the command that it means there.
type Press struct {
	tea.KeyPressMsg
	Name Name // blank for none
}

// Press returns a key press in a place, with the name of its command.
func (r *Registry) Press(in Place, press tea.KeyPressMsg) Press {
	if c := r.Find(in, press); c != nil {
		return Press{press, c.Name}
	}
	return Press{KeyPressMsg: press}
}

// Label returns the first key of a command as hints and sentences show it,
// blank for none.
func (r *Registry) Label(name Name) string { return strings.Join(r.Get(name).KeyNames(), "/") }

// Bindings returns the bindings of commands, in that order.
func (r *Registry) Bindings(names ...Name) []key.Binding {
	bindings := make([]key.Binding, len(names))
	for i, name := range names {
		bindings[i] = r.Get(name).Binding()
	}
	return bindings
}

// Group returns the bindings of a group of the help.
func (r *Registry) Group(g Group) []key.Binding {
	return r.bindings(func(c *Command) bool { return c.Group == g })
}

// Here returns the bindings of a dialog, a text field or the login card, without
// the commands that work in panes, too.
func (r *Registry) Here(in Place) []key.Binding {
	return r.bindings(func(c *Command) bool { return c.In&in != 0 && c.In&Panes == 0 })
}

func (r *Registry) bindings(wanted func(*Command) bool) (bindings []key.Binding) {
	for _, c := range r.commands {
		if wanted(c) {
			bindings = append(bindings, c.Binding())
		}
	}
	return bindings
}

// use gives commands the keys that a user chose for them.
func (r *Registry) use(chosen map[Name][]string) {
	for name, keys := range chosen {
		c := r.byName[name]
		c.chosen = !slices.Equal(c.Keys, keys)
		c.Keys = keys
	}
	r.index()
}
