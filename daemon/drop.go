package daemon

import (
	"math/rand/v2"
	"time"

	"wangpan/wire"
)

const (
	// dropRate is the probability of a drop when half of the places of a phase
	// are taken. It rises to 1 when all are.
	dropRate = 0.3
	// dropSample is among how many connections, chosen at random, the oldest is
	// dropped. So most of those that are dropped are old, and nobody can time
	// connections so that those of others always are.
	dropSample = 4
	// overdueTime is how long a dropped connection has to get to its next phase.
	// That spares slow clients, and it bounds how fast a peer can replace the
	// connections that it loses, and so how soon those of others are dropped.
	overdueTime = time.Second
)

var errDropped = wire.Errorf(wire.Busy, "too many connections wait for a login: try again")

var noDeadline time.Time

// wait puts a connection into an unauthenticated phase. It may drop another one
// to make room. The caller holds mu.
func (r *registry) wait(c *connection, p phase) {
	full := r.limits.Unauthenticated
	if p != loggingIn {
		full = max(r.limits.Handshakes/4, 1) // a half is for the overdue ones
	}
	if r.chance() < dropProbability(r.waiting[p], full) {
		r.drop(p)
	}
	a := r.address(c.address)
	c.phase, c.place = p, len(a.waiting[p])
	a.waiting[p] = append(a.waiting[p], c)
	r.waiting[p]++
}

// stopWaiting is the opposite of wait. The caller holds mu.
func (r *registry) stopWaiting(a *addressCounts, c *connection) {
	list := a.waiting[c.phase]
	last := len(list) - 1
	list[c.place], list[last].place = list[last], c.place
	list[last] = nil
	a.waiting[c.phase] = list[:last]
	r.waiting[c.phase]--
}

// dropProbability is 0 below half of full, dropRate at half, and rises to 1.
func dropProbability(n, full int) float64 {
	begin := full / 2
	switch {
	case n >= full:
		return 1
	case n < begin:
		return 0
	}
	return dropRate + (1-dropRate)*float64(n-begin)/float64(full-begin)
}

// drop makes an old connection overdue: one of the address that has the most in
// the phase p. The caller holds mu.
func (r *registry) drop(p phase) {
	var most []*connection
	for _, a := range r.addresses {
		if len(a.waiting[p]) > len(most) {
			most = a.waiting[p]
		}
	}
	if len(most) == 0 {
		return
	}
	c := most[rand.IntN(len(most))] //nolint:gosec // it is no secret
	for range dropSample - 1 {
		if other := most[rand.IntN(len(most))]; other.since.Before(c.since) { //nolint:gosec // as above
			c = other
		}
	}
	r.leave(c)
	c.phase = overdue
	c.refusal.Store(errDropped)
	c.endAt(time.Now().Add(overdueTime))
	r.overdue = append(r.overdue, c)
	if len(r.overdue) > max(r.limits.Handshakes/2, 1) {
		r.refuse(r.overdue[0], errDropped)
	}
}

// refuse takes a connection out of all counts and lets it be told why. An
// overdue one without TLS is closed at once. The caller holds mu.
func (r *registry) refuse(c *connection, reason *wire.Error) {
	was := c.phase
	r.leave(c)
	c.phase = refused
	c.refusal.Store(reason)
	if was == overdue && !c.begun {
		_ = c.line.Close()
		return
	}
	r.refused = append(r.refused, c)
	if c.begun {
		c.cancel()
		c.endAt(time.Now())
	} else {
		c.endAt(time.Now().Add(refusalTime))
	}
	if len(r.refused) > maxRefused {
		_ = r.refused[0].line.Close()
		r.refused = without(r.refused, r.refused[0])
	}
}

// endAt ends the reading at t. The goroutine that serves the connection then
// tells the peer why, if TLS is complete. The caller holds registry.mu.
func (c *connection) endAt(t time.Time) {
	if c.begun {
		_ = c.conn.Until(t)
	} else {
		_ = c.line.SetReadDeadline(t)
	}
}
