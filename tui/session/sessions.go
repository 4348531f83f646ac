package session

import (
	"slices"
	"strings"
	"time"

	"wangpan/wire"
)

// maxSaved bounds the stored sessions. SaveToken removes the oldest ones.
const maxSaved = 100

// sessionFile is sessions.toml.
type sessionFile struct {
	Sessions []savedSession `toml:"sessions"` // newest first
}

// savedSession is one entry of sessions.toml.
type savedSession struct {
	Server   string    `toml:"server"`
	User     string    `toml:"user"`
	LastUsed time.Time `toml:"last_used"`
	Token    string    `toml:"token,omitempty"`   // a secret; blank after a logout
	Keyring  bool      `toml:"keyring,omitempty"` // the token is in the system's keyring instead
}

// Saved is a server and a user of an earlier login.
type Saved struct {
	Server   string
	User     string
	LastUsed time.Time
}

func loadSessions(f *folder) (sessions sessionFile, err error) {
	err = f.read(sessionsName, &sessions)
	return sessions, err
}

func storeSessions(f *folder, sessions sessionFile) error { return f.write(sessionsName, sessions) }

// Servers returns the servers and users of earlier logins, newest first.
func (k *Keeper) Servers() []Saved {
	known := k.sessions.get().Sessions
	list := make([]Saved, len(known))
	for i, s := range known {
		list[i] = Saved{s.Server, s.User, s.LastUsed}
	}
	return list
}

// LastUser returns the user of the latest login to a server, and blank for none.
func (k *Keeper) LastUser(server string) string {
	for _, s := range k.sessions.get().Sessions {
		if s.Server == server {
			return s.User
		}
	}
	return ""
}

// Token returns the token of a user's session on a server. It may wait for the
// system's keyring.
func (k *Keeper) Token(server, user string) (wire.Token, bool) {
	known := k.sessions.get().Sessions
	at := find(known, server, user)
	if at < 0 {
		return "", false
	}
	token := k.token(known[at])
	return wire.Token(token), token != ""
}

// find returns the index of a user's session, or −1. Servers ignore the case of user
// names, so find does, too; it prefers an exact match.
func find(list []savedSession, server, user string) int {
	at := slices.IndexFunc(list, func(s savedSession) bool { return s.Server == server && s.User == user })
	if at >= 0 {
		return at
	}
	return slices.IndexFunc(list, func(s savedSession) bool {
		return s.Server == server && strings.EqualFold(s.User, user)
	})
}

// SaveToken stores a session and moves it to the front of Servers. It stores the token
// in the system's keyring if there is one, and otherwise in a file that only the user
// can read. With a blank token it stores the server and the user only.
func (k *Keeper) SaveToken(server, user string, token wire.Token) error {
	hidden := k.setInKeyring(server, user, string(token))
	if !hidden {
		k.deleteTokenFromKeyring(server, user) // the earlier token
	}
	return k.changeSessions(func(list []savedSession) []savedSession {
		if at := find(list, server, user); at >= 0 {
			list = slices.Delete(list, at, at+1)
		}
		saved := savedSession{Server: server, User: user, LastUsed: time.Now().UTC().Truncate(time.Second), Keyring: hidden}
		if !hidden {
			saved.Token = string(token)
		}
		list = slices.Insert(list, 0, saved)
		return list[:min(len(list), maxSaved)]
	})
}

// DropToken removes the token of a session. Servers still lists its server and user.
func (k *Keeper) DropToken(server, user string) error {
	k.deleteTokenFromKeyring(server, user)
	return k.changeSessions(func(list []savedSession) []savedSession {
		if at := find(list, server, user); at >= 0 {
			list[at].Token, list[at].Keyring = "", false
		}
		return list
	})
}

// deleteTokenFromKeyring removes the token of a user's session on a server from the
// keyring, if it is there.
func (k *Keeper) deleteTokenFromKeyring(server, user string) {
	known := k.sessions.get().Sessions
	if at := find(known, server, user); at >= 0 {
		k.deleteFromKeyring(known[at])
	}
}

// dropToken removes an invalid token, unless another process has replaced it.
func (k *Keeper) dropToken(server, user string, void wire.Token) error {
	known := k.sessions.get().Sessions
	if at := find(known, server, user); at >= 0 && known[at].Keyring {
		if k.token(known[at]) != string(void) {
			return nil
		}
		return k.DropToken(server, user)
	}
	return k.changeSessions(func(list []savedSession) []savedSession {
		if at := find(list, server, user); at >= 0 && list[at].Token == string(void) {
			list[at].Token = ""
		}
		return list
	})
}

// dropSessions removes all sessions on a server and reports whether there was one.
func (k *Keeper) dropSessions(server string) (found bool, err error) {
	for _, s := range k.sessions.get().Sessions {
		if s.Server == server {
			k.deleteFromKeyring(s)
		}
	}
	err = k.changeSessions(func(list []savedSession) []savedSession {
		return slices.DeleteFunc(list, func(s savedSession) bool {
			found = found || s.Server == server
			return s.Server == server
		})
	})
	return found, err
}

// changeSessions stores the list that edit returns. edit may change its argument.
func (k *Keeper) changeSessions(edit func(list []savedSession) []savedSession) error {
	return k.sessions.change(func(now sessionFile) (sessionFile, error) {
		return sessionFile{edit(slices.Clone(now.Sessions))}, nil
	})
}
