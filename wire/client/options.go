package client

import (
	"context"
	"time"

	"wangpan/wire"
)

// Options say how to reach a server. Trust must be there unless Plain is set.
type Options struct {
	// Name is the program and its version, for the server's log.
	Name string

	// Trust is asked about the server's key, see [wire.Fingerprint]. address
	// is "host:port", the port always there. It is called when the TLS handshake has proven
	// that the server holds the key, and before a byte of the protocol is
	// sent; nil means go on, any error ends the Dial and comes back from it.
	// It should answer soon: the server waits 30 s for a login.
	Trust func(ctx context.Context, address, fingerprint string) error

	// Plain leaves TLS out. It is refused unless the server is this machine.
	Plain bool

	Timeouts Timeouts

	// OnEvent is told what the server says without being asked. It runs in
	// the goroutine that reads the connection: it must return soon and must
	// not call methods of the Client.
	OnEvent func(wire.Event)
}

// Timeouts are how long a Client waits. Zero means the default.
type Timeouts struct {
	Dial    time.Duration // for TCP and TLS together, and again for the welcome; 10 s
	Silence time.Duration // without a byte from a server that owes an answer; 15 s
	Idle    time.Duration // between the pings that keep a quiet connection open; 30 s

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

// Bounds of what a server may announce. The defaults are those of package wire.
const (
	defaultAhead = 64
	mostAhead    = 1024 // a longer queue gains nothing and costs memory here
	defaultIdle  = 15 * 60
	leastIdle    = 2 // seconds; the client pings twice in that time
	mostIdle     = 24 * 60 * 60
)

// clamp replaces what makes no sense in the limits of a server.
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
		Ahead:       min(l.Ahead, mostAhead),
		Block:       wire.BlockSize, // version 1 knows no other
		IdleSeconds: min(max(l.IdleSeconds, leastIdle), mostIdle),

		Connections:     max(l.Connections, 0),
		Handshakes:      max(l.Handshakes, 0),
		Unauthenticated: max(l.Unauthenticated, 0),
		Reserved:        max(l.Reserved, 0),
		PerAddress:      max(l.PerAddress, 0),
		PerAccount:      max(l.PerAccount, 0),
	}
}
