package session

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"wangpan/wire"
)

// The files of the state folder.
const (
	settingsName = "settings.toml"
	keysName     = "keys.toml"
	sessionsName = "sessions.toml"
)

// maxSaved bounds the sessions that are remembered; the oldest go first.
const maxSaved = 100

// Keeper remembers servers, their keys, sessions and settings in a folder that
// several wangpans may share. It is safe for use by several goroutines.
// Settings, Servers and LastUser answer from memory; the others may wait for
// the disk and for another wangpan's write.
type Keeper struct {
	folder folder

	mu       sync.Mutex
	settings Settings
	loaded   map[string]any // settings.toml as last read or written
	keys     keyFile
	sessions sessionFile
}

// keyFile is keys.toml.
type keyFile struct {
	Keys map[string]string `toml:"keys"` // server to fingerprint
}

// sessionFile is sessions.toml.
type sessionFile struct {
	Sessions []savedSession `toml:"sessions"` // newest first
}

type savedSession struct {
	Server   string    `toml:"server"`
	User     string    `toml:"user"`
	LastUsed time.Time `toml:"last_used"`
	Token    string    `toml:"token,omitempty"` // a secret; blank after a logout
}

// Saved is a server that somebody logged in to before.
type Saved struct {
	Server   string
	User     string
	LastUsed time.Time
}

// Open opens the state folder, which it makes when it is not there. A file in
// it that can not be read is an error: forgetting a pinned key in silence
// would open the door to whoever shows another one.
func Open(dir string) (*Keeper, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	k := &Keeper{folder: f}
	if err := f.locked(func() error { return errors.Join(k.readSettings(), k.readKeys(), k.readSessions()) }); err != nil {
		return nil, err
	}
	return k, nil
}

func (k *Keeper) readKeys() error {
	var keys keyFile
	if err := k.folder.read(keysName, &keys); err != nil {
		return err
	}
	k.keys = keys
	return nil
}

func (k *Keeper) readSessions() error {
	var sessions sessionFile
	if err := k.folder.read(sessionsName, &sessions); err != nil {
		return err
	}
	k.sessions = sessions
	return nil
}

// Pinned returns the fingerprint of the key that a server showed before. When
// the disk fails, what was read before counts.
func (k *Keeper) Pinned(server string) (fingerprint string, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.folder.locked(k.readKeys)
	fingerprint, ok = k.keys.Keys[server]
	return fingerprint, ok
}

// Pin remembers the key of a server. A key that is already pinned is never
// replaced: that is a *KeyError, and Forget has to come first.
func (k *Keeper) Pin(server, fingerprint string) error {
	return k.changeKeys(func() error {
		if known, ok := k.keys.Keys[server]; ok && known != fingerprint {
			return &KeyError{Server: server, Known: known, Presented: fingerprint}
		}
		keys := maps.Clone(k.keys.Keys)
		if keys == nil {
			keys = make(map[string]string)
		}
		keys[server] = fingerprint
		k.keys.Keys = keys
		return nil
	})
}

func (k *Keeper) changeKeys(change func() error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.folder.locked(func() error {
		if err := k.readKeys(); err != nil {
			return err
		}
		if err := change(); err != nil {
			return err
		}
		return k.folder.write(keysName, k.keys)
	})
}

// Forget drops everything known about a server: its key, and the sessions on
// it. It reports whether there was anything.
func (k *Keeper) Forget(server string) (bool, error) {
	_, found := k.Pinned(server)
	err := k.changeKeys(func() error {
		keys := maps.Clone(k.keys.Keys)
		delete(keys, server)
		k.keys.Keys = keys
		return nil
	})
	return found, errors.Join(err, k.changeSessions(func() {
		k.sessions.Sessions = slices.DeleteFunc(k.sessions.Sessions, func(s savedSession) bool {
			found = found || s.Server == server
			return s.Server == server
		})
	}))
}

