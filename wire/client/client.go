package client

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"wangpan/wire"
)

// Client is one connection to a server. It is made by Dial.
type Client struct {
	address string
	line    *line
	conn    *wire.Conn
	onEvent func(wire.Event)
	silence time.Duration
	answer  time.Duration // Timeouts.Answer
	welcome wire.Welcome

	ahead    chan struct{} // a place for each request not yet answered
	passing  atomic.Bool   // a part of a body is with the caller's writer
	frame    atomic.Int64  // bytes of the longest frame that may be sent
	speaking chan control  // pings and pongs to send
	waking   chan struct{} // tells the keeper that an answer is waited for

	writer chan struct{} // held from a request to its last byte; guards what follows
	lastID uint64
	chunk  []byte // of the body that is being sent
	small  []byte // the body of a Store that is being sent

	mu       sync.Mutex
	pending  []*call // in the order of their requests
	asked    time.Duration
	spoke    time.Duration
	pinged   time.Duration
	sentPing time.Duration
	idle     time.Duration
	advanced time.Duration // when the oldest request last made progress
	lastPing uint64
	pings    map[uint64]*ping // sent and not answered
	err      error            // why it ended

	done chan struct{} // closed when err is set
	wg   sync.WaitGroup
}

// start frames l and runs the goroutines of a Client.
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

// Welcome returns what the server said of itself, with limits that make sense.
func (c *Client) Welcome() wire.Welcome { return c.welcome }

// Close ends the connection and waits until nothing of it runs any more: also
// until a writer that a body goes to has returned. Calls still waiting fail
// with ErrClosed. The session lives on; see Logout. It must not be called from
// Options.OnEvent or from where a body goes to. The error is always nil.
func (c *Client) Close() error {
	c.end(ErrClosed)
	c.wg.Wait()
	return nil
}

// Done is closed when the connection has ended, by either side.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err says why the connection has ended; it is nil as long as it has not.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// end closes the connection for the reason err. The first reason stays.
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

// lastWords is how long a connection is still read from when it can no longer
// be written to: the server may have said why before it hung up.
const lastWords = time.Second

// writeFailed ends the connection soon; the reader does it sooner if it finds a reason.
func (c *Client) writeFailed(err error) {
	time.AfterFunc(lastWords, func() { c.end(fmt.Errorf("%w: %w", ErrLost, reason(err))) })
}

// lift raises the limit of a frame, as a login does on both sides.
func (c *Client) lift() {
	c.frame.Store(c.welcome.Limits.Frame)
	c.conn.Open(c.welcome.Limits.Frame)
}
