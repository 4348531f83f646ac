package transfer_test

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/time/rate"
)

// cable passes bytes on between a client and the daemon, and may be cut.
type cable struct {
	addr string
	to   string

	mu    sync.Mutex // guards everything below
	cuts  []int64    // bytes, both ways, after which the next connections end
	then  func()     // called at each of these cuts
	speed rate.Limit // of the next connections, in bytes a second; 0: no limit
	loads []*load    // of all connections, in their order
	conns map[net.Conn]struct{}
	wg    sync.WaitGroup
}

// load is what one connection has carried, in bytes, TLS and all.
type load struct {
	up, down atomic.Int64
	brake    *rate.Limiter
	sever    func()
}

// release lets all connections carry as much as they can.
func (c *cable) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.speed = 0
	for _, l := range c.loads {
		l.brake.SetLimit(rate.Inf)
	}
}

// loaded returns how much all connections have carried, and how many of them
// more than least.
func (c *cable) loaded(least int64) (up, down int64, busy int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.loads {
		up += l.up.Load()
		down += l.down.Load()
		if l.up.Load()+l.down.Load() > least {
			busy++
		}
	}
	return up, down, busy
}

func newCable(tb testing.TB, to string) *cable {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	c := &cable{addr: l.Addr().String(), to: to, conns: make(map[net.Conn]struct{})}
	c.wg.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			c.wg.Go(func() { c.carry(near) })
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		c.mu.Lock()
		for conn := range c.conns {
			_ = conn.Close()
		}
		c.mu.Unlock()
		c.wg.Wait()
	})
	return c
}

func (c *cable) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer far.Close()
	c.mu.Lock()
	left := int64(1) << 60
	if len(c.cuts) > 0 {
		left, c.cuts = c.cuts[0], c.cuts[1:]
	}
	then := c.then
	c.conns[near], c.conns[far] = struct{}{}, struct{}{}
	brake := rate.NewLimiter(rate.Inf, 64<<10)
	if c.speed > 0 {
		brake.SetLimit(c.speed)
	}
	load := &load{brake: brake, sever: func() { _ = near.Close() }}
	c.loads = append(c.loads, load)
	c.mu.Unlock()
	var once sync.Once
	var mu sync.Mutex // guards left
	pass := func(to, from net.Conn, count *atomic.Int64) {
		buf := make([]byte, 64<<10)
		for {
			n, err := from.Read(buf)
			mu.Lock()
			n = int(min(int64(n), left))
			left -= int64(n)
			cut := left == 0
			mu.Unlock()
			_ = brake.WaitN(context.Background(), n) // at most 64 KiB: it never fails
			count.Add(int64(n))
			if _, werr := to.Write(buf[:n]); werr != nil || err != nil || cut {
				_ = near.Close()
				_ = far.Close()
				if cut && then != nil {
					once.Do(then)
				}
				return
			}
		}
	}
	var both sync.WaitGroup
	both.Go(func() { pass(far, near, &load.up) })
	both.Go(func() { pass(near, far, &load.down) })
	both.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, near)
	delete(c.conns, far)
}
