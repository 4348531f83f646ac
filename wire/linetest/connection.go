package linetest

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// most is how many parcels are on their way at once: with parcels of 32 KiB
// that is 64 MiB, more than any window.
const most = 2048

// parcel is what was read at once.
type parcel struct {
	bytes []byte
	due   time.Time
}

// connection is one that passes through the line.
type connection struct {
	line      *Line
	near, far net.Conn
	silent    atomic.Bool
	cut       cut
	left      int64 // bytes before the cut, guarded by Line.mu; negative: none
	once      sync.Once
	closed    chan struct{}
}

func (l *Line) carry(near net.Conn) {
	far, err := new(net.Dialer).DialContext(l.ctx, "tcp", l.to)
	if err != nil {
		_ = near.Close()
		return
	}
	c := &connection{line: l, near: near, far: far, left: -1, closed: make(chan struct{})}
	l.mu.Lock()
	l.dialed++
	l.conns[c] = struct{}{}
	if len(l.cuts) > 0 {
		c.cut, l.cuts = l.cuts[0], l.cuts[1:]
		c.left = c.cut.after
	}
	l.mu.Unlock()
	if l.ctx.Err() != nil { // the test ended meanwhile, and did not see this one
		c.close()
	}
	var both sync.WaitGroup
	both.Go(func() { c.pass(Up, far, near) })
	both.Go(func() { c.pass(Down, near, far) })
	both.Wait()
	c.close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

// close ends the connection for both sides.
func (c *connection) close() {
	c.once.Do(func() {
		close(c.closed)
		_ = c.near.Close()
		_ = c.far.Close()
	})
}

// pass carries one way until an end closes, which closes the other one when
// all that was on its way has arrived. Where nothing may pass it reads nothing
// either, as the network would acknowledge nothing.
func (c *connection) pass(way Way, to, from net.Conn) {
	parcels := make(chan parcel, most)
	var arrive sync.WaitGroup
	arrive.Go(func() { c.deliver(parcels, to) })
	defer arrive.Wait()
	defer close(parcels)
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		bytes, last := c.take(way, buf[:n])
		select {
		case parcels <- parcel{bytes, time.Now().Add(c.line.delayed())}:
		case <-c.closed:
			return
		}
		if err != nil || last || !c.wait(c.line.spread(n)) {
			return
		}
	}
}

// wait waits for so long, and for ever while the connection is silent. It
// reports whether the connection is still there.
func (c *connection) wait(d time.Duration) bool {
	if c.silent.Load() {
		<-c.closed
		return false
	}
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.closed:
		return false
	}
}

func (l *Line) delayed() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.delay
}

// take copies what may pass, damages it as was asked, and counts it. last says
// that the connection ends behind it.
func (c *connection) take(way Way, read []byte) (bytes []byte, last bool) {
	l := c.line
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.left >= 0 {
		read = read[:min(int64(len(read)), c.left)]
		c.left -= int64(len(read))
		last = c.left == 0
	}
	bytes = append(bytes, read...)
	first := l.passed[way]
	l.passed[way] += int64(len(bytes))
	for i, at := range l.flips[way] {
		if at >= first && at < l.passed[way] {
			bytes[at-first] ^= 1
			l.flips[way][i] = -1
		}
	}
	return bytes, last
}

// deliver writes parcels when they are due. At the end it closes the
// connection, since it was cut or one side hung up.
func (c *connection) deliver(parcels <-chan parcel, to net.Conn) {
	defer c.close()
	for p := range parcels {
		if !c.wait(time.Until(p.due)) {
			return
		}
		if _, err := to.Write(p.bytes); err != nil {
			return
		}
	}
	if c.ended() && c.cut.then != nil {
		c.close()
		c.cut.then()
	}
}

// ended reports whether this is the first to see that the cut was reached.
func (c *connection) ended() bool {
	c.line.mu.Lock()
	defer c.line.mu.Unlock()
	if c.left != 0 {
		return false
	}
	c.left = -1
	return true
}

// spread is how long n bytes take at the rate of the line.
func (l *Line) spread(n int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rate <= 0 {
		return 0
	}
	return time.Duration(n) * time.Second / time.Duration(l.rate)
}
