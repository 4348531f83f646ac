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

// advance notes progress of the oldest request: a part of its answer has
// arrived, or a progress event that reports more than the one before. Other
// events, pings and pongs are not progress.
func (c *Client) advance() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advanced = c.line.socket.now()
}

// deadline returns when the connection is to be closed unless the oldest
// request makes progress, and 0 when there is no such time. The caller holds
// c.mu.
func (c *Client) deadline() time.Duration {
	if len(c.pending) == 0 || c.passing.Load() {
		return 0 // nothing is owed, or this side takes its time
	}
	call, since := c.pending[0], c.advanced
	if call.name == wire.Put {
		since = max(since, time.Duration(c.line.socket.moved.Load()))
	}
	if !call.whole.Load() { // the caller may take its time to fill the body
		stuck := time.Duration(c.line.socket.stuck.Load())
		if stuck == 0 {
			return 0
		}
		since = max(since, stuck)
	}
	if kind := c.conn.Receiving(); kind == wire.KindMessage || kind == wire.KindData {
		since = max(since, time.Duration(c.line.socket.heard.Load())) // wire.Conn bounds the whole frame
	}
	return since + c.allowance(call.name)
}
