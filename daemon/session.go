package daemon

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	"wangpan/wire"
)

const (
	sessionsName   = "sessions.json"     // in the data folder
	sessionLife    = 30 * 24 * time.Hour // from the login
	sessionsOfUser = 32                  // an account's; the oldest gives way
)

// session is a logged-in life. It outlives its connections and the daemon.
type session struct {
	Key     string    `json:"key"` // SHA-256 of the token, in hexadecimal
	Account string    `json:"account"`
	Folder  string    `json:"folder"` // the account's, which tells it from a later one of the same name
	Began   time.Time `json:"began"`
	Expires time.Time `json:"expires"`
}

// sessions are all that have not ended, kept in one small file (0600) so that
// a restart logs nobody out. Tokens are hashed at rest: they have 256 random
// bits, so one SHA-256 is enough.
type sessions struct {
	file   string
	saving sync.Mutex // held while the file is written; taken before mu

	mu    sync.Mutex // never held during I/O: every request asks has
	byKey map[string]*session
	ended map[string]uint64 // by account: the clock when its sessions were ended last
	clock uint64            // counts such ends
}

func openSessions(file string, now time.Time) (*sessions, error) {
	s := &sessions{file: file, byKey: map[string]*session{}, ended: map[string]uint64{}}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	var list []*session
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("%w: remove sessions.json, and everybody logs in again", err)
	}
	for _, one := range list {
		if one != nil && one.Expires.After(now) {
			s.byKey[one.Key] = one
		}
	}
	return s, nil
}

func keyOf(token wire.Token) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// now returns the clock. A login reads it before it checks the password.
func (s *sessions) now() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

// begin makes a session for account and returns its token, which is nowhere
// else but with the client. It is refused when the account's sessions were
// ended after checked: the password that was right then need not be so now.
// An error of the disk does not end it: a full one must not keep people from
// getting in to make room. It is then gone after a restart.
func (s *sessions) begin(account, folder string, checked uint64, now time.Time) (*session, wire.Token, error) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails, see crypto/rand
	token := wire.Token(hex.EncodeToString(secret[:]))
	began := &session{Key: keyOf(token), Account: account, Folder: folder, Began: now.UTC(), Expires: now.Add(sessionLife).UTC()}

	if err := s.add(began, checked, now); err != nil {
		return nil, "", err
	}
	return began, token, s.save()
}

// add puts a session in, and drops those that have run out.
func (s *sessions) add(began *session, checked uint64, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended[began.Account] > checked {
		return errSessionEnded
	}
	var oldest *session
	count := 0
	for key, one := range s.byKey {
		switch {
		case !one.Expires.After(now):
			delete(s.byKey, key)
		case one.Account == began.Account:
			count++
			if oldest == nil || one.Began.Before(oldest.Began) {
				oldest = one
			}
		}
	}
	if count >= sessionsOfUser {
		delete(s.byKey, oldest.Key)
	}
	s.byKey[began.Key] = began
	return nil
}

// find returns the session of token, or nil.
func (s *sessions) find(token wire.Token, now time.Time) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	// The key is a hash of 256 random bits: how long the look-up takes tells
	// nothing about a token.
	if one := s.byKey[keyOf(token)]; one != nil && one.Expires.After(now) {
		return one
	}
	return nil
}

// end drops the sessions of account that drop says, and saves when there were
// any. Logins under way are stopped too, if all says that none may go on.
func (s *sessions) end(account string, all bool, drop func(*session) bool) error {
	s.mu.Lock()
	if all {
		s.clock++
		s.ended[account] = s.clock
	}
	before := len(s.byKey)
	maps.DeleteFunc(s.byKey, func(_ string, one *session) bool { return one.Account == account && drop(one) })
	dropped := len(s.byKey) < before
	s.mu.Unlock()
	if !dropped {
		return nil
	}
	return s.save()
}

// save writes the file as it is to be by now.
func (s *sessions) save() error {
	s.saving.Lock()
	defer s.saving.Unlock()
	s.mu.Lock()
	list := make([]*session, 0, len(s.byKey))
	for _, one := range s.byKey {
		list = append(list, one)
	}
	s.mu.Unlock()
	data, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return writeFile(s.file, data)
}

// EndSessions ends the sessions of account in the data folder dir, on which no
// daemon may run: the caller has its account book open.
func EndSessions(dir, account string) error {
	s, err := openSessions(filepath.Join(dir, sessionsName), time.Now())
	if err == nil {
		err = s.end(account, true, func(*session) bool { return true })
	}
	if err != nil {
		return fmt.Errorf("end the sessions of %s: %w", account, err)
	}
	return nil
}

// endSessions ends those of account but for the one with the key except, and
// closes their connections.
func (d *Daemon) endSessions(account, except string) error {
	err := d.sessions.end(account, true, func(s *session) bool { return s.Key != except })
	d.hangUp(account, func(_ *connection, s *session) bool { return s.Key != except })
	return err
}

// hangUp closes the connections of account that which says. A close may wait
// for a peer that reads nothing, so no lock is held.
func (d *Daemon) hangUp(account string, which func(*connection, *session) bool) {
	for _, c := range d.registry.ofAccount(account) {
		if which(c, c.session.Load()) {
			_ = c.conn.Close()
		}
	}
}

// has reports whether one has not been ended.
func (s *sessions) has(one *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byKey[one.Key] != nil
}
