package daemon

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"wangpan/daemon/answers"
	"wangpan/daemon/storage"
	"wangpan/wire"
)

// connection is one client's. Two goroutines share it: read takes frames off
// the line, answers pings at once and queues requests; work answers them in
// order. An idle connection has no work: the first request in the queue starts it.
// Everything without a lock or an atomic belongs to work.
type connection struct {
	d       *Daemon
	line    *hearing
	raw     net.Conn   // the same, or TLS above it
	conn    *wire.Conn // nil until the TLS handshake is complete
	address string     // what it is throttled by
	since   time.Time  // when it was accepted

	// The registry's; guarded by its mu.
	phase   phase
	place   int                        // among those of its address in its phase
	begun   bool                       // TLS is complete
	refusal atomic.Pointer[wire.Error] // why it is refused or dropped, or nil

	ctx    context.Context // ends with the connection
	cancel context.CancelFunc
	bye    atomic.Bool // the daemon goes down

	pending pending
	worker  sync.WaitGroup // at most one; started by read, and awaited by serve

	complained bool // of the peer, before the end; by serve only

	greeted bool
	session atomic.Pointer[session]
	writes  atomic.Pointer[wire.UploadID] // what the put that is at work writes
	account string
	drive   storage.Drive
	answers *answers.Account // nil until a request has a key

	watching *watching // nil until it watches anything
	telling  sync.WaitGroup
}

// request is one from the line, and its body if its kind has one.
type request struct {
	wire.Request
	body *body
}

func newConnection(d *Daemon, raw net.Conn) *connection {
	line := newHearing(raw)
	raw = line
	c := &connection{d: d, line: line, address: addressOf(raw.RemoteAddr().String()), since: time.Now(), phase: refused}
	c.ctx, c.cancel = context.WithCancel(context.Background()) // not the daemon's: what is at work may finish
	if d.tls != nil {
		line.first = func() { _ = d.registry.advance(c, handshaking) } // a refused one learns of it after TLS
		raw = tls.Server(newRecords(raw, d.bodies), d.tls)
	}
	c.raw = raw
	// One place is the request at work, which is also not yet answered.
	c.pending.most = max(d.limits.Ahead-1, 1)
	return c
}

// serve is the connection's whole life.
func (c *connection) serve() {
	defer c.end()
	defer c.survive("connection")
	if err := c.handshake(); err != nil {
		c.d.log.Debug("handshake failed", "address", c.address, "error", err)
		return
	}
	c.conn = wire.NewConn(c.raw, c.d.limits.timeouts())
	c.conn.Restrict(wire.MaxRequest, c.d.bodies)
	if err := c.conn.Until(time.Now().Add(c.d.limits.Login)); err != nil {
		return
	}
	if err := c.d.registry.advance(c, loggingIn); err != nil {
		c.complain(err)
		return
	}
	err := c.read()
	c.cancelOn(err)
	c.worker.Wait()
	for _, r := range c.pending.queue { // work has ended before them
		r.body.drain()
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
		c.d.log.Debug("connection ended", "address", c.address, "error", err)
	}
}

// cancelOn gives up the request at work when the peer is gone. When the daemon
// goes down the peer is still there and gets its answer.
func (c *connection) cancelOn(err error) {
	if !c.bye.Load() || !wire.TimedOut(err) {
		c.cancel()
	}
}

func (c *connection) end() {
	c.cancel()
	if c.complained {
		c.linger()
	}
	_ = c.raw.Close()
	c.telling.Wait()
	if c.watching != nil {
		end(c.watching.stops)
	}
	if c.drive != nil {
		_ = c.drive.Close() // nothing is unwritten in a drive
	}
	if c.answers != nil {
		c.answers.Release()
	}
	c.d.registry.remove(c)
	if reason := c.refusal.Load(); reason != nil {
		c.d.refusedLog.add(c.address, "reason", reason.Text)
	}
}

// survive keeps one connection's fault from ending the daemon.
func (c *connection) survive(where string) {
	if fault := recover(); fault != nil {
		c.d.log.Error("panic", "in", where, "address", c.address, "fault", fault, "stack", string(debug.Stack()))
		c.cancel()
		_ = c.raw.Close()
	}
}

func (c *connection) handshake() error {
	t, ok := c.raw.(*tls.Conn)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.d.ctx, c.d.limits.Handshake)
	defer cancel()
	if err := t.HandshakeContext(ctx); err != nil {
		return err
	}
	if t.ConnectionState().NegotiatedProtocol != wire.ALPN {
		return errors.New("the client did not ask for " + wire.ALPN)
	}
	return nil
}

