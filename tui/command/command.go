package command

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
)

// Name is the unique name of a command: its table in the key file and its key
// there, as in "drive.download". A name without a table has no keys: the command
// is only typed.
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
	Keys []string // by default, as the terminal library names them; may be empty

	// Label is how hints and help show the default keys, such as "k/up". Blank:
	// the first key.
	Label string

	In     Place // where its keys work
	Group  Group
	Needed bool // it must keep a key: the user would be stuck without
	Online bool // it uses the connection: running it retries a lost one at once

	// Able reports whether the command can run now, in constant time. Nil means
	// always.
	Able func() bool

	// Run runs the command. It gets no arguments from a key. It returns why the
	// arguments are wrong, nil when they are not. Run is nil where the owner of
	// a dialog or field acts on the name of a [Press]; the palette does not
	// offer such a command.
	Run func(args []string) (cmd tea.Cmd, wrong locale.Words)

	// Usage is how the command is typed with arguments, such as "mv FROM TO".
	// Blank: it takes none. Its first word is what the user types.
	Usage string
	Args  []Argument // the last one takes the rest of the line
	Least int        // arguments that it needs; 0: it also runs without
	Other []string   // other words for it without arguments, such as "q"

	// Choices returns the values of a Choice argument. It may read the disk, so
	// it runs in a tea.Cmd.
	Choices func() []string

	chosen bool // Keys were chosen by the user
}

// Do makes a Run of a function that takes no arguments.
func Do(run func() tea.Cmd) func([]string) (tea.Cmd, locale.Words) {
	return func([]string) (tea.Cmd, locale.Words) { return run(), nil }
}

// DoOr makes a Run of a function without arguments and one with them.
func DoOr(bare func() tea.Cmd, typed func([]string) (tea.Cmd, locale.Words)) func([]string) (tea.Cmd, locale.Words) {
	return func(args []string) (tea.Cmd, locale.Words) {
		if len(args) > 0 {
			return typed(args)
		}
		return bare(), nil
	}
}

// JustOr is DoOr for a function that has no tea.Cmd.
func JustOr(bare func(), typed func([]string) (tea.Cmd, locale.Words)) func([]string) (tea.Cmd, locale.Words) {
	return DoOr(func() tea.Cmd {
		bare()
		return nil
	}, typed)
}

// Just makes a Run of a function that has no tea.Cmd.
func Just(run func()) func([]string) (tea.Cmd, locale.Words) {
	return func([]string) (tea.Cmd, locale.Words) {
		run()
		return nil, nil
	}
}

// Word returns the word that begins a line with arguments of the command, blank
// for none.
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

// shownKeys is how many keys that the user chose are shown at most.
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

// Unable returns why the command cannot run in a place now, nil when it can. It
// takes constant time as far as Able does.
func (c *Command) Unable(in Place) locale.Words {
	switch {
	case c.In&in == 0:
		return elsewhere(c.In)
	case c.Able != nil && !c.Able():
		return locale.Say("palette.not_now")
	}
	return nil
}

// elsewhere names a place where a command works that does not work here.
func elsewhere(in Place) locale.Words {
	switch {
	case in&List != 0:
		return locale.Say("palette.only_list")
	case in&Local != 0:
		return locale.Say("palette.only_local")
	}
	return locale.Say("palette.only_transfers")
}
