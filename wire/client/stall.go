package client

import (
	"time"

	"wangpan/wire"
)

// Multiples of Timeouts.Answer. The specification of each is in package wire,
// "Limits".
const (
	writeFactor = 10  // requests that write to the server's disk
	workFactor  = 360 // requests for which the server reads whole files or trees
)

// allowance returns how long a request of this name may make no progress while
// it is the oldest unanswered one.
func (c *Client) allowance(name wire.RequestName) time.Duration {
	switch name {
	case wire.Put, wire.Mkdir, wire.Remove, wire.Discard:
		return writeFactor * c.answer
	case wire.Blocks, wire.Commit, wire.Copy, wire.Count, wire.Move, wire.Restore, wire.Purge:
		return workFactor * c.answer
	default:
		return c.answer
	}
}

// advance records progress of the oldest request: a part of its answer has arrived, or a
// progress event with more bytes than before. Other events, pings and pongs are not
// progress.
func (c *Client) advance() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advanced = c.line.socket.now()
}

// deadline returns when the oldest request counts as stalled unless it makes progress,
// and 0 for never. The caller holds c.mu.
func (c *Client) deadline() time.Duration {
	if len(c.pending) == 0 || c.passing.Load() {
		return 0 // no request is unanswered, or a writer of this side is slow
	}
	call, since := c.pending[0], c.advanced
	if call.name == wire.Put {
		since = max(since, time.Duration(c.line.socket.bodySentAt.Load()))
	}
	if !call.whole.Load() { // the body may come from a slow reader
		stuck := time.Duration(c.line.socket.writingSince.Load())
		if stuck == 0 {
			return 0
		}
		since = max(since, stuck)
	}
	if kind := c.conn.Receiving(); kind == wire.KindMessage || kind == wire.KindData {
		since = max(since, time.Duration(c.line.socket.receivedAt.Load())) // wire.Conn bounds the whole frame
	}
	return since + c.allowance(call.name)
}
