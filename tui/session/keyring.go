package session

import (
	"errors"
	"time"

	"github.com/zalando/go-keyring"
)

// Keyring keeps the tokens of sessions where the operating system keeps secrets.
// Its methods may wait, but not for ever.
type Keyring interface {
	Set(name, secret string) error
	Get(name string) (secret string, err error)
	Delete(name string) error
}

// keyringService is what the entries are filed under.
const keyringService = "wangpan"

// keyringWait bounds what is asked of the keyring: it may be locked, and then a
// window asks for its password, or nobody may be there to answer.
const keyringWait = 5 * time.Second

// ErrKeyringSilent says that the keyring did not answer in time.
var ErrKeyringSilent = errors.New("the keyring does not answer")

// SystemKeyring returns the keyring of the person who sits at this computer, nil
// where there is none: in a session through SSH it is locked, or somebody else's
// screen would ask for its password, and without a desktop there is none.
func SystemKeyring(env func(string) string, goos string) Keyring {
	if env("SSH_CONNECTION") != "" || env("SSH_TTY") != "" {
		return nil
	}
	if goos != "windows" && goos != "darwin" &&
		(env("DBUS_SESSION_BUS_ADDRESS") == "" || env("DISPLAY") == "" && env("WAYLAND_DISPLAY") == "") {
		return nil
	}
	return systemKeyring{wait: keyringWait}
}

// systemKeyring is the operating system's keyring.
type systemKeyring struct{ wait time.Duration }

// Set stores a secret under a name.
func (k systemKeyring) Set(name, secret string) error {
	_, err := within(k.wait, func() (string, error) { return "", keyring.Set(keyringService, name, secret) })
	return err
}

// Get returns the secret of a name.
func (k systemKeyring) Get(name string) (string, error) {
	return within(k.wait, func() (string, error) { return keyring.Get(keyringService, name) })
}

// Delete drops the secret of a name.
func (k systemKeyring) Delete(name string) error {
	_, err := within(k.wait, func() (string, error) { return "", keyring.Delete(keyringService, name) })
	return err
}

// within gives up waiting for what takes no context. That goes on by itself, and
// nobody hears what it comes to.
func within(wait time.Duration, do func() (string, error)) (string, error) {
	type answer struct {
		secret string
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		secret, err := do()
		answered <- answer{secret, err}
	}()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case a := <-answered:
		return a.secret, a.err
	case <-timer.C:
		return "", ErrKeyringSilent
	}
}

// UseKeyring has tokens kept in a keyring from now on, when it takes them; nil
// for none. Call it before anything else.
func (k *Keeper) UseKeyring(ring Keyring) { k.keyring = ring }

// inKeyring is what the token of a session is called in the keyring. The state
// folder is part of it, since all embedded drives have the same name.
func (k *Keeper) inKeyring(server, user string) string {
	return user + " " + server + " " + k.folder.dir
}

// hide puts a token into the keyring and reports whether it is there.
func (k *Keeper) hide(server, user, token string) bool {
	return k.keyring != nil && token != "" && k.keyring.Set(k.inKeyring(server, user), token) == nil
}

// token returns the token of a session, blank when there is none, or none that
// can be had now.
func (k *Keeper) token(s savedSession) string {
	if !s.Keyring {
		return s.Token
	}
	if k.keyring == nil {
		return ""
	}
	secret, err := k.keyring.Get(k.inKeyring(s.Server, s.User))
	if err != nil {
		return "" // a password is asked for then
	}
	return secret
}

// unhide drops a session's token from the keyring, if it is there. When that
// fails, it stays there until the server forgets it.
func (k *Keeper) unhide(s savedSession) {
	if s.Keyring && k.keyring != nil {
		_ = k.keyring.Delete(k.inKeyring(s.Server, s.User))
	}
}
