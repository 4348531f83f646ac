package daemon

import (
	"time"

	"wangpan/wire"
)

// Limits bound what clients may take. Nothing that a peer says changes them.
type Limits struct {
	Connections     int           // in all; 2,000
	Handshakes      int           // of Connections, those whose TLS handshake is not complete; a quarter
	Unauthenticated int           // of Connections, those with TLS and without a login; an eighth
	Reserved        int           // of the others, the last ones, for accounts and addresses with few; an eighth of Connections
	PerAddress      int           // authenticated, per address; a quarter of Connections
	PerAccount      int           // authenticated, per account; 64
	Ahead           int           // requests not yet answered, a connection; 64
	Handshake       time.Duration // for TLS; 10 s
	Login           time.Duration // from the handshake to a login; 30 s
	Idle            time.Duration // without a frame; 15 min
	Stall           time.Duration // for the rest of a frame that has begun; 30 s
	Silence         time.Duration // without a byte within a body, when another connection wants its upload; 10 s
	Transfer        time.Duration // without a frame within a body, or for a reply to be read; 60 s
}

// bodyMemory is how many bytes the bodies in flight hold together in parts that
// are longer than the smallest: enough for 256 that move at once.
const bodyMemory = 64 << 20

func (l Limits) withDefaults() Limits {
	number := func(p *int, n int) {
		if *p <= 0 {
			*p = n
		}
	}
	duration := func(p *time.Duration, d time.Duration) {
		if *p <= 0 {
			*p = d
		}
	}
	number(&l.Connections, 2000)
	number(&l.Handshakes, max(l.Connections/4, 1))
	number(&l.Unauthenticated, max(l.Connections/8, 1))
	number(&l.Reserved, l.Connections/8)
	number(&l.PerAddress, max(l.Connections/4, 1))
	number(&l.PerAccount, 64)
	number(&l.Ahead, 64)
	duration(&l.Handshake, 10*time.Second)
	duration(&l.Login, 30*time.Second)
	duration(&l.Idle, 15*time.Minute)
	duration(&l.Stall, 30*time.Second)
	duration(&l.Silence, 10*time.Second)
	duration(&l.Transfer, time.Minute)
	return l
}

// authenticated is how many connections may be in sessions.
func (l Limits) authenticated() int {
	return max(l.Connections-l.Handshakes-l.Unauthenticated, 1)
}

func (l Limits) timeouts() wire.Timeouts {
	return wire.Timeouts{Idle: l.Idle, Stall: l.Stall, Write: l.Transfer}
}

// announce is what welcome says of the limits.
func (l Limits) announce() wire.Limits {
	return wire.Limits{
		Frame:       wire.MaxFrame,
		Ahead:       l.Ahead,
		Block:       wire.BlockSize,
		IdleSeconds: int(l.Idle.Seconds()),

		Connections:     l.Connections,
		Handshakes:      l.Handshakes,
		Unauthenticated: l.Unauthenticated,
		Reserved:        l.Reserved,
		PerAddress:      l.PerAddress,
		PerAccount:      l.PerAccount,
	}
}
