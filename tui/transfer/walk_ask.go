package transfer

import (
	"context"
	"sync"
	"time"
)

// maxAtOnce is the maximum number of concurrent requests of a walk.
const maxAtOnce = 16

// wait returns when ok returns true. A waiting walker does not count as running.
func (w *walker) wait(ctx context.Context, ok func() bool) error {
	for {
		w.q.mu.Lock()
		if ctx.Err() == nil && ok() {
			w.tr.needs = 0
			w.q.setWalking(w.tr, true)
			w.q.mu.Unlock()
			return nil
		}
		w.q.setWalking(w.tr, false)
		w.q.judge(w.tr.row)
		bump := w.q.bump
		w.q.mu.Unlock()
		select {
		case <-bump:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// ask makes requests over a shared connection and repeats them until the server answers.
func (w *walker) ask(ctx context.Context, requests func(*link) error) error {
	var busy time.Time
	for tries := 1; ; tries++ {
		epoch, err := w.awaitNetwork(ctx)
		if err != nil {
			return err
		}
		err = w.try(ctx, requests)
		switch {
		case isLost(err):
			w.q.mu.Lock()
			w.q.net.lost(epoch, err)
			w.q.netChanged()
			w.q.mu.Unlock()
			continue
		case !isTemporary(err):
			return err
		case busy.IsZero():
			busy = time.Now()
		case w.q.options.Patience > 0 && time.Since(busy) > w.q.options.Patience:
			return &Error{Kind: ErrUnreachable, Err: err}
		}
		if err := w.pause(ctx, w.q.net.backoff.After(tries)); err != nil {
			return err
		}
	}
}

// awaitNetwork waits until the walker may use the network.
func (w *walker) awaitNetwork(ctx context.Context) (epoch int, err error) {
	w.q.mu.Lock()
	if w.q.net.down || w.tr.row.state == Paused {
		w.tr.parked = true
		w.q.line(w.tr.row)
		w.q.note()
	}
	w.q.mu.Unlock()
	err = w.wait(ctx, func() bool {
		epoch = w.q.net.epoch
		return !w.tr.parked
	})
	return epoch, err
}

// try makes the requests once and updates the state of the network.
func (w *walker) try(ctx context.Context, requests func(*link) error) error {
	defer func() {
		w.q.mu.Lock()
		defer w.q.mu.Unlock()
		w.q.net.probing = false
		w.q.note()
	}()
	for {
		l, err := w.q.reach(ctx, true)
		if err != nil {
			return err
		}
		err = requests(l)
		w.q.heardOf(l, !isLost(err))
		w.q.pool.give(l, true)
		if isLost(err) && l.reused && !l.answered.Load() {
			continue
		}
		return err
	}
}

// pause waits for d, since the server is busy, or until Nudge.
func (w *walker) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	w.q.mu.Lock()
	nudges := w.q.nudges
	w.q.mu.Unlock()
	for {
		w.q.mu.Lock()
		nudged, bump := w.q.nudges != nudges, w.q.bump
		w.q.mu.Unlock()
		if nudged {
			return nil
		}
		select {
		case <-timer.C:
			return nil
		case <-bump:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// each calls one concurrently for 0 to n-1, with links to the same connection, and
// returns the first error.
func each(l *link, n int, one func(i int, l *link) error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex // guards err and l
	var err error
	room := make(chan struct{}, maxAtOnce)
	for i := range n {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			twin := &link{server: l.server, share: l.share}
			oneErr := one(i, twin)
			mu.Lock()
			defer mu.Unlock()
			if twin.answered.Load() {
				l.answered.Store(true)
			}
			if err == nil {
				err = oneErr
			}
		})
	}
	wg.Wait()
	return err
}
