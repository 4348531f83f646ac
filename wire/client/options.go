package client

import (
	"context"
	"time"

	"wangpan/wire"
)

// Options are the options of Dial. Trust is required unless Plain is set.
type Options struct {
	// Name is the program and its version, for the server's log.
	Name string

	// Trust decides whether to trust the server's key; see [wire.Fingerprint].
	// address is "host:port", always with the port. Dial calls it after the TLS
	// handshake, which proves that the server has the key, and before it sends a
	// byte of the protocol. Dial fails with its error. Trust should return soon,
	// because the server waits 30 s for a login.
	Trust func(ctx context.Context, address, fingerprint string) error

	// Plain disables TLS. Dial allows that on loopback only.
	Plain bool

	Timeouts Timeouts

	// OnEvent receives the events of the server. The goroutine that reads the
	// connection calls it: it must return soon and must not call methods of the
	// Client. It may be nil.
	OnEvent func(wire.Event)
}

// Timeouts are how long a Client waits. Zero means the default.
type Timeouts struct {
	Dial    time.Duration // for TCP and TLS together, and again for the welcome; 10 s
	Silence time.Duration // without a byte from a server that owes an answer, see ErrSilent; 15 s
	Idle    time.Duration // between the pings that keep an idle connection open; 30 s

	// Answer is how long the oldest unanswered request may make no progress
	// before the connection is closed with ErrStalled; 1 min. Requests that
	// write to the server's disk get 10 times as long, and those for which the
	// server reads whole files or trees 360 times; see package wire, "Limits".
	Answer time.Duration
}

func (t Timeouts) withDefaults() Timeouts {
	if t.Dial <= 0 {
		t.Dial = 10 * time.Second
	}
	if t.Silence <= 0 {
		t.Silence = 15 * time.Second
	}
	if t.Idle <= 0 {
		t.Idle = 30 * time.Second
	}
	if t.Answer <= 0 {
		t.Answer = time.Minute
	}
	return t
}

// Bounds of the limits that a server may announce. The defaults are those of package
// wire. Idle times are in seconds; the client pings twice in that time.
const (
	defaultAhead = 64
	maxAhead     = 1024 // more unanswered requests gain no speed and take memory
	defaultIdle  = 15 * 60
	minIdle      = 2
	maxIdle      = 24 * 60 * 60
)

// clamp replaces missing limits by defaults and moves the others into their bounds.
func clamp(l wire.Limits) wire.Limits {
	if l.Frame <= 0 {
		l.Frame = wire.MaxFrame
	}
	if l.Ahead <= 0 {
		l.Ahead = defaultAhead
	}
	if l.IdleSeconds <= 0 {
		l.IdleSeconds = defaultIdle
	}
	return wire.Limits{
		Frame:       min(max(l.Frame, wire.MaxFrameBeforeLogin), wire.MaxFrame),
		Ahead:       min(l.Ahead, maxAhead),
		Block:       wire.BlockSize, // the only size in version 1
		IdleSeconds: min(max(l.IdleSeconds, minIdle), maxIdle),

		Connections:     max(l.Connections, 0),
		Handshakes:      max(l.Handshakes, 0),
		Unauthenticated: max(l.Unauthenticated, 0),
		Reserved:        max(l.Reserved, 0),
		PerAddress:      max(l.PerAddress, 0),
		PerAccount:      max(l.PerAccount, 0),
	}
}
