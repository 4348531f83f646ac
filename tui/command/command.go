package command

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
)

// Name is the unique name of a command, such as "drive.download": a table of the key
// file and an entry of that table. A command whose name has no table cannot have
// keys; users type its word.
type Name string

// Section returns the table of the key file, blank for none.
func (n Name) Section() string {
	section, _, ok := strings.Cut(string(n), ".")
	if !ok {
		return ""
	}
	return section
}

// ID returns the name without its section, such as "download".
func (n Name) ID() string {
	_, id, ok := strings.Cut(string(n), ".")
	if !ok {
		return string(n)
	}
	return id
}

// Argument is the kind of an argument of a typed command.
type Argument int

// The kinds of arguments.
const (
	Text       Argument = iota
	Choice              // one of Command.Choices
	RemotePath          // completed from the drive
	LocalPath           // completed from this computer
)

// Command is an action that is available by key, by word, in the palette or by
// mouse.
type Command struct {
	Name Name
	Help string   // the message id of what it does
	Keys []string // the keys now, by the names of the terminal library; may be empty

	// Label is the text for the default keys in hints and help, such as "k/up".
	// Blank means the first key.
	Label string

	In     Place // where its keys work
	Group  Group
	Needed bool // it must keep a key: the user would be stuck without
	Online bool // it needs the server: running it reconnects at once if the connection is lost

	// Able reports whether the command can run now, in constant time. Nil means
	// always.
	Able func() bool

	// Run runs the command; args is empty unless the user typed arguments. wrong
	// says why the arguments are invalid; nil: they are valid. Run is nil where the
	// owner of a dialog or field acts on the name of a [Press] itself. The palette
	// does not offer such a command.
	Run func(args []string) (cmd tea.Cmd, wrong locale.Words)

	// Usage shows how to type the command with arguments, such as "mv FROM TO". Its
	// first word is the word of the command. Blank means that it takes no arguments.
	Usage string
	Args  []Argument // their kinds; the last argument is the rest of the line
	Least int        // the minimum number of arguments; 0: all are optional
	Other []string   // other words that run it without arguments, such as "q"

	// Choices returns the values of a Choice argument. It may read the disk, so
	// it runs in a tea.Cmd.
	Choices func() []string

	chosen bool // the user's key file set Keys
}

// Do returns a Run that calls a function without arguments.
func Do(run func() tea.Cmd) func([]string) (tea.Cmd, locale.Words) {
	return func([]string) (tea.Cmd, locale.Words) { return run(), nil }
}

// DoOr returns a Run that calls bare without arguments and typed with arguments.
func DoOr(bare func() tea.Cmd, typed func([]string) (tea.Cmd, locale.Words)) func([]string) (tea.Cmd, locale.Words) {
	return func(args []string) (tea.Cmd, locale.Words) {
		if len(args) > 0 {
			return typed(args)
		}
		return bare(), nil
	}
}

// JustOr is DoOr for a function that returns no tea.Cmd.
func JustOr(bare func(), typed func([]string) (tea.Cmd, locale.Words)) func([]string) (tea.Cmd, locale.Words) {
	return DoOr(func() tea.Cmd {
		bare()
		return nil
	}, typed)
}

// Just is Do for a function that returns no tea.Cmd.
func Just(run func()) func([]string) (tea.Cmd, locale.Words) {
	return func([]string) (tea.Cmd, locale.Words) {
		run()
		return nil, nil
	}
}

// Word returns the word that a typed line with arguments begins with, which is the
// first word of Usage. It is blank for a command without arguments.
func (c *Command) Word() string {
	word, _, _ := strings.Cut(c.Usage, " ")
	return word
}

// KeyNames returns the keys that hints and help show.
func (c *Command) KeyNames() []string {
	switch {
	case c.chosen:
		return c.Keys[:min(len(c.Keys), shownKeys)]
	case c.Label != "":
		return strings.Split(c.Label, "/")
	}
	return c.Keys[:min(len(c.Keys), 1)]
}

// shownKeys is the maximum number of keys from the key file that hints and help show.
const shownKeys = 2

// Binding returns the keys and the help of the command. Its help text is a
// message id. The binding of a command without a key is disabled.
func (c *Command) Binding() key.Binding {
	return key.NewBinding(
		key.WithKeys(c.Keys...),
		key.WithHelp(strings.Join(c.KeyNames(), "/"), c.Help),
		withEnabled(len(c.Keys) > 0),
	)
}

func withEnabled(enabled bool) key.BindingOpt {
	return func(b *key.Binding) { b.SetEnabled(enabled) }
}

// Unable returns why the command cannot run in a place now, and nil when it can. It
// takes constant time if Able does.
func (c *Command) Unable(in Place) locale.Words {
	switch {
	case c.In&in == 0:
		return elsewhere(c.In)
	case c.Able != nil && !c.Able():
		return locale.Say("palette.not_now")
	}
	return nil
}

// elsewhere returns the message for a command that works only in other places.
func elsewhere(in Place) locale.Words {
	switch {
	case in&List != 0:
		return locale.Say("palette.only_list")
	case in&Local != 0:
		return locale.Say("palette.only_local")
	}
	return locale.Say("palette.only_transfers")
}
