package signin

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text/field"
	"wangpan/tui/text/list"
)

// keyKind is the state of a server's key.
type keyKind int

const (
	keyNone     keyKind = iota // the text is not a server address
	keyUnknown                 // the user will be asked whether to trust it
	keyPinned                  // trusted
	keyEmbedded                // of the embedded drive
)

// keyState is the state of a server's key.
type keyState struct {
	Kind        keyKind
	Fingerprint string // for keyPinned
}

// cardOptions are the initial values and the dependencies of a card.
type cardOptions struct {
	Look   dialog.Look // its registry has the commands of the card and of text fields
	Server string
	User   string
	Saved  []session.Saved
	Create bool // begin with creating an account
	Forget bool // begin with sessions not being remembered

	// Hints are commands of the screen that the card shows among its own where they
	// fit.
	Hints []command.Name

	// Key looks a server up among the pinned keys. View calls it for every frame; it
	// must not do I/O.
	Key func(server string) keyState
}

// credentials are the values of a submitted card.
type credentials struct {
	Attempt                            int
	Create                             bool // create the account first
	Server, User, Password, Invitation string
	Remember                           bool // keep the session for the next run
}

// String keeps the password out of logs.
func (c credentials) String() string { return "login of " + c.User + " at " + c.Server }

// GoString keeps the password out of %#v.
func (c credentials) GoString() string { return c.String() }

// cancelled is the answer when the user gives up an attempt.
type cancelled struct{ Attempt int }

// cardField is a part of the card to which an error belongs.
type cardField int

const (
	serverField cardField = iota
	userField
	passwordField
	againField
	invitationField
	fields

	// noField is for errors of no field. They are shown above the buttons.
	noField = fields
)

// Commands returns the commands of the card.
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

// card is a form with server, user and password that logs in or creates an account.
//
// It does no I/O. On Enter, Update returns the credentials. The owner connects, and
// calls fail with the field and the reason when that fails. Until then the card is busy,
// and Esc returns cancelled. The typed text is kept: after Esc, after a failure, and
// when the user switches between logging in and creating an account.
type card struct {
	o        cardOptions
	inputs   [fields]*field.Field
	problems [fields + 1]locale.Words // the last one is that of noField
	reason   locale.Words             // why the card is shown; nil when the user asked for it
	create   bool
	remember bool
	focus    int // an index into stops
	attempt  int
	busy     bool
	strength strength
	choosing bool // the saved servers are shown in place of the fields
	saved    list.Window
	drawn    drawn
}

// The limits of the fields, in characters: a host name with its port, the longest
// account name, and more than the longest password, so that a password that is too
// long is refused and not cut.
const (
	maxServer   = 270
	maxUser     = 64
	maxPassword = 300
)

// newCard returns the card, with the focus on the first empty field.
func newCard(o cardOptions) *card {
	l := &card{o: o, create: o.Create, remember: !o.Forget}
	l.inputs = [fields]*field.Field{
		field.New(maxServer), field.New(maxUser),
		field.NewMasked(maxPassword), field.NewMasked(maxPassword), field.New(maxPassword),
	}
	l.inputs[serverField].SetValue(o.Server)
	l.inputs[userField].SetValue(o.User)
	l.focusEmpty()
	return l
}

// tell shows above the fields why the card is shown, until the next attempt.
func (l *card) tell(why locale.Words) { l.reason = why }

// fail ends an attempt and shows the reason beside its field; a nil reason shows
// nothing. It ignores an attempt that the user cancelled.
func (l *card) fail(attempt int, at cardField, why locale.Words) {
	if !l.busy || attempt != l.attempt {
		return
	}
	l.busy = false
	if !slices.Contains(l.shown(), at) {
		at = noField
	}
	l.problems[at] = why
	l.focusOn(at)
}

// Place returns the place of the next key.
func (l *card) Place() command.Place {
	if l.choosing {
		return command.LoginSaved
	}
	if _, ok := l.focused(); ok {
		return command.LoginField
	}
	return command.LoginBox
}

// Update handles keys, pastes and clicks. The answer is credentials, cancelled or nil.
func (l *card) Update(msg tea.Msg) (answer tea.Msg) {
	pressed, isKey := msg.(tea.KeyPressMsg)
	press := l.o.Look.Registry.Press(l.Place(), pressed)
	click, isClick := msg.(tea.MouseClickMsg)
	switch {
	case l.busy:
		if isKey && press.Name == "login.back" {
			l.busy = false
			return cancelled{l.attempt}
		}
		return nil
	case l.choosing:
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

func (l *card) press(msg command.Press) tea.Msg {
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
		l.choosing = len(l.o.Saved) > 0
		l.saved = list.Window{Rows: len(l.o.Saved)}
	case "login.back":
		l.setCreate(false)
	default:
		l.edit(msg)
	}
	return nil
}

// edit passes a message to the field in focus. A change removes its error.
func (l *card) edit(msg tea.Msg) {
	at, ok := l.focused()
	if !ok || !l.inputs[at].Update(msg) {
		return
	}
	l.problems[at], l.problems[noField] = nil, nil
	if at == passwordField {
		l.problems[againField] = nil
	}
	if l.create && (at == passwordField || at == userField) {
		l.updateStrength()
	}
}

// choose moves the cursor in the saved servers and fills in the one that the user
// chooses. Esc changes nothing.
func (l *card) choose(press command.Press) {
	switch press.Name {
	case "login.back", "login.saved":
		l.choosing = false
	case "login.press":
		chosen := l.o.Saved[l.saved.Cursor]
		l.choosing = false
		l.inputs[serverField].SetValue(chosen.Server)
		if chosen.User != "" {
			l.inputs[userField].SetValue(chosen.User)
		}
		l.problems = [fields + 1]locale.Words{}
		l.focusEmpty()
	default:
		l.saved.Update(press)
	}
}
