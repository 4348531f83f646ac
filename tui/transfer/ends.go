package transfer

import (
	"context"
	"sync"
)

// maxEnds is the number of ended transfers that wait for OnEnd from which the queue
// starts no more.
const maxEnds = 10_000

// ends calls OnEnd for the transfers that have ended, in order and without the Queue's
// lock. Its goroutine runs only while transfers wait for OnEnd.
type ends struct {
	tell func(Transfer) // nil: no calls

	mu      sync.Mutex // guards everything below
	queue   []Transfer
	telling bool
	idle    chan struct{} // closed when no transfer waits
	after   func()        // called when OnEnd has caught up
	wg      sync.WaitGroup
}

// add appends t without blocking.
func (e *ends) add(t Transfer, after func()) {
	if e.tell == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue, e.after = append(e.queue, t), after
	if !e.telling {
		e.telling, e.idle = true, make(chan struct{})
		e.wg.Go(e.run)
	}
}

func (e *ends) run() {
	for {
		e.mu.Lock()
		batch, after, late := e.queue, e.after, len(e.queue) >= maxEnds
		e.queue = nil
		if len(batch) == 0 {
			e.telling = false
			close(e.idle)
			e.mu.Unlock()
			return
		}
		e.mu.Unlock()
		if late {
			after()
		}
		for _, t := range batch {
			e.tell(t)
		}
	}
}

// behind reports whether too many transfers wait for OnEnd.
func (e *ends) behind() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.queue) >= maxEnds
}

// wait returns when no transfer waits for OnEnd.
func (e *ends) wait(ctx context.Context) error {
	for {
		e.mu.Lock()
		telling, idle := e.telling, e.idle
		e.mu.Unlock()
		if !telling {
			return nil
		}
		select {
		case <-idle:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// close waits for the last call of OnEnd. The caller adds no more transfers.
func (e *ends) close() { e.wg.Wait() }
