package client

import (
	"net"
	"sync/atomic"
	"time"
)

// maxUnsent is how many bytes the kernel may hold for us beyond those on their
// way. With the megabytes that it takes otherwise, a ping behind an upload on
// a slow line would arrive long after Silence, and the line would look dead.
const maxUnsent = 128 << 10

// line is the connection to the server, and when it last showed life. Beneath
// TLS it sees single records, so a slow line is seen to move within a frame.
type line struct {
	net.Conn
	socket *pulseTaker
}

// pulseTaker notes when bytes move. Times are nanoseconds since it was made.
type pulseTaker struct {
	net.Conn
	begun time.Time
	heard atomic.Int64 // bytes arrived, or were taken out of the way of those that will
	moved atomic.Int64 // bytes of a body were taken by the network
	bulk  atomic.Bool  // a body is being sent
	held  atomic.Bool  // this side keeps the line waiting
	stuck atomic.Int64 // when the write that has not returned began; 0: none
}

func newLine(socket net.Conn) *line {
	taker := &pulseTaker{Conn: socket, begun: time.Now()}
	return &line{Conn: taker, socket: taker}
}

func (p *pulseTaker) now() time.Duration { return time.Since(p.begun) }

func (p *pulseTaker) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	if n > 0 {
		p.heard.Store(int64(p.now()))
	}
	return n, err
}

// Write counts as life only within a body: the kernel takes single requests
// also when nobody is there, but a body only as long as the peer takes it, too.
func (p *pulseTaker) Write(b []byte) (int, error) {
	p.stuck.Store(int64(p.now()))
	n, err := p.Conn.Write(b)
	p.stuck.Store(0)
	if n > 0 && p.bulk.Load() {
		p.moved.Store(int64(p.now()))
	}
	return n, err
}

// hold runs f, which keeps the reader from reading: that is no silence of the server.
func (p *pulseTaker) hold(f func()) {
	p.held.Store(true)
	defer func() {
		p.heard.Store(int64(p.now()))
		p.held.Store(false)
	}()
	f()
}

// life is when the line last showed that it is not dead.
func (p *pulseTaker) life() time.Duration {
	return max(p.last(), time.Duration(p.moved.Load()))
}

// last is when the server was last heard, or could not be.
func (p *pulseTaker) last() time.Duration {
	if p.held.Load() {
		return p.now()
	}
	return time.Duration(p.heard.Load())
}
