package login

import (
	"github.com/nbutton23/zxcvbn-go"
)

// Strength is how hard a password is to guess.
type Strength int

const (
	Unrated Strength = iota // empty, or too short to be taken
	VeryWeak
	Weak
	Fair
	Strong
	VeryStrong
)

// rated is how many characters of a password are looked at. The time that takes
// grows faster than the length, and so many are beyond guessing or repeat
// themselves.
const rated = 32

// Rate says how hard a password is to guess for who knows the user's name and
// the server's. It takes a few milliseconds at most.
func Rate(password string, known ...string) Strength {
	if len(password) < minPassword {
		return Unrated
	}
	runes := []rune(password)
	score := zxcvbn.PasswordStrength(string(runes[:min(len(runes), rated)]), known).Score
	strength := VeryWeak + Strength(min(max(score, 0), 4))
	if len(runes) < minPassword {
		// The estimate knows no words of scripts whose characters take several
		// bytes, and takes each character for a random one.
		return min(strength, Weak)
	}
	return strength
}

// rate is called when the password or the user changed.
func (l *Login) rate() {
	l.strength = Rate(l.inputs[PasswordField].Value(), l.inputs[UserField].Value(), l.inputs[ServerField].Value())
}

// strengths are the message ids of the strengths.
var strengths = map[Strength]string{
	Unrated:    "login.password_short",
	VeryWeak:   "login.very_weak",
	Weak:       "login.weak",
	Fair:       "login.fair",
	Strong:     "login.strong",
	VeryStrong: "login.very_strong",
}

// ID is the message id of a strength.
func (s Strength) ID() string { return strengths[s] }
