package daemon

import (
	"context"
	"slices"
	"sync"

	"wangpan/wire"
)

const (
	hashesAtOnce  = 2   // password hashes that run at once, 19 MiB each
	hashesWaiting = 256 // requests that may wait in one lane
)

// hashLane orders the requests that wait for a password hash. Lanes share the
// hashes equally, so that a flood in one lane does not delay the others.
type hashLane int

const (
	laneReturning hashLane = iota // from an address that the account has used before
	laneClean                     // from an address without a recent failure
	laneFailing                   // from an address with recent failures
	laneCount
)

// hashQueue admits at most hashesAtOnce password hashes at once and serves the
// others fairly: the lanes in rotation, within a lane the addresses in
// rotation, and for one address in order of arrival. It is safe for concurrent
// use.
type hashQueue struct {
	mu      sync.Mutex
	running int
	next    hashLane // the lane to serve next
	lanes   [laneCount]lane
}

// lane is the requests of one hashLane. Its rotation holds each address once.
type lane struct {
	waiting  int
	rotation []*addressQueue // the first is served next
}

// addressQueue is the requests of one address in order of arrival.
type addressQueue struct {
	address string
	tickets []*ticket
}

// ticket is one waiting request.
type ticket struct {
	granted chan error // capacity 1: nil, or why the request is refused
}

var errHashQueueFull = wire.Errorf(wire.Busy, "too many logins wait for their password check: try again in a few seconds")

// enter waits until the request of address may compute its hash. The caller
// must call leave afterwards. The error is that of ctx, or Busy when too many
// wait.
func (q *hashQueue) enter(ctx context.Context, in hashLane, address string) (leave func(), err error) {
	t := &ticket{granted: make(chan error, 1)}
	q.mu.Lock()
	err = q.lanes[in].add(address, t)
	q.dispatch()
	q.mu.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case err = <-t.granted:
	case <-ctx.Done():
		q.mu.Lock()
		removed := q.lanes[in].remove(address, t)
		q.mu.Unlock()
		if !removed && <-t.granted == nil {
			q.leave()
		}
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return q.leave, nil
}

func (q *hashQueue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running--
	q.dispatch()
}

// dispatch grants the free hashes. The caller holds mu.
func (q *hashQueue) dispatch() {
	for empty := hashLane(0); q.running < hashesAtOnce && empty < laneCount; {
		serve := &q.lanes[q.next]
		q.next = (q.next + 1) % laneCount
		if serve.waiting == 0 {
			empty++
			continue
		}
		empty = 0
		q.running++
		serve.pop().granted <- nil
	}
}

// add appends a request. In a full lane it takes the place of the last request
// of the address that has most of them waiting, if the newcomer has fewer.
func (l *lane) add(address string, t *ticket) error {
	own := l.of(address)
	if l.waiting >= hashesWaiting {
		most := slices.MaxFunc(l.rotation, func(a, b *addressQueue) int { return len(a.tickets) - len(b.tickets) })
		if own != nil && len(own.tickets) >= len(most.tickets)-1 || len(most.tickets) < 2 {
			return errHashQueueFull
		}
		last := most.tickets[len(most.tickets)-1]
		l.remove(most.address, last)
		last.granted <- errHashQueueFull
	}
	if own == nil {
		own = &addressQueue{address: address}
		l.rotation = append(l.rotation, own)
	}
	own.tickets = append(own.tickets, t)
	l.waiting++
	return nil
}

// pop removes the next request and moves its address to the end of the rotation.
func (l *lane) pop() *ticket {
	q := l.rotation[0]
	t := q.tickets[0]
	l.remove(q.address, t)
	if len(q.tickets) > 0 {
		l.rotation = append(l.rotation[1:], q)
	}
	return t
}

// remove reports whether t was waiting.
func (l *lane) remove(address string, t *ticket) bool {
	q := l.of(address)
	if q == nil {
		return false
	}
	at := slices.Index(q.tickets, t)
	if at < 0 {
		return false
	}
	q.tickets = slices.Delete(q.tickets, at, at+1)
	l.waiting--
	if len(q.tickets) == 0 {
		l.rotation = slices.DeleteFunc(l.rotation, func(other *addressQueue) bool { return other == q })
	}
	return true
}

// of returns the requests of an address, or nil. A lane holds at most
// hashesWaiting of them, so a scan is cheap beside a hash.
func (l *lane) of(address string) *addressQueue {
	for _, q := range l.rotation {
		if q.address == address {
			return q
		}
	}
	return nil
}
