package client

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"wangpan/wire"
)

// liveness has the facts that decide whether the connection is lost. The times are since
// the connection was made, except for silence and idle, which are periods.
type liveness struct {
	now     time.Duration
	life    time.Duration // the last activity in either direction
	heard   time.Duration // the last bytes received; at most life
	waiting bool          // a request is unanswered
	asked   time.Duration // when the oldest unanswered request was sent
	pinged  time.Duration // the first ping after the last activity, if it is later than life
	pings   time.Duration // the last ping
	spoke   time.Duration // the last request or ping
	silence time.Duration // Timeouts.Silence
	idle    time.Duration // the time between pings on an idle connection
	end     time.Duration // when the oldest request counts as stalled; 0: never
}

// check returns whether to send a ping now, how long to wait until the next check, and
// the reason why the connection is lost, if it is.
//
// The server is silent when it has owed an answer or a pong for p.silence and no byte has
// moved. While it owes an answer and sends nothing, the client pings it every p.silence/3:
// a server that works on a slow request still answers pings. The client does so during
// the body of a put, too, because bytes that it sends do not prove that the server
// receives them. The client pings an idle connection so that neither the server nor a
// router closes it. If the server answers pings but not a request, the connection is
// stalled at p.end.
func (p liveness) check() (ping bool, wait time.Duration, dead error) {
	since, owed := p.owed()
	switch {
	case owed && p.now-since >= p.silence:
		return false, 0, fmt.Errorf("%w for %v", ErrSilent, p.silence)
	case p.end > 0 && p.now >= p.end:
		return false, 0, ErrStalled
	}
	due := p.spoke + p.idle
	if p.waiting {
		due = min(due, max(p.heard, p.asked, p.pings)+p.silence/3)
	}
	ping = p.now >= due
	wait = due - p.now
	switch {
	case ping && p.waiting:
		wait = min(p.idle, p.silence/3)
	case ping:
		wait = min(p.idle, p.silence) // a pong is owed now
	}
	if owed {
		wait = min(wait, since+p.silence-p.now)
	}
	if p.end > 0 {
		wait = min(wait, p.end-p.now)
	}
	return ping, max(wait, time.Millisecond), nil
}

// owed reports whether the server owes an answer or a pong, and since when it has owed it
// without activity.
func (p liveness) owed() (since time.Duration, owed bool) {
	unheard := p.pinged > p.life
	switch {
	case p.waiting && unheard:
		return max(p.life, min(p.asked, p.pinged)), true
	case p.waiting:
		return max(p.life, p.asked), true
	}
	return p.pinged, unheard
}

// keep is the goroutine that sends pings, and ends the connection when it is lost.
func (c *Client) keep() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-timer.C:
		case <-c.waking:
		}
		ping, wait, dead := c.liveness().check()
		if dead != nil {
			c.end(fmt.Errorf("%w: %w", ErrLost, dead))
			return
		}
		if ping {
			c.ping(nil)
		}
		timer.Reset(wait)
	}
}

func (c *Client) liveness() liveness {
	c.mu.Lock()
	defer c.mu.Unlock()
	return liveness{
		now: c.line.socket.now(), life: c.line.socket.lastActive(), heard: c.line.socket.lastReceived(),
		waiting: len(c.pending) > 0, asked: c.asked, pinged: c.pinged, pings: c.sentPing, spoke: c.spoke,
		silence: c.silence, idle: c.idle, end: c.deadline(),
	}
}

// limitIdle shortens the time between pings on an idle connection to at most d.
func (c *Client) limitIdle(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = min(c.idle, d)
}

// maxControls is how many pings and pongs may wait to be sent. Only a server that sends
// pings and does not read reaches it.
const maxControls = 16

// control is a ping or a pong to send.
type control struct {
	kind    wire.Kind
	payload []byte
}

// speak is the goroutine that sends pings and pongs, so that the reader and the keeper
// never block on a write.
func (c *Client) speak() {
	for {
		select {
		case <-c.done:
			return
		case control := <-c.speaking:
			err := c.conn.WriteFrame(control.kind, control.payload)
			if err == nil {
				err = c.conn.Flush()
			}
			if err != nil {
				c.writeFailed(err)
				return
			}
		}
	}
}

// pong answers a ping of the server.
func (c *Client) pong(payload []byte) error {
	select {
	case c.speaking <- control{wire.KindPong, append([]byte(nil), payload...)}:
		return nil
	default:
		return violationf("the server sends pings faster than it reads pongs")
	}
}

// ping is a ping that was sent.
type ping struct {
	sent time.Time
	back chan time.Duration // receives the round-trip time; has room for one; nil: not needed
}

// ping queues a ping. If the queue is full it does nothing: the pings in it serve the same
// purpose.
func (c *Client) ping(back chan time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Read the times before the ping is sent: the pong may arrive before the next line.
	now, life := c.line.socket.now(), c.line.socket.lastActive()
	c.lastPing++
	select {
	case c.speaking <- control{wire.KindPing, binary.BigEndian.AppendUint64(nil, c.lastPing)}:
	default:
		return
	}
	c.pings[c.lastPing] = &ping{sent: time.Now(), back: back}
	c.spoke, c.sentPing = now, now
	if c.pinged <= life {
		c.pinged = now
	}
	if back != nil {
		c.wake()
	}
}

// wake makes the keeper check now, because the server owes an answer or a pong.
func (c *Client) wake() {
	select {
	case c.waking <- struct{}{}:
	default: // the keeper has not handled the last wake yet
	}
}

// ponged handles a pong, which must answer a ping of this client.
func (c *Client) ponged(payload []byte) error {
	if len(payload) != 8 {
		return violationf("a pong without a ping")
	}
	number := binary.BigEndian.Uint64(payload)
	c.mu.Lock()
	sent := c.pings[number]
	delete(c.pings, number)
	c.mu.Unlock()
	if sent == nil {
		return violationf("a pong without a ping")
	}
	if sent.back != nil {
		sent.back <- time.Since(sent.sent)
	}
	return nil
}

// Heard returns when the last bytes from the server arrived. Time during which this side
// did not read does not count as silence: then Heard returns the present time. While a
// request is unanswered, the client pings the server every third of Timeouts.Silence
// (5 s), and even a busy server answers pings at once. An older time therefore means that
// the network is the cause of a delay.
func (c *Client) Heard() time.Time {
	return c.line.socket.begun.Add(c.line.socket.lastReceived())
}

// Ping measures the round-trip time to the server.
func (c *Client) Ping(ctx context.Context) (time.Duration, error) {
	back := make(chan time.Duration, 1)
	c.ping(back)
	select {
	case d := <-back:
		return d, nil
	case <-ctx.Done():
		return 0, fmt.Errorf("ping: %w", ctx.Err())
	case <-c.done:
		return 0, fmt.Errorf("ping: %w", c.Err())
	}
}