// goDown tells the client and lets what it asked for so far be answered.
func (c *connection) goDown() {
	c.bye.Store(true)
	_ = c.conn.WriteMessage(wire.KindEvent, wire.Event{Event: wire.GoingDown, Text: "the server is going down: try again later"})
	_ = c.conn.Flush()
	_ = c.conn.Until(time.Now())
}

// read takes frames off the line until it ends, and says why it did.
func (c *connection) read() error {
	var open *body    // of the last request, until its end mark
	var fed time.Time // when it last got data, or began
	defer func() {
		c.conn.EndRead()
		if open != nil {
			open.cut()
		}
	}()
	for {
		f, err := c.conn.ReadFrame()
		if err != nil {
			c.complain(err)
			return err
		}
		switch {
		case open != nil && f.Kind != wire.KindData && time.Since(fed) > c.d.limits.Transfer:
			err = errNoData // pings alone keep no body open
		case f.Kind == wire.KindPing:
			err = errors.Join(c.conn.WriteFrame(wire.KindPong, f.Payload), c.conn.Flush())
		case f.Kind == wire.KindPong:
		case f.Kind == wire.KindData && open != nil:
			if f.EndMark() {
				open.end()
				open = nil
				c.conn.Idle(c.d.limits.Idle)
				break
			}
			c.line.hold(func() { open.add(c.conn.Take()) })
			runtime.Gosched() // small requests of others go first
			fed = time.Now()
		case f.Kind == wire.KindMessage && open == nil:
			open, err = c.enqueue(f.Payload)
			fed = time.Now()
		default:
			err = wire.Errorf(wire.Invalid, "a frame of this kind does not belong here")
		}
		if err != nil {
			c.complain(err)
			return err
		}
	}
}

// enqueue hands a request to work. The body that follows it, if one does, is
// returned too.
func (c *connection) enqueue(payload []byte) (*body, error) {
	var r request
	var err error
	if r.Request, err = wire.DecodeRequest(payload); err != nil {
		return nil, err
	}
	r.Args = append([]byte(nil), r.Args...) // the payload is read into again
	if r.Request.Request.HasBody() {
		r.body = newBody(c.ctx.Done(), c.reassure)
		c.conn.Idle(c.d.limits.Transfer)
	}
	start, err := c.pending.add(c.ctx, r)
	if err != nil {
		return nil, err
	}
	if start {
		c.worker.Go(c.work)
	}
	return r.body, nil
}

// reassure tells a client whose data is not taken just now that the line and
// the server are alive, since its pings are not read either.
func (c *connection) reassure() {
	if c.conn.WriteFrame(wire.KindPing, nil) == nil {
		_ = c.conn.Flush() // a broken line is found by the next read
	}
}

var errNoData = wire.Errorf(wire.Unavailable, "no data came for too long")

// complain says why the connection ends where the fault is the peer's. Nothing
// is sent after it: requests that are still at work get no answer.
func (c *connection) complain(err error) {
	refusal := &wire.Error{}
	switch reason := c.refusal.Load(); {
	case c.bye.Load():
		return
	case reason != nil:
		refusal = reason
	case errors.Is(err, wire.ErrFrameLength):
		refusal = wire.Errorf(wire.TooLarge, "a frame is empty or longer than allowed here")
	case errors.Is(err, wire.ErrFrameKind):
		refusal = wire.Errorf(wire.Invalid, "a frame is of an unknown kind")
	case wire.TimedOut(err):
		refusal = wire.Errorf(wire.Unavailable, "the connection was silent for too long")
	case !errors.As(err, &refusal):
		return
	}
	_ = c.conn.WriteLast(wire.KindMessage, wire.Reply{Error: refusal})
	c.complained = true
}

// gather is how long a reply may wait for others. A client that has as many
// requests under way as it may goes on only when it hears of some.
const gather = 5 * time.Millisecond

// work answers requests in order until none waits. Replies gather as long as
// another request waits, so that many small ones share a packet. After an error
// the connection ends, and no other worker starts.
func (c *connection) work() {
	defer c.survive("worker")
	flushed := time.Now()
	for {
		r, ok := c.pending.take()
		if !ok {
			return
		}
		err := c.finish(r)
		if err == nil && (c.pending.empty() || time.Since(flushed) >= gather) {
			err = c.conn.Flush()
			flushed = time.Now()
		}
		if err != nil {
			_ = c.conn.Close() // ends read
			c.cancel()
			return
		}
	}
}

// finish answers a request and drops what its handler left of its body.
func (c *connection) finish(r request) error {
	defer r.body.drain()
	return c.answer(r)
}