// Servers returns where somebody logged in before, newest first.
func (k *Keeper) Servers() []Saved {
	k.mu.Lock()
	defer k.mu.Unlock()
	list := make([]Saved, len(k.sessions.Sessions))
	for i, s := range k.sessions.Sessions {
		list[i] = Saved{s.Server, s.User, s.LastUsed}
	}
	return list
}

// LastUser returns who logged in to a server last, and blank when nobody did.
func (k *Keeper) LastUser(server string) string {
	for _, s := range k.Servers() {
		if s.Server == server {
			return s.User
		}
	}
	return ""
}

// Token returns the token of a user's session on a server.
func (k *Keeper) Token(server, user string) (wire.Token, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.folder.locked(k.readSessions) // when the disk fails, what was read before counts
	at := k.find(server, user)
	if at < 0 || k.sessions.Sessions[at].Token == "" {
		return "", false
	}
	return wire.Token(k.sessions.Sessions[at].Token), true
}

// find returns the place of a user's session, or −1. Servers take a user's
// name in any case, so an exact match is only preferred.
func (k *Keeper) find(server, user string) int {
	at := slices.IndexFunc(k.sessions.Sessions, func(s savedSession) bool { return s.Server == server && s.User == user })
	if at >= 0 {
		return at
	}
	return slices.IndexFunc(k.sessions.Sessions, func(s savedSession) bool {
		return s.Server == server && strings.EqualFold(s.User, user)
	})
}

// SaveToken remembers a session and moves it to the front of Servers.
func (k *Keeper) SaveToken(server, user string, token wire.Token) error {
	return k.changeSessions(func() {
		if at := k.find(server, user); at >= 0 {
			k.sessions.Sessions = slices.Delete(k.sessions.Sessions, at, at+1)
		}
		saved := savedSession{Server: server, User: user, LastUsed: time.Now().UTC().Truncate(time.Second), Token: string(token)}
		k.sessions.Sessions = slices.Insert(k.sessions.Sessions, 0, saved)
		k.sessions.Sessions = k.sessions.Sessions[:min(len(k.sessions.Sessions), maxSaved)]
	})
}

// DropToken forgets the token of a session, not who logged in where.
func (k *Keeper) DropToken(server, user string) error {
	return k.changeSessions(func() {
		if at := k.find(server, user); at >= 0 {
			k.sessions.Sessions[at].Token = ""
		}
	})
}

// dropToken forgets a token that is void, unless it was replaced meanwhile.
func (k *Keeper) dropToken(server, user string, void wire.Token) error {
	return k.changeSessions(func() {
		if at := k.find(server, user); at >= 0 && k.sessions.Sessions[at].Token == string(void) {
			k.sessions.Sessions[at].Token = ""
		}
	})
}

func (k *Keeper) changeSessions(change func()) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.folder.locked(func() error {
		if err := k.readSessions(); err != nil {
			return err
		}
		change()
		return k.folder.write(sessionsName, k.sessions)
	})
}

// Why a key is not trusted.
var (
	ErrUnknownKey = errors.New("the server's key is not known")
	ErrChangedKey = errors.New("the server's key has changed")
)

// KeyError is a server's key that is not trusted: ErrUnknownKey when none was
// known, ErrChangedKey when another one was.
type KeyError struct {
	Server    string
	Known     string // fingerprint; blank for none
	Presented string // fingerprint
}

func (e *KeyError) Error() string {
	if e.Known == "" {
		return fmt.Sprintf("%v: %s shows %s", ErrUnknownKey, e.Server, e.Presented)
	}
	return fmt.Sprintf("%v: %s shows %s instead of %s", ErrChangedKey, e.Server, e.Presented, e.Known)
}

// Is tells an unknown key from a changed one.
func (e *KeyError) Is(target error) bool {
	if e.Known == "" {
		return target == ErrUnknownKey
	}
	return target == ErrChangedKey
}
