package daemon

import (
	"math/rand/v2"
	"slices"
	"sync"

	"wangpan/wire"
)

// registry counts the open connections and decides which are admitted. It is
// safe for concurrent use.
//
// The shares of accounts and addresses are enforced at the login. Before that,
// a connection is refused only when no login from its address can succeed.
// Otherwise it takes the place of an older one when too many wait for TLS or
// for a login, see drop: a peer that connects and does not log in locks nobody
// out, not even the other users of its address.
type registry struct {
	limits Limits
	chance func() float64 // in [0, 1)

	mu            sync.Mutex
	closed        bool
	all           map[*connection]struct{}
	addresses     map[string]*addressCounts
	accounts      map[string]map[*connection]struct{} // authenticated ones
	waiting       [phases]int                         // unauthenticated ones, by phase
	authenticated int
	overdue       []*connection // the oldest first
	refused       []*connection // that are told why; the oldest first
}

// addressCounts are the connections of one address.
type addressCounts struct {
	waiting       [phases][]*connection // unauthenticated ones, by phase, in no order
	authenticated int
}

// phase is how far a connection has come.
type phase int

const (
	silent        phase = iota // the client has sent nothing
	handshaking                // the client has sent something, TLS is not complete
	loggingIn                  // TLS is complete, no login or join has succeeded
	phases                     // the number of those above
	overdue                    // dropped: it has overdueTime to get to its next phase
	authenticated              // in a session
	refused                    // it counts nowhere: it is new, is told why it is refused, or has ended
)

const (
	// maxRefused is how many connections may wait for the reason why they are
	// refused. More are closed without one, the oldest first.
	maxRefused = 64
	// newcomerConnections is how many connections an account may have and still
	// take another from a reserve.
	newcomerConnections = 4
)

func newRegistry(l Limits) *registry {
	return &registry{
		limits: l, chance: rand.Float64, all: map[*connection]struct{}{},
		addresses: map[string]*addressCounts{}, accounts: map[string]map[*connection]struct{}{},
	}
}

// admit adds a new connection. With a reason, or when no login from its address
// can succeed, it is refused already, and is to be served only to be told so.
// After close, admit adds nothing and reports false.
func (r *registry) admit(c *connection, reason *wire.Error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	r.all[c] = struct{}{}
	if reason == nil {
		reason = r.full(c.address)
	}
	if reason != nil {
		r.refuse(c, reason)
	} else {
		r.wait(c, silent)
	}
	return true
}

// advance moves an unauthenticated connection to its next phase. An error is
// the reason why the connection is refused.
func (r *registry) advance(c *connection, next phase) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.begun = next == loggingIn
	switch {
	case r.closed:
		return errGoingDown
	case c.phase == refused:
		return c.refusal.Load()
	}
	r.leave(c)
	r.wait(c, next)
	return nil
}

// authenticate moves a connection into the session s, unless its account, its
// address or the server has too many.
func (r *registry) authenticate(c *connection, s *session) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.phase == refused {
		return c.refusal.Load()
	}
	if err := r.overShare(c.address, s.Account); err != nil {
		return err
	}
	r.leave(c)
	c.phase = authenticated
	c.session.Store(s)
	r.authenticated++
	r.address(c.address).authenticated++
	if r.accounts[s.Account] == nil {
		r.accounts[s.Account] = map[*connection]struct{}{}
	}
	r.accounts[s.Account][c] = struct{}{}
	return nil
}

// full returns a refusal when no login from address can succeed. The caller
// holds mu.
func (r *registry) full(address string) *wire.Error {
	if a := r.addresses[address]; a != nil && a.authenticated >= r.limits.PerAddress {
		return wire.Errorf(wire.Busy, "your address has %d connections open, which is the most: close one and try again", a.authenticated)
	}
	if r.authenticated >= r.limits.authenticated() {
		return wire.Errorf(wire.Busy, "all %d connections of this server are in use: try again soon", r.authenticated)
	}
	return nil
}

// overShare returns a refusal when an account or an address has its share of the
// connections. The last ones of an address are kept for accounts that have few,
// and the last ones of the server for accounts and addresses that have few: so
// a user gets in while others hold all that they can. The caller holds mu.
func (r *registry) overShare(address, account string) error {
	if err := r.full(address); err != nil {
		return err
	}
	ofAccount, ofAddress, limits := len(r.accounts[account]), r.address(address).authenticated, r.limits
	newAccount := ofAccount < newcomerConnections
	newcomer := newAccount && ofAddress < max(limits.PerAddress/4, newcomerConnections)
	switch {
	case ofAccount >= limits.PerAccount:
		return wire.Errorf(wire.Busy, "this account has %d connections open, which is the most: close one and try again", ofAccount)
	case ofAddress >= limits.PerAddress-limits.PerAddress/8 && !newAccount:
		return wire.Errorf(wire.Busy, "your address has %d connections open, and the others are kept for accounts with few: close one and try again", ofAddress)
	case r.authenticated >= limits.authenticated()-limits.Reserved && !newcomer:
		return wire.Errorf(wire.Busy, "the server has %d connections open, and the others are kept for users with few: close one, or try again soon", r.authenticated)
	}
	return nil
}

// remove forgets a connection that has ended.
func (r *registry) remove(c *connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, c)
	r.leave(c)
	c.phase = refused
}

// close admits no more connections, closes those without TLS and those that are
// refused, and returns the others.
func (r *registry) close() []*connection {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	var open []*connection
	for c := range r.all {
		if c.begun && c.phase != refused {
			open = append(open, c)
		} else {
			_ = c.line.Close()
		}
	}
	return open
}

// ofAccount returns the connections of an account.
func (r *registry) ofAccount(account string) []*connection {
	r.mu.Lock()
	defer r.mu.Unlock()
	open := make([]*connection, 0, len(r.accounts[account]))
	for c := range r.accounts[account] {
		open = append(open, c)
	}
	return open
}

// leave takes a connection out of the counts of its phase. The caller holds mu
// and gives it another phase.
func (r *registry) leave(c *connection) {
	a := r.address(c.address)
	switch c.phase {
	case overdue:
		r.overdue = without(r.overdue, c)
		c.refusal.Store(nil)
		_ = c.line.SetReadDeadline(noDeadline)
	case authenticated:
		a.authenticated--
		r.authenticated--
		account := c.session.Load().Account
		if delete(r.accounts[account], c); len(r.accounts[account]) == 0 {
			delete(r.accounts, account)
		}
	case refused:
		r.refused = without(r.refused, c)
	default:
		r.stopWaiting(a, c)
	}
	if a.authenticated+len(a.waiting[silent])+len(a.waiting[handshaking])+len(a.waiting[loggingIn]) == 0 {
		delete(r.addresses, c.address)
	}
}

// without returns a list without c.
func without(list []*connection, c *connection) []*connection {
	if at := slices.Index(list, c); at >= 0 {
		return slices.Delete(list, at, at+1)
	}
	return list
}

// address returns the counts of an address. The caller holds mu.
func (r *registry) address(address string) *addressCounts {
	a := r.addresses[address]
	if a == nil {
		a = &addressCounts{}
		r.addresses[address] = a
	}
	return a
}
