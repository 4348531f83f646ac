package daemon

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"wangpan/daemon/clock"
	"wangpan/wire"
)

const (
	sessionLife        = 30 * 24 * time.Hour // from the login
	sessionsOfAccount  = 32                  // open sessions; a further login ends the oldest
	endedOfAccount     = 8                   // ended sessions whose reason is kept
	addressesOfAccount = 16                  // addresses that are kept, the last used ones
)

// session is one login. It outlives its connections and the daemon.
type session struct {
	Key     string    `json:"key"` // SHA-256 of the token, in hexadecimal
	Account string    `json:"account"`
	Folder  string    `json:"folder"` // the account's, which tells it from a later one of the same name
	Began   time.Time `json:"began"`
	Expires time.Time `json:"expires"`
}

// endedSession is why a session ended. It is kept as long as the session could
// have lasted, so that its client learns the reason when it connects again.
type endedSession struct {
	Key     string      `json:"key"`
	Account string      `json:"account"`
	Reason  wire.Reason `json:"reason,omitempty"`
	Until   time.Time   `json:"until"`
}

// usedAddress is an address from which an account has logged in.
type usedAddress struct {
	Account string `json:"account"`
	Address string `json:"address"`
}

// accountSessions are those of one account, each list in order of time.
type accountSessions struct {
	open      []*session
	ended     []*endedSession
	addresses []usedAddress
}

// sessions are the open sessions, the reasons of ended ones, and the addresses
// from which accounts have logged in. Each change is appended to a file (0600)
// before it is acknowledged, so that a restart logs nobody out. Tokens are
// hashed at rest: they have 256 random bits, so one SHA-256 is enough. It is
// safe for concurrent use.
type sessions struct {
	clock  *clock.Guard
	saving sync.Mutex // held while the file is written; taken before mu
	log    *sessionLog

	mu       sync.Mutex // never held during I/O: every request calls check
	byKey    map[string]*session
	ended    map[string]*endedSession
	accounts map[string]*accountSessions // by guessed name
	unsaved  []sessionRecord
	cuts     uint64            // how often all sessions of an account were ended
	cut      map[string]uint64 // by account: cuts when that happened last
}

func keyOf(token wire.Token) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// checkpoint returns what begin wants to get. A login calls it before it checks
// the password.
func (s *sessions) checkpoint() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cuts
}

// begin makes a session for account and returns its token, which is nowhere
// else but with the client. It is refused when the account's sessions were
// ended after checked: the password that was right then need not be so now.
// An error of the disk does not end the session: a full disk must not keep
// people from getting in to make room. The session then ends with the daemon.
func (s *sessions) begin(account, folder, address string, checked uint64) (*session, wire.Token, error) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails, see crypto/rand
	token := wire.Token(hex.EncodeToString(secret[:]))
	now := s.clock.Now()
	began := &session{Key: keyOf(token), Account: account, Folder: folder, Began: now.UTC(), Expires: now.Add(sessionLife).UTC()}
	s.mu.Lock()
	if s.cut[account] > checked {
		s.mu.Unlock()
		return nil, "", errSessionEnded
	}
	s.makeRoom(account)
	s.record(sessionRecord{Begin: began})
	s.noteAddress(account, address)
	s.mu.Unlock()
	return began, token, s.save()
}

// makeRoom ends the sessions of account that have expired and, when it has as
// many as it may, the oldest. The caller holds mu.
func (s *sessions) makeRoom(account string) {
	of := s.of(account)
	for _, one := range slices.Clone(of.open) {
		if s.expired(one) {
			s.record(s.endOf(one, wire.ReasonExpired))
		}
	}
	if len(of.open) >= sessionsOfAccount {
		oldest := slices.MinFunc(of.open, func(a, b *session) int { return a.Began.Compare(b.Began) })
		s.record(s.endOf(oldest, wire.ReasonReplaced))
	}
}

// expired reports whether one has reached its age limit. A system clock that
// has jumped ahead makes nothing expire.
func (s *sessions) expired(one *session) bool { return !one.Expires.After(s.clock.ExpiryTime()) }

