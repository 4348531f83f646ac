package client

import (
	"fmt"
	"io"

	"wangpan/wire"
)

// drainLimit is how many bytes of a cancelled body the reader reads and drops. For a
// longer rest, a new connection is cheaper.
const drainLimit = 1 << 20

// read is the goroutine that handles all frames until the connection ends. Then it ends
// all calls that wait for an answer.
func (c *Client) read() {
	for {
		f, err := c.next()
		switch {
		case err != nil:
		case f.Kind == wire.KindMessage:
			err = c.message(f.Payload)
		default:
			err = violationf("data that belongs to no reply")
		}
		if err != nil {
			c.end(err)
			break
		}
	}
	for call := c.head(); call != nil; call = c.head() {
		if call.err == nil {
			call.err = c.Err()
		}
		c.finish(call)
	}
}

// next returns the next message or data frame. It handles all other frames, which may
// arrive at any time.
func (c *Client) next() (wire.Frame, error) {
	for {
		f, err := c.conn.ReadFrame()
		if err != nil {
			return f, err
		}
		switch f.Kind {
		case wire.KindMessage, wire.KindData:
			return f, nil
		case wire.KindPing:
			err = c.pong(f.Payload)
		case wire.KindPong:
			err = c.ponged(f.Payload)
		case wire.KindEvent:
			err = c.event(f.Payload)
		}
		if err != nil {
			return f, err
		}
	}
}

// event handles an event frame.
func (c *Client) event(payload []byte) error {
	var event wire.Event
	if err := decode(payload, &event); err != nil {
		return violationf("an event: %v", err)
	}
	event.Event = wire.EventName(shorten(string(event.Event)))
	event.Text = shorten(event.Text)
	if event.Event == wire.Progress {
		return c.reportProgress(event)
	}
	if c.onEvent != nil {
		c.line.socket.block(func() { c.onEvent(event) })
	}
	return nil
}

// message passes an answer to its call. An error ends the connection.
func (c *Client) message(payload []byte) error {
	reply, err := decodeReply(payload)
	if err != nil {
		return err
	}
	if reply.ID == 0 {
		return fmt.Errorf("%w: %w", ErrLost, reply.Error)
	}
	call := c.head()
	if call == nil || call.id != reply.ID {
		return violationf("answer %d is not the one that is due", reply.ID)
	}
	wanted := c.begin(call)
	switch {
	case reply.Error != nil:
		call.err = reply.Error
	case !call.whole.Load():
		return violationf("%s was answered before it was whole", call.name)
	default:
		if err := call.answer(reply.Reply); err != nil {
			return err
		}
		if call.open != nil {
			if err := c.body(call, wanted); err != nil {
				return err
			}
		}
	}
	c.finish(call)
	return nil
}

// decodeReply decodes an answer, which must be either a reply or a refusal. Without the
// ID of a request it must be a refusal, which ends the connection.
func decodeReply(payload []byte) (wire.Reply, error) {
	reply, err := wire.DecodeReply(payload)
	if err != nil {
		return reply, violationf("an answer: %v", err)
	}
	if (reply.Reply == nil) == (reply.Error == nil) {
		return reply, violationf("an answer is neither a reply nor a refusal")
	}
	if reply.Error == nil && reply.ID == 0 {
		return reply, violationf("a reply answers nothing")
	}
	if reply.Error != nil {
		reply.Error = refusal(reply.Error)
	}
	return reply, nil
}

// body copies the body of a reply to the writer of the call, frame by frame. An error of
// the writer is an error of the call. body returns an error, which ends the connection,
// if the server violates the protocol or if an unwanted body is too long to drop.
func (c *Client) body(call *call, wanted bool) error {
	to, wanted := c.open(call, wanted)
	for left := call.length; ; {
		if !wanted && left > drainLimit {
			return errGaveUp
		}
		f, err := c.next()
		switch {
		case err != nil:
			return err
		case f.Kind == wire.KindMessage:
			return c.cutShort(call, f.Payload)
		case f.EndMark() && left == 0:
			return nil
		case f.EndMark():
			return violationf("the body of %s is %d bytes short", call.name, left)
		case int64(len(f.Payload)) > left:
			return violationf("the body of %s is longer than announced", call.name)
		}
		left -= int64(len(f.Payload))
		c.advance()
		wanted = wanted && c.pass(call, to, f.Payload)
	}
}

// open gets the writer for the body from the call. It reports whether the caller still
// wants the body.
func (c *Client) open(call *call, wanted bool) (to io.Writer, still bool) {
	call.use.Lock()
	defer call.use.Unlock()
	call.body, call.left = true, call.length
	if !wanted || call.leave {
		return nil, false
	}
	c.runCallback(func() { to, call.err = call.open() })
	if to == nil {
		to = io.Discard
	}
	return to, call.err == nil
}

// pass writes a part of the body to the writer of the call. It reports whether the caller
// wants the rest.
func (c *Client) pass(call *call, to io.Writer, payload []byte) (still bool) {
	call.use.Lock()
	defer call.use.Unlock()
	call.left -= int64(len(payload))
	if call.leave {
		return false
	}
	c.runCallback(func() { call.err = write(to, payload) })
	return call.err == nil
}

// runCallback runs f, which calls the writer of a body and may take long.
func (c *Client) runCallback(f func()) {
	c.passing.Store(true)
	c.line.socket.block(f)
	c.advance()
	c.passing.Store(false)
}

func write(to io.Writer, p []byte) error {
	n, err := to.Write(p)
	if err == nil && n != len(p) {
		err = io.ErrShortWrite
	}
	return err
}

// cutShort handles the refusal with which the server ends a body early.
func (c *Client) cutShort(call *call, payload []byte) error {
	reply, err := decodeReply(payload)
	switch {
	case err != nil:
		return err
	case reply.Error != nil && reply.ID == 0:
		return fmt.Errorf("%w: %w", ErrLost, reply.Error)
	case reply.Error == nil || reply.ID != call.id:
		return violationf("a message within the body of %s", call.name)
	}
	if call.err == nil {
		call.err = reply.Error
	}
	return nil
}

// head returns the call whose answer is the next one, and nil for none.
func (c *Client) head() *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pending) == 0 {
		return nil
	}
	return c.pending[0]
}

// begin marks that the answer of call has arrived. It reports whether the caller still
// waits. From then on, the caller can return early only during a body.
func (c *Client) begin(call *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	call.begun = true
	c.advanced = c.line.socket.now()
	return !call.abandoned
}

// finish removes the oldest call from pending and wakes its caller.
func (c *Client) finish(call *call) {
	c.mu.Lock()
	call.begun = true
	c.pending = c.pending[1:]
	c.advanced = c.line.socket.now()
	c.mu.Unlock()
	<-call.place
	close(call.done)
}

// decode decodes one JSON object as strictly as the server does. Its error does not
// contain the data. It is a violation, since a *wire.Error would look like a refusal.
func decode(data []byte, into any) error {
	if err := wire.DecodeMessage(data, into); err != nil {
		return violation(err.Error())
	}
	return nil
}
