package daemon

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Bounds of heavy requests: those that read many folders or much of a file.
const (
	heavyPerAccount = 2
	turnTime        = 100 * time.Millisecond // after which a heavy request lets others go first
)

// turns admits heavy requests: at most perAccount of one account and at most all
// of them together run at once. The accounts take turns; the requests of one
// account are admitted in the order in which they came.
type turns struct {
	perAccount, all int

	mu       sync.Mutex
	running  int
	accounts map[string]*queue // those with requests that run or wait
	order    []*queue          // those with requests that wait; the next is the first that may run
}

// queue is what one account has running and waiting.
type queue struct {
	running int
	waiting []chan struct{} // closed when it is their turn
}

func newTurns() *turns {
	return &turns{
		perAccount: heavyPerAccount,
		all:        max(heavyPerAccount, runtime.GOMAXPROCS(0)),
		accounts:   map[string]*queue{},
	}
}

// acquire waits for a turn of account, until ctx ends or left is closed. It
// reports whether it got one, which must be released.
func (t *turns) acquire(ctx context.Context, account string, left <-chan struct{}) bool {
	turn := t.enqueue(account)
	select {
	case <-turn:
		return true
	default:
	}
	select {
	case <-turn:
		return true
	case <-ctx.Done():
	case <-left:
	}
	t.leave(account, turn)
	return false
}

func (t *turns) enqueue(account string) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := t.accounts[account]
	if q == nil {
		q = new(queue)
		t.accounts[account] = q
	}
	if len(q.waiting) == 0 {
		t.order = append(t.order, q)
	}
	turn := make(chan struct{})
	q.waiting = append(q.waiting, turn)
	t.admit()
	return turn
}

// leave takes a request out of the queue, or gives back the turn that it got
// meanwhile.
func (t *turns) leave(account string, turn chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := t.accounts[account]
	i := slices.Index(q.waiting, turn)
	if i < 0 {
		t.end(account)
		return
	}
	if q.waiting = slices.Delete(q.waiting, i, i+1); len(q.waiting) == 0 {
		t.order = slices.Delete(t.order, slices.Index(t.order, q), slices.Index(t.order, q)+1)
	}
	t.forget(account, q)
}

func (t *turns) release(account string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end(account)
}

// end gives back a turn. The caller holds mu.
func (t *turns) end(account string) {
	q := t.accounts[account]
	q.running--
	t.running--
	t.admit()
	t.forget(account, q)
}

func (t *turns) forget(account string, q *queue) {
	if q.running == 0 && len(q.waiting) == 0 {
		delete(t.accounts, account)
	}
}

// admit gives turns as long as there are any. The caller holds mu.
func (t *turns) admit() {
	for t.running < t.all {
		i := slices.IndexFunc(t.order, func(q *queue) bool { return q.running < t.perAccount })
		if i < 0 {
			return
		}
		q := t.order[i]
		close(q.waiting[0])
		q.waiting = slices.Delete(q.waiting, 0, 1)
		q.running++
		t.running++
		t.order = slices.Delete(t.order, i, i+1)
		if len(q.waiting) > 0 {
			t.order = append(t.order, q)
		}
	}
}

// contended reports whether any request waits.
func (t *turns) contended() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.order) > 0
}

// pacer is the turn of one heavy request. It takes one when the request comes to
// its first unit of work, and lets others go first every turnTime.
type pacer struct {
	turns   *turns
	account string
	left    chan struct{} // closed by end

	mu    sync.Mutex
	has   bool
	since time.Time
	ended bool
}

// pace is called before each unit of work. It fails when ctx ends.
func (p *pacer) pace(ctx context.Context) error {
	p.mu.Lock()
	has, since, ended := p.has, p.since, p.ended
	p.mu.Unlock()
	if ended {
		return ctx.Err() // nobody waits for it any more
	}
	if has {
		if time.Since(since) < turnTime {
			return ctx.Err()
		}
		if !p.turns.contended() {
			p.set(true)
			return ctx.Err()
		}
		p.set(false)
	}
	if p.turns.acquire(ctx, p.account, p.left) {
		p.set(true)
	}
	return ctx.Err()
}

// set notes that the request has a turn from now on, or gives it back.
func (p *pacer) set(has bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.has && !has || p.ended && has {
		p.turns.release(p.account)
	}
	p.has, p.since = has && !p.ended, time.Now()
}

// end ends the request.
func (p *pacer) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.has {
		p.turns.release(p.account)
	}
	p.has, p.ended = false, true
	close(p.left)
}