func (s *sessions) endOf(one *session, why wire.Reason) sessionRecord {
	return sessionRecord{End: &endedSession{Key: one.Key, Account: one.Account, Reason: why, Until: s.clock.Now().Add(sessionLife)}}
}

// find returns the session of token, or why there is none.
func (s *sessions) find(token wire.Token) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// The key is a hash of 256 random bits: how long the look-up takes tells
	// nothing about a token.
	key := keyOf(token)
	return s.byKey[key], s.stateOf(key)
}

// check returns why one has ended, or nil.
func (s *sessions) check(one *session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stateOf(one.Key)
}

// stateOf returns why the session with key has ended, or nil. The caller holds mu.
func (s *sessions) stateOf(key string) error {
	if one := s.byKey[key]; one != nil {
		if !s.expired(one) {
			return nil
		}
		return sessionEnded(wire.ReasonExpired)
	}
	if over := s.ended[key]; over != nil {
		return sessionEnded(over.Reason)
	}
	return errSessionEnded
}

// end ends the sessions of account that drop selects, and saves that. Logins
// under way are refused too, if all says that none may go on.
func (s *sessions) end(account string, why wire.Reason, all bool, drop func(*session) bool) error {
	s.mu.Lock()
	if all {
		s.cuts++
		s.cut[account] = s.cuts
	}
	of := s.of(account)
	for _, one := range slices.Clone(of.open) {
		if one.Account == account && drop(one) {
			s.record(s.endOf(one, why))
		}
	}
	if why == wire.ReasonRemoved && len(of.addresses) > 0 {
		s.record(sessionRecord{Forget: account})
	}
	s.mu.Unlock()
	return s.save()
}

// returning reports whether an account, as the throttle counts it, has been
// used from address before.
func (s *sessions) returning(guessed, address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := s.accounts[guessed]
	return of != nil && of.used(address) >= 0
}

// used notes that account was used from address.
func (s *sessions) used(account, address string) error {
	s.mu.Lock()
	s.noteAddress(account, address)
	s.mu.Unlock()
	return s.save()
}

// noteAddress makes address the last used one of account. Only a new one is
// saved: the order decides no more than which one is dropped. The caller holds mu.
func (s *sessions) noteAddress(account, address string) {
	of := s.of(account)
	if at := of.used(address); at >= 0 {
		one := of.addresses[at]
		of.addresses = append(slices.Delete(of.addresses, at, at+1), one)
		return
	}
	s.record(sessionRecord{Address: &usedAddress{Account: account, Address: address}})
}

// used returns the index of address, or -1.
func (of *accountSessions) used(address string) int {
	return slices.IndexFunc(of.addresses, func(u usedAddress) bool { return u.Address == address })
}

// of returns the sessions of account. The caller holds mu, or is alone.
func (s *sessions) of(account string) *accountSessions {
	key := guessed(account)
	of := s.accounts[key]
	if of == nil {
		of = &accountSessions{}
		s.accounts[key] = of
	}
	return of
}

// record applies a change and leaves it to the next save. The caller holds mu.
func (s *sessions) record(r sessionRecord) {
	s.apply(r)
	s.unsaved = append(s.unsaved, r)
}

// apply changes the sessions as r says. The caller holds mu, or is alone.
func (s *sessions) apply(r sessionRecord) {
	switch {
	case r.Begin != nil:
		s.byKey[r.Begin.Key] = r.Begin
		of := s.of(r.Begin.Account)
		of.open = append(of.open, r.Begin)
	case r.End != nil:
		delete(s.byKey, r.End.Key)
		of := s.of(r.End.Account)
		of.open = slices.DeleteFunc(of.open, func(one *session) bool { return one.Key == r.End.Key })
		of.ended = append(of.ended, r.End)
		s.ended[r.End.Key] = r.End
		if len(of.ended) > endedOfAccount {
			delete(s.ended, of.ended[0].Key)
			of.ended = slices.Delete(of.ended, 0, 1)
		}
	case r.Address != nil:
		of := s.of(r.Address.Account)
		of.addresses = append(of.addresses, *r.Address)
		if len(of.addresses) > addressesOfAccount {
			of.addresses = slices.Delete(of.addresses, 0, 1)
		}
	case r.Forget != "":
		s.of(r.Forget).addresses = nil
	}
}
