package transfer_test

import (
	"net"
	"sync"
	"testing"
)

// cable passes bytes on between a client and the daemon, and may be cut.
type cable struct {
	addr string
	to   string

	mu    sync.Mutex // guards everything below
	cuts  []int64    // bytes, both ways, after which the next connections end
	then  func()     // called at each of these cuts
	conns map[net.Conn]struct{}
	wg    sync.WaitGroup
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
	c.mu.Unlock()
	var once sync.Once
	var mu sync.Mutex // guards left
	pass := func(to, from net.Conn) {
		buf := make([]byte, 64<<10)
		for {
			n, err := from.Read(buf)
			mu.Lock()
			n = int(min(int64(n), left))
			left -= int64(n)
			cut := left == 0
			mu.Unlock()
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
	both.Go(func() { pass(far, near) })
	both.Go(func() { pass(near, far) })
	both.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, near)
	delete(c.conns, far)
}
