package linetest

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// What may be on its way at once, in bytes: more than any window where there is
// a delay, and else little, so that what was counted has hardly left one side
// before the other has it.
const (
	longWindow  = 64 << 20
	shortWindow = 64 << 10
)

// burst is how far behind its rate a connection may fall and catch up.
const burst = 5 * time.Millisecond

// connection is one that passes through the line.
type connection struct {
	line      *Line
	near, far net.Conn
	silent    atomic.Bool
	cut       cut
	left      int64     // bytes before the cut, guarded by Line.mu; negative: none
	once      sync.Once // closes it
	told      sync.Once // of its cut
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
	for _, s := range []*stream{{connection: c, way: Up, from: near, to: far}, {connection: c, way: Down, from: far, to: near}} {
		s.changed.L = &s.mu
		both.Go(s.read)
		both.Go(s.deliver)
	}
	both.Wait()
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

// stream is one way of a connection.
type stream struct {
	*connection
	way      Way
	from, to net.Conn

	mu       sync.Mutex // guards what follows
	changed  sync.Cond
	parcels  []parcel // on their way
	underway int      // bytes of them
	ended    bool     // no more come, or can be delivered
}

// parcel is what was read at once. The last one of a connection may be empty.
type parcel struct {
	bytes []byte
	due   time.Time
}

// read takes what comes until that ends. Where nothing may pass it reads
// nothing either, as a dead network acknowledges nothing.
func (s *stream) read() {
	defer s.end()
	buf := make([]byte, 32<<10)
	free := time.Now() // when the next byte may pass
	for {
		n, err := s.from.Read(buf)
		if n > 0 && !s.send(append([]byte(nil), buf[:n]...)) {
			return
		}
		free = s.line.pace(s.way, n, free)
		if err != nil || !s.wait(time.Until(free)) {
			return
		}
	}
}

// send puts bytes on their way when there is room, and reports whether more may follow.
func (s *stream) send(bytes []byte) bool {
	delay, window := s.line.delayed(), longWindow
	if delay == 0 {
		window = shortWindow
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.underway >= window && !s.ended {
		s.changed.Wait()
	}
	s.parcels = append(s.parcels, parcel{bytes, time.Now().Add(delay)})
	s.underway += len(bytes)
	s.changed.Broadcast()
	return !s.ended
}

func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.changed.Broadcast()
}

// next waits for a parcel. There is none once the stream has ended and all
// have been delivered.
func (s *stream) next() (p parcel, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.parcels) == 0 {
		if s.ended {
			return p, false
		}
		s.changed.Wait()
	}
	p, s.parcels = s.parcels[0], s.parcels[1:]
	return p, true
}

// deliver writes parcels when they are due. At the end it closes the
// connection, since it was cut or one side hung up.
func (s *stream) deliver() {
	defer s.end()
	defer s.close()
	for {
		p, ok := s.next()
		if !ok || !s.wait(time.Until(p.due)) {
			return
		}
		if !s.pass(p.bytes) {
			return
		}
		s.mu.Lock()
		s.underway -= len(p.bytes)
		s.changed.Broadcast()
		s.mu.Unlock()
	}
}

// pass writes bytes, those that are held once the line is released, and reports
// whether more may follow.
func (s *stream) pass(bytes []byte) bool {
	for {
		passed, last, released := s.take(bytes)
		_, err := s.to.Write(passed)
		if last {
			s.close()
			if s.cut.then != nil {
				s.told.Do(s.cut.then)
			}
		}
		if err != nil || last {
			return false
		}
		if released == nil {
			return true
		}
		bytes = bytes[len(passed):]
		select {
		case <-released:
		case <-s.closed:
			return false
		}
		if !s.wait(0) { // it may have fallen silent meanwhile
			return false
		}
	}
}

// take returns what may pass now, damaged as was asked, and counts it. last says
// that the connection ends behind it; else the rest, if there is any, may be
// tried again when released is closed.
func (s *stream) take(bytes []byte) (passed []byte, last bool, released <-chan struct{}) {
	l := s.line
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.left >= 0 {
		bytes = bytes[:min(int64(len(bytes)), s.left)]
	}
	if bytes, released = l.hold.let(s.way, bytes); s.left >= 0 {
		s.left -= int64(len(bytes))
		last = s.left == 0
	}
	first := l.passed[s.way]
	l.passed[s.way] += int64(len(bytes))
	for i, at := range l.flips[s.way] {
		if at >= first && at < l.passed[s.way] {
			bytes[at-first] ^= 1
			l.flips[s.way][i] = -1
		}
	}
	return bytes, last, released
}
