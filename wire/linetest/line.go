// Package linetest is a bad network for tests: a [Line] passes bytes on between
// clients and a daemon, counts them, and can be slow, be held up, be cut, fall
// silent or damage what it carries. It knows nothing of the protocol.
//
//	line := linetest.Start(t, server.Addr)
//	line.Delay(25 * time.Millisecond) // 50 ms for a round trip
//	c, err := client.Dial(ctx, line.Addr, options)
package linetest

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"
)

// Line is a TCP proxy on a loopback address. Its methods may be called at any
// time, from any goroutine.
type Line struct {
	Addr string // host:port to dial instead of the server's

	to     string
	ctx    context.Context // ends with the test
	wg     sync.WaitGroup
	mu     sync.Mutex // guards what follows
	delay  time.Duration
	rate   int64
	total  int64
	free   map[Way]time.Time // when the next byte of any connection may pass
	cuts   []cut
	hold   *hold // nil: nothing is held
	flips  map[Way][]int64
	passed map[Way]int64
	conns  map[*connection]struct{}
	dialed int
}

// Way is a direction.
type Way int

// The two ways.
const (
	Up   Way = iota // from a client to the server
	Down            // from the server to a client
)

// cut ends the next connection.
type cut struct {
	after int64 // bytes, both ways
	then  func()
}

// Start forwards to the address to until the test ends.
func Start(tb testing.TB, to string) *Line {
	tb.Helper()
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	l := &Line{
		Addr: listener.Addr().String(), to: to,
		free: map[Way]time.Time{}, flips: map[Way][]int64{}, passed: map[Way]int64{}, conns: map[*connection]struct{}{},
	}
	ctx, cancel := context.WithCancel(context.Background()) // to the end of the clean-up
	l.ctx = ctx
	l.wg.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			l.wg.Go(func() { l.carry(near) })
		}
	})
	tb.Cleanup(func() {
		cancel()
		_ = listener.Close()
		l.CutNow()
		l.wg.Wait()
	})
	return l
}

// Delay makes every byte take d more, each way. Any number of bytes may be on
// their way.
func (l *Line) Delay(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delay = d
}

// Rate lets each connection pass at most so many bytes a second each way, as a
// long line does whose window is full; 0 is without a limit.
func (l *Line) Rate(bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rate = bytes
}

// Total lets all connections together pass at most so many bytes per second each
// way; 0 is without a limit.
func (l *Line) Total(bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total = bytes
}

// Cut ends the next connection after so many bytes, both ways together, and
// then calls then unless it is nil. Cuts add up, one for a connection.
func (l *Line) Cut(after int64, then func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cuts = append(l.cuts, cut{after, then})
}

// Flip turns a bit of the byte that is so many bytes ahead of the next one to
// pass this way, whatever connection it is on.
func (l *Line) Flip(way Way, ahead int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flips[way] = append(l.flips[way], l.passed[way]+ahead)
}

// Passed is how many bytes have passed this way so far.
func (l *Line) Passed(way Way) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.passed[way]
}

// Dialed is how many connections there have been so far.
func (l *Line) Dialed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dialed
}

// Silence lets nothing pass any more on the connections that there are, without
// telling anybody: they are half open. Connections made later are good.
func (l *Line) Silence() {
	for _, c := range l.all() {
		c.silent.Store(true)
	}
}

// CutNow ends all connections that there are.
func (l *Line) CutNow() {
	for _, c := range l.all() {
		c.close()
	}
}

func (l *Line) all() []*connection {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*connection
	for c := range l.conns {
		all = append(all, c)
	}
	return all
}

func (l *Line) delayed() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.delay
}

// pace returns when a connection may pass its next byte this way, after n bytes
// of which the last byte of the ones before was due at free.
func (l *Line) pace(way Way, n int, free time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.total > 0 {
		l.free[way] = after(now, l.free[way], n, l.total)
		return l.free[way]
	}
	return after(now, free, n, l.rate)
}

// after returns when n bytes that follow those due at free have passed. What is
// more than burst behind its rate does not catch up.
func after(now, free time.Time, n int, rate int64) time.Time {
	if free.Before(now.Add(-burst)) {
		free = now.Add(-burst)
	}
	if rate > 0 {
		free = free.Add(time.Duration(n) * time.Second / time.Duration(rate))
	}
	return free
}
