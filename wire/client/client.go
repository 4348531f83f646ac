package client

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"wangpan/wire"
)

// Client is one connection to a server. Dial makes it. It is safe for concurrent use.
// The caller must close it.
type Client struct {
	address string
	line    *line
	conn    *wire.Conn
	onEvent func(wire.Event)
	silence time.Duration // Timeouts.Silence
	answer  time.Duration // Timeouts.Answer
	welcome wire.Welcome

	ahead    chan struct{} // has a slot for each request that may be unanswered at once
	passing  atomic.Bool   // the caller's writer is running with a part of a body
	frame    atomic.Int64  // bytes of the longest frame that may be sent
	speaking chan control  // pings and pongs for the speaker
	waking   chan struct{} // wakes the keeper; see wake

	writer chan struct{} // has one slot, held while a request is sent; guards the next fields
	lastID uint64
	chunk  []byte // the buffer for bodies
	small  []byte // the body of the Store that is being sent

	// mu guards the following fields. The times are since the connection was made;
	// those of liveness are explained there.
	mu       sync.Mutex
	pending  []*call // sent and not answered, the oldest first
	asked    time.Duration
	spoke    time.Duration
	pinged   time.Duration
	sentPing time.Duration
	idle     time.Duration
	advanced time.Duration // when the oldest request last made progress
	lastPing uint64
	pings    map[uint64]*ping // sent and not answered, by number
	err      error            // why the connection has ended; nil: it has not

	done chan struct{} // closed when err is set
	wg   sync.WaitGroup
}

// start returns a Client that uses l, and starts its goroutines.
func start(l *line, address string, o Options) *Client {
	c := &Client{
		address:  address,
		line:     l,
		conn:     wire.NewConn(l, wire.Timeouts{Stall: o.Timeouts.Answer}), // 20 times that for a whole frame
		onEvent:  o.OnEvent,
		silence:  o.Timeouts.Silence,
		answer:   o.Timeouts.Answer,
		idle:     o.Timeouts.Idle,
		ahead:    make(chan struct{}, 1),
		speaking: make(chan control, maxControls),
		waking:   make(chan struct{}, 1),
		writer:   make(chan struct{}, 1),
		pings:    map[uint64]*ping{},
		done:     make(chan struct{}),
	}
	c.frame.Store(wire.MaxFrameBeforeLogin)
	c.wg.Go(c.read)
	c.wg.Go(c.keep)
	c.wg.Go(c.speak)
	return c
}

// Welcome returns the server's welcome. Limits outside of their valid ranges are
// replaced by defaults; see clamp.
func (c *Client) Welcome() wire.Welcome { return c.welcome }

// Close ends the connection and waits until its goroutines have ended, and with them any
// running writer of a body. Calls that wait for an answer fail with ErrClosed. The
// session on the server continues; see Logout. Do not call Close from Options.OnEvent,
// a progress callback or the writer of a body. The error is always nil.
func (c *Client) Close() error {
	c.end(ErrClosed)
	c.wg.Wait()
	return nil
}

// Done returns a channel that is closed when the connection has ended, by either side.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err returns why the connection has ended, and nil before that.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// end closes the connection and sets Err. Further calls have no effect.
func (c *Client) end(err error) {
	err = c.ended(err)
	c.mu.Lock()
	first := c.err == nil
	if first {
		c.err = err
		close(c.done)
	}
	c.mu.Unlock()
	if first {
		_ = c.conn.Close()
	}
}

// readAfterWriteError is how long the client reads on after a write has failed: the
// server may have sent the reason before it closed the connection.
const readAfterWriteError = time.Second

// writeFailed ends the connection after readAfterWriteError. The reader ends it earlier
// if it receives the reason.
func (c *Client) writeFailed(err error) {
	time.AfterFunc(readAfterWriteError, func() { c.end(fmt.Errorf("%w: %w", ErrLost, reason(err))) })
}

// raiseFrameLimit allows frames of the length in the welcome, in both directions. The
// protocol requires that after a login.
func (c *Client) raiseFrameLimit() {
	c.frame.Store(c.welcome.Limits.Frame)
	c.conn.Open(c.welcome.Limits.Frame)
}
