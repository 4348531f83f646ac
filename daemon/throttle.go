package daemon

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"wangpan/wire"
)

// How often one may fail to log in: 10 times per minute from an address, and
// 100 times per hour into an account. Only failures count, because everybody on
// an ssh host comes from one address. An account that is being guessed at stays
// open to the addresses from which it was used before, so that nobody can lock
// its owner out.
//
// How many accounts may be made from an address: 500 an hour, enough for a
// school on its first day, and too few to use up the account book.
const (
	failuresOfAddress      = 10
	failuresOfAccount      = 100
	registrationsOfAddress = 500
	throttleSize           = 10_000 // entries kept; the table is cleaned above
)

type throttle struct {
	mu            sync.Mutex
	addresses     map[string]*rate.Limiter
	accounts      map[string]*rate.Limiter
	registrations map[string]*rate.Limiter
}

func newThrottle() *throttle {
	return &throttle{
		addresses: map[string]*rate.Limiter{}, accounts: map[string]*rate.Limiter{}, registrations: map[string]*rate.Limiter{},
	}
}

// allow returns the lane in which a login from address into account waits for
// its password check, or why it is refused now. returning says that the account
// was used from address before.
func (t *throttle) allow(address, account string, returning bool, now time.Time) (hashLane, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, b := t.limiters(address, account, now)
	switch {
	case a.TokensAt(now) < 1:
		return 0, wire.Errorf(wire.RateLimited, "too many failed logins from your address: wait a minute and try again")
	case returning:
		return laneReturning, nil
	case b.TokensAt(now) < 1:
		return 0, wire.Errorf(wire.RateLimited, "too many failed logins into this account: log in from an address that you have used before, or wait a few minutes")
	}
	return laneOf(a, now), nil
}

// laneOf returns the lane of an address with this limiter.
func laneOf(a *rate.Limiter, now time.Time) hashLane {
	if a.TokensAt(now) >= failuresOfAddress {
		return laneClean
	}
	return laneFailing
}

// failed counts a try of address that did not get into account. It returns
// which of the two is locked out from now on, "" for none.
func (t *throttle) failed(address, account string, now time.Time) (lockedOut string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, b := t.limiters(address, account, now)
	// Tries that were at work at once may take more than there is: that is owed.
	exhausts := func(l *rate.Limiter) bool {
		before := l.TokensAt(now)
		l.ReserveN(now, 1)
		return before >= 1 && l.TokensAt(now) < 1
	}
	byAddress, byAccount := exhausts(a), exhausts(b)
	switch {
	case byAccount:
		return "account"
	case byAddress:
		return "address"
	}
	return ""
}

func (t *throttle) limiters(address, account string, now time.Time) (a, b *rate.Limiter) {
	return limiter(t.addresses, address, rate.Every(time.Minute/failuresOfAddress), failuresOfAddress, now),
		limiter(t.accounts, account, rate.Every(time.Hour/failuresOfAccount), failuresOfAccount, now)
}

// register returns the lane in which a registration from address waits for its
// password hash, or why it is refused now.
func (t *throttle) register(address string, now time.Time) (hashLane, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.registrationsOf(address, now).TokensAt(now) < 1 {
		return 0, wire.Errorf(wire.RateLimited, "too many accounts were made from your address: wait a few minutes and try again")
	}
	a, _ := t.limiters(address, registrations, now)
	return laneOf(a, now), nil
}

// registered counts an account that was made from address.
func (t *throttle) registered(address string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.registrationsOf(address, now).ReserveN(now, 1)
}

func (t *throttle) registrationsOf(address string, now time.Time) *rate.Limiter {
	return limiter(t.registrations, address, rate.Every(time.Hour/registrationsOfAddress), registrationsOfAddress, now)
}

// registrations is what the throttle counts open registrations under, and
// invitations guesses at invitations. No account is counted under these: those
// are hashes.
const (
	registrations = "registrations"
	invitations   = "invitations"
)

// limiter returns the one for key, making room when there are too many.
func limiter(of map[string]*rate.Limiter, key string, limit rate.Limit, burst int, now time.Time) *rate.Limiter {
	if l := of[key]; l != nil {
		return l
	}
	if len(of) >= throttleSize {
		makeRoom(of, burst, now)
	}
	l := rate.NewLimiter(limit, burst)
	of[key] = l
	return l
}

// makeRoom drops the limiters that are full again, which have nothing to
// remember, and others by chance until a quarter of the table is free: so a
// flood of new keys costs one sweep a quarter table, not one each.
func makeRoom(of map[string]*rate.Limiter, burst int, now time.Time) {
	for key, l := range of {
		if l.TokensAt(now) >= float64(burst) {
			delete(of, key)
		}
	}
	for key := range of {
		if len(of) <= throttleSize*3/4 {
			return
		}
		delete(of, key)
	}
}

// addressOf is what a client is throttled by: an IPv4 address, or the /64 that
// an IPv6 host can choose its addresses from.
func addressOf(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	ip := at.Addr().Unmap()
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return ip.String()
	}
	return prefix.String()
}
