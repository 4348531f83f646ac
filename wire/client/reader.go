package client

import (
	"fmt"
	"io"

	"wangpan/wire"
)

// drainLimit is how much of a body that nobody wants is read and dropped, in
// bytes. Beyond that a new connection is cheaper.
const drainLimit = 1 << 20

// read hands out what arrives until the connection ends, and then tells
// everybody who still waits.
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

// next returns the next message or data frame; the others are seen to here,
// since they may stand anywhere.
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

func (c *Client) event(payload []byte) error {
	var event wire.Event
	if err := decode(payload, &event); err != nil {
		return violationf("an event: %v", err)
	}
	event.Event = wire.EventName(shorten(string(event.Event)))
	event.Text = shorten(event.Text)
	if event.Event == wire.Progress {
		return c.progress(event)
	}
	if c.onEvent != nil {
		c.line.socket.hold(func() { c.onEvent(event) })
	}
	return nil
}

// message gives an answer to the call that it belongs to. An error ends the connection.
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

// decodeReply demands either a reply or a refusal, and of what answers nothing
// that it says why.
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

// body copies the body of a reply to where the call wants it, frame by frame
// as they come. What the writer says is an error of the call; what the server
// does wrong, or a body too long to be dropped, ends the connection.
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

// open asks the call where its body goes, and reports whether it is wanted.
func (c *Client) open(call *call, wanted bool) (to io.Writer, still bool) {
	call.use.Lock()
	defer call.use.Unlock()
	call.body, call.left = true, call.length
	if !wanted || call.leave {
		return nil, false
	}
	c.hold(func() { to, call.err = call.open() })
	if to == nil {
		to = io.Discard
	}
	return to, call.err == nil
}

// pass gives a part of the body to the call, and reports whether more is wanted.
func (c *Client) pass(call *call, to io.Writer, payload []byte) (still bool) {
	call.use.Lock()
	defer call.use.Unlock()
	call.left -= int64(len(payload))
	if call.leave {
		return false
	}
	c.hold(func() { call.err = write(to, payload) })
	return call.err == nil
}

// hold runs f, which gives a body to its caller and may take long.
func (c *Client) hold(f func()) {
	c.passing.Store(true)
	c.line.socket.hold(f)
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

// cutShort takes the refusal that stands in place of an end mark.
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

// head returns the call whose answer is due.
func (c *Client) head() *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pending) == 0 {
		return nil
	}
	return c.pending[0]
}

// begin reports whether the caller still waits; from now on it can leave only
// within a body.
func (c *Client) begin(call *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	call.begun = true
	c.advanced = c.line.socket.now()
	return !call.abandoned
}

// finish takes the call that was due off the queue and wakes its caller.
func (c *Client) finish(call *call) {
	c.mu.Lock()
	call.begun = true
	c.pending = c.pending[1:]
	c.advanced = c.line.socket.now()
	c.mu.Unlock()
	<-call.place
	close(call.done)
}

// decode decodes one JSON object as strictly as a server does. Its error does
// not repeat what was sent and is no *wire.Error, which would look like a refusal.
func decode(data []byte, into any) error {
	if err := wire.DecodeMessage(data, into); err != nil {
		return violation(err.Error())
	}
	return nil
}
