package client

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"wangpan/wire"
)

// pulse is what decides whether the server still lives. Times are since the
// connection began.
type pulse struct {
	now     time.Duration
	life    time.Duration // when the line last showed some
	heard   time.Duration // when something last came; at most life
	waiting bool          // for an answer
	asked   time.Duration // since when
	pinged  time.Duration // first ping that there was no life after, if later than life
	pings   time.Duration // last ping
	spoke   time.Duration // last request or ping
	silence time.Duration
	idle    time.Duration
	end     time.Duration // when the oldest request is given up; 0: never
}

// look says what is to be done now, and how long nothing need be done after it.
//
// The server is silent when an answer or a pong has been owed for p.silence
// and not a byte has moved. While an answer is owed and nothing comes, it is
// pinged every third of that time, since a slow answer is not a dead line: a
// pong comes also while a request is being worked on. That holds within the
// body of a put, too: bytes that go out say little about who takes them. A
// quiet connection is pinged so that neither the server nor a router between
// forgets it. A server that lives may still not answer a request: the
// connection is stalled when p.end has come.
func (p pulse) look() (ping bool, wait time.Duration, dead error) {
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

// owed reports whether an answer or a pong is, and since when the line has
// shown no life although it was.
func (p pulse) owed() (since time.Duration, owed bool) {
	unheard := p.pinged > p.life
	switch {
	case p.waiting && unheard:
		return max(p.life, min(p.asked, p.pinged)), true
	case p.waiting:
		return max(p.life, p.asked), true
	}
	return p.pinged, unheard
}

// keep pings when it is time and ends the connection when the server is silent.
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
		ping, wait, dead := c.pulse().look()
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

func (c *Client) pulse() pulse {
	c.mu.Lock()
	defer c.mu.Unlock()
	return pulse{
		now: c.line.socket.now(), life: c.line.socket.life(), heard: c.line.socket.last(),
		waiting: len(c.pending) > 0, asked: c.asked, pinged: c.pinged, pings: c.sentPing, spoke: c.spoke,
		silence: c.silence, idle: c.idle, end: c.deadline(),
	}
}

// keepAwake shortens the time between pings to at most d.
func (c *Client) keepAwake(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = min(c.idle, d)
}

// maxControls is how many pings and pongs may wait to be sent. Only a server
// that pings without listening fills that.
const maxControls = 16

// control is a ping or a pong to send.
type control struct {
	kind    wire.Kind
	payload []byte
}

// speak sends pings and pongs, so that neither the reader nor the keeper ever
// waits for the network.
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
		return violationf("it pings faster than it takes pongs")
	}
}

// ping is one that was sent; back is nil when nobody waits for it.
type ping struct {
	sent time.Time
	back chan time.Duration // with room for one
}

// ping sends a ping. When the line is so full that it can not, others wait
// there whose pongs tell the same.
func (c *Client) ping(back chan time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Before it is sent: the pong may be there before this goroutine goes on.
	now, life := c.line.socket.now(), c.line.socket.life()
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

// wake makes the keeper look: something is owed now.
func (c *Client) wake() {
	select {
	case c.waking <- struct{}{}:
	default: // it has not looked since the last time
	}
}

// ponged takes a pong, which must be that of a ping of ours.
func (c *Client) ponged(payload []byte) error {
	if len(payload) != 8 {
		return violationf("a pong to a ping that was never sent")
	}
	number := binary.BigEndian.Uint64(payload)
	c.mu.Lock()
	sent := c.pings[number]
	delete(c.pings, number)
	c.mu.Unlock()
	if sent == nil {
		return violationf("a pong to a ping that was never sent")
	}
	if sent.back != nil {
		sent.back <- time.Since(sent.sent)
	}
	return nil
}

// Heard is when the server last said anything at all: a part of an answer, a
// pong. A time in which this side kept the line waiting does not count as
// silence of the server. While an answer is awaited it is asked for a sign of
// life every 5 s (a third of Timeouts.Silence), and answers at once also when
// it is slow otherwise; so an older Heard means that the network is to blame.
func (c *Client) Heard() time.Time {
	return c.line.socket.begun.Add(c.line.socket.last())
}

// Ping measures the way to the server and back.
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
