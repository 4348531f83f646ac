package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"wangpan/wire"
)

// call is one request and its answer. The goroutine of the caller sends it; the reader
// (Client.read) handles the answer.
type call struct {
	name     wire.RequestName
	title    string                      // for errors, such as "list /photos"
	answer   func(json.RawMessage) error // decodes and checks the reply; the reader calls it
	open     func() (io.Writer, error)   // returns the writer for the reply's body; nil: the reply has no body
	length   int64                       // bytes of that body; set by answer
	progress func(done, total int64)     // the ProgressFunc of the caller, in bytes; may be nil
	reached  int64                       // the largest progress reported by the server; only the reader uses it

	// Set by the goroutine that holds Client.writer.
	id    uint64
	sent  int64         // bytes of the request's body; fixed when whole is true
	whole atomic.Bool   // the request was sent completely, so the server may send a reply
	place chan struct{} // Client.ahead, which holds a slot for this call until it is answered

	// Guarded by Client.mu.
	begun     bool // the reader has received the answer
	abandoned bool // the caller has returned: the reader must not use its writer and callbacks

	use   sync.Mutex // held while open, its writer or progress is running; guards the following fields
	body  bool       // the reader is copying the body and does not change the reply any more
	left  int64      // bytes of the body that have not arrived
	leave bool       // the caller has returned: the reader drops the rest of the body

	err  error         // the result; the caller reads it when done is closed
	done chan struct{} // closed by the reader
}

// newCall returns a call whose reply is an R, and that reply. noun names the object of
// the request in errors. check, which may be nil, checks the decoded reply. The reader
// writes the reply; the caller may read it when done is closed.
func newCall[R any](name wire.RequestName, noun string, check func(*R) error) (*call, *R) {
	reply := new(R)
	title := string(name)
	if noun != "" {
		title += " " + noun
	}
	answer := func(raw json.RawMessage) error {
		if err := decode(raw, reply); err != nil {
			return violationf("the reply to %s: %v", name, err)
		}
		if check == nil {
			return nil
		}
		if err := check(reply); err != nil {
			return violationf("the reply to %s: %v", name, err)
		}
		return nil
	}
	return &call{name: name, title: title, answer: answer, done: make(chan struct{})}, reply
}

// ask sends a request without a body and returns its reply, which has no body either.
func ask[R any](ctx context.Context, c *Client, name wire.RequestName, noun string, args any, check func(*R) error) (R, error) {
	call, reply := newCall(name, noun, check)
	err := c.do(ctx, call, args, nil)
	return result(call, reply), err
}

// result returns the reply, or the zero value while the reader may still write it.
func result[R any](call *call, reply *R) (none R) {
	if call.abandoned {
		return none
	}
	return *reply
}

// do sends a request and waits for the answer. body may be nil.
func (c *Client) do(ctx context.Context, call *call, args any, body io.Reader) error {
	err := c.send(ctx, call, args, body)
	if err == nil {
		err = c.wait(ctx, call)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", call.title, err)
	}
	return nil
}

// send sends a request. After an error the caller must not wait for an answer. If the
// connection breaks while send writes, send returns nil, and wait returns the error.
func (c *Client) send(ctx context.Context, call *call, args any, body io.Reader) error {
	raw, err := encode(args)
	if err != nil {
		return err
	}
	if err := c.enter(ctx, c.writer); err != nil {
		return err
	}
	defer func() { <-c.writer }()
	payload, err := c.admit(ctx, call, raw, body != nil)
	if err != nil {
		return err
	}
	err = c.conn.WriteFrame(wire.KindMessage, payload)
	if err == nil && body != nil {
		err = c.sendBody(ctx, call, body)
	}
	if err == nil {
		err = c.conn.Flush()
	}
	if err != nil {
		c.writeFailed(err)
	}
	return nil
}

// encode checks args and returns them as JSON.
func encode(args any) (json.RawMessage, error) {
	if checker, ok := args.(wire.Checker); ok {
		if err := checker.Check(); err != nil {
			return nil, err
		}
	}
	raw, err := wire.Marshal(args)
	if err != nil {
		return nil, wire.Errorf(wire.Invalid, "encode the request: %v", err)
	}
	return raw, nil
}

// enter waits for a slot of gate, which is Client.writer or Client.ahead. A caller takes
// the writer first. Then the calls with a slot of ahead are those that were sent, and
// each slot becomes free with the answer.
func (c *Client) enter(ctx context.Context, gate chan<- struct{}) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-c.done:
		return c.Err()
	}
}

// admit takes a slot of c.ahead for call and makes the reader expect its answer. It
// returns the message, which the caller must write next. The caller holds c.writer.
func (c *Client) admit(ctx context.Context, call *call, raw json.RawMessage, body bool) ([]byte, error) {
	call.place = c.ahead
	if err := c.enter(ctx, call.place); err != nil {
		return nil, err
	}
	c.lastID++
	call.id = c.lastID
	request := wire.Request{ID: call.id, Request: call.name, Args: raw}
	if key := wire.KeyOf(ctx); key != "" && call.name.TakesKey() {
		request.Key = key.For(call.name, raw)
	}
	payload, err := wire.Marshal(request)
	if limit := min(c.frame.Load(), wire.MaxRequest); err == nil && int64(len(payload)) >= limit {
		err = wire.Errorf(wire.TooLarge, "the request is longer than %d bytes", limit)
	}
	if err == nil {
		call.whole.Store(!body)
		err = c.push(call)
	}
	if err != nil {
		<-call.place
		return nil, err
	}
	return payload, nil
}

// push appends call to the calls whose answers the reader expects. It fails when the
// connection has ended.
func (c *Client) push(call *call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return c.err
	}
	c.spoke = c.line.socket.now()
	if len(c.pending) == 0 {
		c.asked, c.advanced = c.spoke, c.spoke
		c.wake()
	}
	c.pending = append(c.pending, call)
	return nil
}

// wait waits for the answer of call. When ctx ends, it returns as soon as the reader no
// longer uses the caller's writer and callbacks.
func (c *Client) wait(ctx context.Context, call *call) error {
	select {
	case <-call.done:
	case <-ctx.Done():
		if c.abandon(call) || c.interrupt(call) {
			call.use.Lock() // wait until a running progress callback has returned
			defer call.use.Unlock()
			return ctx.Err()
		}
	}
	if ctx.Err() != nil && errors.Is(call.err, ErrClosed) {
		return ctx.Err() // this client closed the connection because of ctx
	}
	return call.err
}

// interrupt makes the reader drop the rest of the body that it is copying, or closes the
// connection if that rest is longer than drainLimit. It returns false when the call has
// its answer. For an answer without a body it waits, because that takes no time.
func (c *Client) interrupt(call *call) bool {
	if call.open == nil {
		<-call.done
		return false
	}
	call.use.Lock()
	defer call.use.Unlock()
	select {
	case <-call.done:
		return false
	default:
	}
	call.leave, call.abandoned = true, !call.body
	if call.left > drainLimit {
		c.end(errGaveUp)
	}
	return true
}

// abandon makes the reader drop the answer of call. It returns false when the reader has
// received the answer already.
func (c *Client) abandon(call *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !call.begun {
		call.abandoned = true
	}
	return call.abandoned
}
