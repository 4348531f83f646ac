package session

import (
	"errors"
	"time"

	"github.com/zalando/go-keyring"
)

// Keyring stores the tokens of sessions in the secret store of the operating system.
// Its methods may block for a limited time.
type Keyring interface {
	Set(name, secret string) error
	Get(name string) (secret string, err error)
	Delete(name string) error
}

// keyringService is the service name of the entries.
const keyringService = "wangpan"

// keyringWait bounds a call of the keyring. A locked keyring opens a window that asks
// for its password, which the user may not see.
const keyringWait = 5 * time.Second

// ErrKeyringSilent means that the keyring did not answer in time.
var ErrKeyringSilent = errors.New("the keyring does not answer")

// SystemKeyring returns the keyring of the user's desktop session, or nil without
// one. It returns nil in an SSH session, where the keyring is locked or would ask for
// its password on the screen of the remote computer.
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

// Delete removes the secret of a name.
func (k systemKeyring) Delete(name string) error {
	_, err := within(k.wait, func() (string, error) { return "", keyring.Delete(keyringService, name) })
	return err
}

// within calls do and waits for at most wait. do takes no context: after that time
// it continues in the background and its result is dropped.
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

// UseKeyring makes k store tokens in a keyring if the keyring accepts them. nil means
// no keyring. Call it before any other method.
func (k *Keeper) UseKeyring(ring Keyring) { k.keyring = ring }

// keyringName returns the name of a session's token in the keyring. It contains the
// state folder because all embedded drives have the same server name.
func (k *Keeper) keyringName(server, user string) string {
	return user + " " + server + " " + k.folder.dir
}

// setInKeyring stores a token in the keyring and reports whether it succeeded.
func (k *Keeper) setInKeyring(server, user, token string) bool {
	return k.keyring != nil && token != "" && k.keyring.Set(k.keyringName(server, user), token) == nil
}

// token returns the token of a session, or a blank string if it is not available.
func (k *Keeper) token(s savedSession) string {
	if !s.Keyring {
		return s.Token
	}
	if k.keyring == nil {
		return ""
	}
	secret, err := k.keyring.Get(k.keyringName(s.Server, s.User))
	if err != nil {
		return "" // the client asks for a password then
	}
	return secret
}

// deleteFromKeyring removes a session's token from the keyring, if it is there. If that fails, the token stays
// until it expires on the server.
func (k *Keeper) deleteFromKeyring(s savedSession) {
	if s.Keyring && k.keyring != nil {
		_ = k.keyring.Delete(k.keyringName(s.Server, s.User))
	}
}
