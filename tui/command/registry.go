package command

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// Registry holds all commands of a screen, in the order in which help shows them. It
// is not safe for concurrent use: only the goroutine of Update and View uses it.
type Registry struct {
	commands []*Command
	byName   map[Name]*Command
	byWord   map[string]*Command
	byKey    map[Place]map[string]*Command // by a single place, then by key
}

// NewRegistry returns a registry of the commands in the lists; see Add.
func NewRegistry(lists ...[]Command) *Registry {
	r := &Registry{byName: make(map[Name]*Command), byWord: make(map[string]*Command)}
	r.Add(lists...)
	return r
}

// Add adds commands. Call it before the program handles the first key. It panics when
// two commands have the same name, which is a programming error.
func (r *Registry) Add(lists ...[]Command) {
	for _, list := range lists {
		for _, c := range list {
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

// index maps each place and key to its command. In a place with a text field it leaves
// out keys that enter characters. If two commands share a default key in a place, the
// key runs the first one.
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

// Get returns the command with a name. It panics when there is none, which is a
// programming error.
func (r *Registry) Get(name Name) *Command {
	c := r.byName[name]
	if c == nil {
		panic(fmt.Sprintf("command %s: not registered", name))
	}
	return c
}

// Word returns the command whose word, or other word, is word. It ignores case and
// returns nil for none.
func (r *Registry) Word(word string) *Command { return r.byWord[strings.ToLower(word)] }

// Find returns the command that a key runs in a place, and nil for none. It takes
// constant time.
func (r *Registry) Find(in Place, press tea.KeyPressMsg) *Command {
	return r.byKey[in][press.String()]
}

// Press is a key press in a place.
type Press struct {
	tea.KeyPressMsg
	Name Name // of the command that the key runs there; blank for none
}

// Press returns a key press in a place, with the name of its command.
func (r *Registry) Press(in Place, press tea.KeyPressMsg) Press {
	if c := r.Find(in, press); c != nil {
		return Press{press, c.Name}
	}
	return Press{KeyPressMsg: press}
}

// Label returns the keys of a command as hints and sentences show them, such as "k/up".
// It is blank for a command without keys.
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

// Here returns the bindings of one dialog, text field or part of the login card. It
// leaves out commands that also work in panes.
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
