// Package login is the login screen: a card with server, user and password that
// logs in or creates an account.
//
// A [Login] does no I/O. On Enter it returns a [Submit]. Its owner connects and
// calls [Login.Fail] with the field and the reason if that fails. While the
// owner connects, the card is busy and Esc returns a [Cancel]. The typed text is
// kept: after Esc, after a failure, and when the user switches between logging
// in and creating an account.
package login

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
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

	// Registry has the commands of the card, of text fields and of the screen.
	Registry *command.Registry

	// Hints are commands of the screen that the card shows among its own where
	// they fit.
	Hints []command.Name

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

// Commands returns the commands of the card. Letters are for typing.
func Commands() []command.Command {
	const both, all = command.LoginField | command.LoginBox, command.LoginField | command.LoginBox | command.LoginSaved
	return []command.Command{
		{Name: "login.next", Help: "keys.next", Keys: []string{"tab", "down"}, In: both},
		{Name: "login.previous", Help: "keys.previous", Keys: []string{"shift+tab", "up"}, In: both},
		{Name: "login.press", Help: "login.go", Keys: []string{"enter"}, In: all, Needed: true},
		{Name: "login.check", Help: "login.check", Keys: []string{"space"}, In: command.LoginBox},
		{Name: "login.saved", Help: "login.saved", Keys: []string{"ctrl+o"}, In: all},
		{Name: "login.switch", Help: "login.switch", Keys: []string{"ctrl+n"}, In: both},
		{Name: "login.back", Help: "login.back", Keys: []string{"esc"}, In: all, Needed: true},
		{Name: "login.up", Help: "keys.up", Keys: []string{"up", "shift+tab"}, In: command.LoginSaved},
		{Name: "login.down", Help: "keys.down", Keys: []string{"down", "tab"}, In: command.LoginSaved},
	}
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

// Place returns where the next key goes.
func (l *Login) Place() command.Place {
	if l.saved.open {
		return command.LoginSaved
	}
	if _, ok := l.focused(); ok {
		return command.LoginField
	}
	return command.LoginBox
}

// Update takes keys and pastes. The answer is for the root, nil for none.
func (l *Login) Update(msg tea.Msg) (answer tea.Msg) {
	pressed, isKey := msg.(tea.KeyPressMsg)
	press := l.o.Registry.Press(l.Place(), pressed)
	click, isClick := msg.(tea.MouseClickMsg)
	switch {
	case l.busy:
		if isKey && press.Name == "login.back" {
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

func (l *Login) press(msg command.Press) tea.Msg {
	switch msg.Name {
	case "login.next":
		l.step(1)
	case "login.previous":
		l.step(-1)
	case "login.press":
		return l.enter()
	case "login.check":
		if l.focus == l.box() {
			l.check()
		}
	case "login.switch":
		l.setCreate(!l.create)
	case "login.saved":
		l.openSaved()
	case "login.back":
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
