// Package login is the screen before the drive: a card with server, user and
// password that logs in or creates an account.
//
// A [Login] does no I/O. On Enter it answers with a [Submit]; the root connects
// and calls [Login.Fail] when that did not work, with the field that the reason
// belongs to. Meanwhile the card is busy and Esc answers with a [Cancel]. What
// was typed is never lost: not by Esc, not by a failure, not by going from
// logging in to creating an account and back.
package login

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
	"wangpan/tui/text/field"
	"wangpan/tui/theme"
)

// KeyKind is what is known of a server's key.
type KeyKind int

const (
	KeyNone     KeyKind = iota // the name is no server's, or there is none yet
	KeyUnknown                 // never met: it will be shown and asked about
	KeyPinned                  // met and trusted
	KeyEmbedded                // this computer's own drive
	KeyPlain                   // without encryption, on this computer only
)

// KeyState is what is known of a server's key.
type KeyState struct {
	Kind        KeyKind
	Fingerprint string // for KeyPinned
}

// Server is a server that was used before.
type Server struct {
	Address string
	User    string
}

// Options says what the card begins with.
type Options struct {
	Theme  *theme.Theme
	Locale *locale.Locale
	Server string
	User   string
	Saved  []Server
	Create bool // begin with creating an account
	Forget bool // begin with sessions not being remembered

	// Hints are keys of the root to show among the card's own, as far as they
	// fit. Their help texts are message ids.
	Hints []key.Binding

	// Key looks a server up among the pinned keys. It is asked while drawing
	// and must not do I/O.
	Key func(server string) KeyState
}

// Submit asks the root to log in, or to create an account and log in.
type Submit struct {
	Attempt                            int
	Create                             bool
	Server, User, Password, Invitation string
	Remember                           bool // the session beyond this run
}

// String keeps the password out of logs.
func (s Submit) String() string { return "login of " + s.User + " at " + s.Server }

// GoString keeps the password out of %#v.
func (s Submit) GoString() string { return s.String() }

// Cancel asks the root to give an attempt up.
type Cancel struct{ Attempt int }

// Field names a part of the card that a failure can belong to.
type Field int

const (
	ServerField Field = iota
	UserField
	PasswordField
	AgainField
	InvitationField
	fields

	// NoField is for failures of none of them; they stand above the buttons.
	NoField = fields
)

// Words is a text that is worded while drawing.
type Words = func(*locale.Locale) string

// KeyMap holds the keys of the card. Letters are for typing.
type KeyMap struct {
	Next, Previous, Press, Back, Saved, Switch, Up, Down, Check key.Binding
}

// Keys is the key map in use.
var Keys = KeyMap{
	Next:     key.NewBinding(key.WithKeys("tab", "down"), key.WithHelp("tab", "keys.next")),
	Previous: key.NewBinding(key.WithKeys("shift+tab", "up"), key.WithHelp("shift+tab", "keys.previous")),
	Press:    key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "login.go")),
	Back:     key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "login.back")),
	Saved:    key.NewBinding(key.WithKeys("ctrl+o"), key.WithHelp("ctrl+o", "login.saved")),
	Switch:   key.NewBinding(key.WithKeys("ctrl+n"), key.WithHelp("ctrl+n", "login.switch")),
	Check:    key.NewBinding(key.WithKeys("space"), key.WithHelp("space", "login.check")),
	Up:       key.NewBinding(key.WithKeys("up")),
	Down:     key.NewBinding(key.WithKeys("down")),
}

// All returns the bindings for help.
func (k KeyMap) All() []key.Binding {
	return []key.Binding{k.Next, k.Previous, k.Press, k.Check, k.Saved, k.Switch, k.Back}
}

// Login is the card. It belongs to the goroutine that runs Update and View.
type Login struct {
	o        Options
	inputs   [fields]*field.Field
	problems [fields + 1]Words // the last one is NoField's
	told     Words             // why the card is there; nil when somebody asked for it
	create   bool
	remember bool
	focus    int // an index into stops
	attempt  int
	busy     bool
	strength Strength
	saved    savedList
	drawn    drawn
}

// maxServer, maxUser and maxPassword are how many characters a field takes: a
// host name with its port, the longest account name, and more than the longest
// password, so that one too long is refused and not cut.
const (
	maxServer   = 270
	maxUser     = 64
	maxPassword = 300
)

// New returns the card, with the focus on the first field that is empty.
func New(o Options) *Login {
	l := &Login{o: o, create: o.Create, remember: !o.Forget}
	l.inputs = [fields]*field.Field{
		field.New(maxServer), field.New(maxUser),
		field.NewMasked(maxPassword), field.NewMasked(maxPassword), field.New(maxPassword),
	}
	l.inputs[ServerField].SetValue(o.Server)
	l.inputs[UserField].SetValue(o.User)
	l.focusEmpty()
	return l
}

// SetSaved replaces the servers that were used before.
func (l *Login) SetSaved(servers []Server) { l.o.Saved = servers }

// Busy reports whether an attempt is under way.
func (l *Login) Busy() bool { return l.busy }

// Tell says above the fields why the card is there, until the next attempt.
func (l *Login) Tell(why Words) { l.told = why }

// Fail ends an attempt and says why beside the field that the reason belongs
// to. A nil reason ends it without a word. A late failure of an attempt that
// was cancelled is dropped.
func (l *Login) Fail(attempt int, at Field, why Words) {
	if !l.busy || attempt != l.attempt {
		return
	}
	l.busy = false
	if !slices.Contains(l.shown(), at) {
		at = NoField
	}
	l.problems[at] = why
	l.focusOn(at)
}

// Update takes keys and pastes. The answer is for the root, nil for none.
func (l *Login) Update(msg tea.Msg) (answer tea.Msg) {
	press, isKey := msg.(tea.KeyPressMsg)
	click, isClick := msg.(tea.MouseClickMsg)
	switch {
	case l.busy:
		if isKey && key.Matches(press, Keys.Back) {
			l.busy = false
			return Cancel{l.attempt}
		}
		return nil
	case l.saved.open:
		if isKey {
			l.choose(press)
		}
		return nil
	case isKey:
		return l.press(press)
	case isClick:
		return l.click(click)
	}
	l.edit(msg)
	return nil
}

func (l *Login) press(msg tea.KeyPressMsg) tea.Msg {
	switch {
	case key.Matches(msg, Keys.Next):
		l.step(1)
	case key.Matches(msg, Keys.Previous):
		l.step(-1)
	case key.Matches(msg, Keys.Press):
		return l.enter()
	case l.focus == l.box() && key.Matches(msg, Keys.Check):
		l.check()
	case key.Matches(msg, Keys.Switch):
		l.setCreate(!l.create)
	case key.Matches(msg, Keys.Saved):
		l.openSaved()
	case key.Matches(msg, Keys.Back):
		l.setCreate(false)
	default:
		l.edit(msg)
	}
	return nil
}

// edit hands a key to the field in focus, whose problem is then out of date.
func (l *Login) edit(msg tea.Msg) {
	at, ok := l.focused()
	if !ok {
		return
	}
	before := l.inputs[at].Value()
	l.inputs[at].Update(msg)
	if l.inputs[at].Value() == before {
		return
	}
	l.problems[at], l.problems[NoField] = nil, nil
	if at == PasswordField {
		l.problems[AgainField] = nil
	}
	if l.create && (at == PasswordField || at == UserField) {
		l.rate()
	}
}
