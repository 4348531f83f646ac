package client

import (
	"net"
	"sync/atomic"
	"time"
)

// maxUnsent is how many bytes the kernel may buffer before it sends them. By default it
// buffers megabytes: a ping after an upload on a slow line would then arrive long after
// Timeouts.Silence, and the connection would seem lost.
const maxUnsent = 128 << 10

// line is a connection with or without TLS, and the activity-tracking connection below
// it. Because that is below TLS, it tracks parts of a frame, so a slow line counts as
// active.
type line struct {
	net.Conn
	socket *activityConn
}

// activityConn is a connection that records when bytes move. The times are nanoseconds
// since begun.
type activityConn struct {
	net.Conn
	begun        time.Time
	receivedAt   atomic.Int64 // the last time that bytes arrived, or that the reader was not blocked by this side
	bodySentAt   atomic.Int64 // the last time that the kernel took bytes of a body
	sendingBody  atomic.Bool  // a body is being sent
	blocked      atomic.Bool  // a callback of this side keeps the reader from reading
	writingSince atomic.Int64 // the start of the write that is running; 0: none
}

func newLine(socket net.Conn) *line {
	tracked := &activityConn{Conn: socket, begun: time.Now()}
	return &line{Conn: tracked, socket: tracked}
}

func (p *activityConn) now() time.Duration { return time.Since(p.begun) }

func (p *activityConn) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	if n > 0 {
		p.receivedAt.Store(int64(p.now()))
	}
	return n, err
}

// Write counts as activity only within a body. The kernel buffers a single request even
// if the peer is gone, but a long body only if the peer receives.
func (p *activityConn) Write(b []byte) (int, error) {
	p.writingSince.Store(int64(p.now()))
	n, err := p.Conn.Write(b)
	p.writingSince.Store(0)
	if n > 0 && p.sendingBody.Load() {
		p.bodySentAt.Store(int64(p.now()))
	}
	return n, err
}

// block runs f, which keeps the reader from reading. That time does not count as silence
// of the server.
func (p *activityConn) block(f func()) {
	p.blocked.Store(true)
	defer func() {
		p.receivedAt.Store(int64(p.now()))
		p.blocked.Store(false)
	}()
	f()
}

// lastActive returns the last time that bytes moved in either direction.
func (p *activityConn) lastActive() time.Duration {
	return max(p.lastReceived(), time.Duration(p.bodySentAt.Load()))
}

// lastReceived returns the last time that bytes arrived, or the present time while this
// side does not read.
func (p *activityConn) lastReceived() time.Duration {
	if p.blocked.Load() {
		return p.now()
	}
	return time.Duration(p.receivedAt.Load())
}
