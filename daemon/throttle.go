package daemon

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"wangpan/wire"
)

// How often one may fail to log in, or to be invited: 10 times a minute from an address, 100
// times an hour into an account. Only failures count, because everybody on an
// ssh host comes from one address. An account that is being guessed at stays
// open to addresses without a recent failure, so that nobody can lock its
// owner out.
const (
	triesOfAddress = 10
	triesOfAccount = 100
	throttleSize   = 10_000 // entries kept; the table is cleaned above
)

type throttle struct {
	mu        sync.Mutex
	addresses map[string]*rate.Limiter
	accounts  map[string]*rate.Limiter
}

func newThrottle() *throttle {
	return &throttle{addresses: map[string]*rate.Limiter{}, accounts: map[string]*rate.Limiter{}}
}

// try takes one try of address and account out, to be given back by the
// returned function when it succeeds. Taking it first bounds tries made at once.
func (t *throttle) try(address, account string, now time.Time) (giveBack func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := limiter(t.addresses, address, rate.Every(time.Minute/triesOfAddress), triesOfAddress, now)
	clean := a.TokensAt(now) >= triesOfAddress-1
	fromAddress := a.ReserveN(now, 1)
	if fromAddress.DelayFrom(now) > 0 {
		fromAddress.CancelAt(now)
		return nil, wire.Errorf(wire.RateLimited, "too many failed logins from your address: wait a minute and try again")
	}
	b := limiter(t.accounts, account, rate.Every(time.Hour/triesOfAccount), triesOfAccount, now)
	intoAccount := b.ReserveN(now, 1)
	if intoAccount.DelayFrom(now) > 0 {
		intoAccount.CancelAt(now)
		if !clean {
			return nil, wire.Errorf(wire.RateLimited, "too many failed logins into this account: wait a few minutes and try again")
		}
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		fromAddress.CancelAt(now)
		intoAccount.CancelAt(now)
	}, nil
}

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
