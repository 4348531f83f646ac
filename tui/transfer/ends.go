package transfer

import (
	"context"
	"sync"
)

// maxEnds is how many ended transfers OnEnd may be behind before nothing more
// is started.
const maxEnds = 10_000

// ends tells OnEnd of the transfers that have ended, in their order and off
// the Queue's lock. A goroutine runs while there is something to tell.
type ends struct {
	tell func(Transfer) // nil: nobody wants to know

	mu      sync.Mutex // guards everything below
	queue   []Transfer
	telling bool
	idle    chan struct{} // closed when all is told; nil while it is
	after   func()        // called when OnEnd has caught up
	wg      sync.WaitGroup
}

// add never waits.
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

// behind reports whether OnEnd has so much to hear that it should catch up.
func (e *ends) behind() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.queue) >= maxEnds
}

// wait returns when all is told.
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

// close waits until all is told. Nothing is added any more.
func (e *ends) close() { e.wg.Wait() }
