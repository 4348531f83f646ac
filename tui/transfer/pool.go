package transfer

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// idleFor is how long the pool keeps an unused connection.
	idleFor = 30 * time.Second
	// sharers is the number of small files that may use one connection. The server
	// queues at least 64 requests, and a small file makes few.
	sharers = wholePlace
	// sharersBefore is the number of files per connection from which the pool makes
	// another one: the server handles the requests of a connection one by one.
	sharersBefore = 4
)

// pool holds the idle connections, since a new one costs several round trips, and those
// that several transfers share.
type pool struct {
	dial func(context.Context) (Server, error)
	ctx  context.Context //nolint:containedctx // that of the Queue: a shared connection outlives an attempt
	most int             // shared connections

	mu      sync.Mutex // guards everything below
	idle    []*link    // in the order of their last use
	shares  []*share
	dialing sync.WaitGroup
	closed  bool
}

// share is a connection that several attempts use at the same time.
type share struct {
	ready  chan struct{} // closed when server or err is set
	server Server
	err    error
	users  int  // guarded by pool.mu
	used   bool // guarded by pool.mu: it was used before
}

// take returns an exclusive connection, an idle one if there is one.
func (p *pool) take(ctx context.Context) (*link, error) {
	p.mu.Lock()
	l := p.takeIdle()
	p.mu.Unlock()
	if l != nil {
		return l, nil
	}
	server, err := p.dial(ctx)
	if err != nil {
		return nil, err
	}
	return &link{server: server}, nil
}

// takeIdle returns an idle connection that is alive, or nil. p.mu is held.
func (p *pool) takeIdle() *link {
	for n := len(p.idle); n > 0; n = len(p.idle) {
		l := p.idle[n-1]
		p.idle = p.idle[:n-1]
		if l.alive() {
			return &link{server: l.server, reused: true}
		}
		p.hang(l.server)
	}
	return nil
}

// join returns a shared connection.
func (p *pool) join(ctx context.Context) (*link, error) {
	for {
		p.mu.Lock()
		s := p.roomy()
		reused := s.used
		s.users++
		p.mu.Unlock()
		select {
		case <-s.ready:
		case <-ctx.Done():
			p.leave(s)
			return nil, context.Cause(ctx)
		}
		if s.err != nil {
			p.leave(s)
			return nil, s.err
		}
		l := &link{server: s.server, share: s, reused: reused}
		if l.alive() || !reused {
			return l, nil
		}
		p.leave(s)
	}
}

// roomy returns a shared connection with room for one more user. It may still be
// connecting. p.mu is held.
func (p *pool) roomy() *share {
	var best *share
	for _, s := range p.shares {
		if s.users < sharers && (best == nil || s.users < best.users) {
			best = s
		}
	}
	if best != nil && (best.users < sharersBefore || len(p.shares) >= p.most) {
		return best
	}
	s := &share{ready: make(chan struct{})}
	p.shares = append(p.shares, s)
	if l := p.takeIdle(); l != nil {
		s.server, s.used = l.server, true
		close(s.ready)
		return s
	}
	p.dialing.Go(func() {
		defer close(s.ready)
		s.server, s.err = p.dial(p.ctx)
	})
	return s
}

// leave removes one user from s.
func (p *pool) leave(s *share) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.users--
	s.used = true
	p.settle(s)
}

// settle drops s if it is dead, and keeps it as idle if it has no users. p.mu is held.
func (p *pool) settle(s *share) {
	select {
	case <-s.ready:
	default:
		return // its dial has not ended
	}
	dead := s.err != nil || !(&link{server: s.server}).alive()
	if !dead && s.users > 0 {
		return
	}
	i := slices.Index(p.shares, s)
	if i < 0 {
		return // it was removed already
	}
	p.shares = slices.Delete(p.shares, i, i+1)
	switch {
	case s.err != nil:
	case dead || p.closed:
		p.hang(s.server)
	default:
		p.idle = append(p.idle, &link{server: s.server, since: time.Now()})
	}
}

// give returns a connection to the pool. It closes an exclusive connection that is not
// good.
func (p *pool) give(l *link, good bool) {
	if l.share != nil {
		p.leave(l.share)
		return
	}
	if !good || !l.alive() {
		_ = l.server.Close() // nothing on it is needed
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l.since = time.Now()
	p.idle = append(p.idle, l)
}

// hang closes a connection in the background.
func (p *pool) hang(server Server) {
	p.dialing.Go(func() { _ = server.Close() }) // it is dead, or not needed
}

// sweep closes connections that were idle for too long. It returns the time of the next
// sweep; zero if no connection is idle.
func (p *pool) sweep() (next time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 && time.Since(p.idle[0].since) >= idleFor {
		p.hang(p.idle[0].server)
		p.idle = p.idle[1:]
	}
	// A dial whose attempts have ended leaves a connection without users.
	for _, s := range slices.Clone(p.shares) {
		if s.users == 0 {
			p.settle(s)
		}
	}
	if len(p.idle) > 0 {
		next = p.idle[0].since.Add(idleFor)
	}
	return next
}

// hangUp closes the shared connections, which ends the requests on them.
func (p *pool) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, s := range p.shares {
		select {
		case <-s.ready:
			if s.err == nil {
				p.hang(s.server)
			}
		default: // its dial ends with the Queue
		}
	}
}

// close closes all connections. The pool is not used after that.
func (p *pool) close() {
	p.dialing.Wait()
	p.mu.Lock()
	idle, shares := p.idle, p.shares
	p.idle, p.shares = nil, nil
	p.mu.Unlock()
	for _, l := range idle {
		_ = l.server.Close() // nothing is under way on it
	}
	for _, s := range shares {
		if <-s.ready; s.err == nil {
			_ = s.server.Close() // nothing is under way on it
		}
	}
	p.dialing.Wait()
}
