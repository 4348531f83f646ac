package daemon

import (
	"context"
	"sync"
)

// pending is the queue of requests that a connection has read and not begun to
// answer. It has memory, and its connection a worker, only while it is not empty.
type pending struct {
	most int // requests in the queue

	mu      sync.Mutex
	queue   []request
	working bool          // a worker takes requests
	room    chan struct{} // closed when a request is taken; nil when none waits for that
}

// add appends a request. It waits while the queue is full, until ctx ends. It
// reports whether the caller must start a worker.
func (p *pending) add(ctx context.Context, r request) (start bool, err error) {
	for {
		p.mu.Lock()
		if len(p.queue) < p.most {
			break
		}
		if p.room == nil {
			p.room = make(chan struct{})
		}
		room := p.room
		p.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	defer p.mu.Unlock()
	p.queue = append(p.queue, r)
	start = !p.working
	p.working = true
	return start, nil
}

// take removes the first request. When there is none, the worker must end.
func (p *pending) take() (request, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 {
		p.queue, p.working = nil, false
		return request{}, false
	}
	r := p.queue[0]
	p.queue[0] = request{} // its memory is no longer needed
	p.queue = p.queue[1:]
	if p.room != nil {
		close(p.room)
		p.room = nil
	}
	return r, true
}

// empty reports whether no request waits.
func (p *pending) empty() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.queue) == 0
}
