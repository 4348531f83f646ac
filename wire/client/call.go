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

// call is one request and what becomes of it.
type call struct {
	name    wire.RequestName
	title   string                      // of the request, for errors: "list /photos"
	answer  func(json.RawMessage) error // decodes and checks the reply; by the reader
	open    func() (io.Writer, error)   // where the reply's body goes; nil when it has none
	length  int64                       // bytes of that body, known once answer has returned
	far     func(done, size int64)      // receives the server's progress; may be nil
	reached int64                       // largest progress that the server reported; of the reader only

	// Set by the caller while it holds Client.writer.
	id    uint64
	sent  int64       // bytes of the request's body, fixed once whole is true
	whole atomic.Bool // an answer other than a refusal is lawful
	place chan struct{}

	// Guarded by Client.mu.
	begun     bool // the reader is at its answer
	abandoned bool // the caller has left: nothing of it may be touched

	use   sync.Mutex // held while open, the writer that it returned, or far is used; guards what follows
	body  bool       // the reader is at the body: the reply changes no more
	left  int64      // bytes of the body still to come
	leave bool       // the caller has left: the rest of the body is dropped

	err  error         // of the caller once done is closed
	done chan struct{} // closed by the reader
}

// newCall prepares a request whose reply is an R. The reply is written by the
// reader; it is the caller's once done is closed.
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

// ask makes a request that has no body on either side.
func ask[R any](ctx context.Context, c *Client, name wire.RequestName, noun string, args any, check func(*R) error) (R, error) {
	call, reply := newCall(name, noun, check)
	err := c.do(ctx, call, args, nil)
	return result(call, reply), err
}

// result is the reply as far as the caller may look at it.
func result[R any](call *call, reply *R) (none R) {
	if call.abandoned {
		return none
	}
	return *reply
}

// do sends a request with its body, if it has one, and waits for the answer.
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

// send puts the request on the way. An error means that there is no answer to
// wait for; when the connection breaks instead, the answer says so.
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

// encode checks args and makes them what crosses the wire.
func encode(args any) (json.RawMessage, error) {
	if checker, ok := args.(wire.Checker); ok {
		if err := checker.Check(); err != nil {
			return nil, err
		}
	}
	raw, err := wire.Marshal(args)
	if err != nil {
		return nil, wire.Errorf(wire.Invalid, "the request holds what can not be sent: %v", err)
	}
	return raw, nil
}

// enter waits for the turn to write, or for a place among the requests ahead.
// The turn comes first: then every place that is taken is that of a request
// which the server has, and comes back when that is answered.
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

// admit takes a place for call and makes the reader expect its answer; what it
// returns is to be written next. The caller holds c.writer.
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

// push makes the reader expect an answer.
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

// wait returns when the call has its answer, or when ctx has ended and the
// reader will touch nothing of the caller's any more.
func (c *Client) wait(ctx context.Context, call *call) error {
	select {
	case <-call.done:
	case <-ctx.Done():
		if c.abandon(call) || c.interrupt(call) {
			call.use.Lock() // far is used no more behind it
			defer call.use.Unlock()
			return ctx.Err()
		}
	}
	if ctx.Err() != nil && errors.Is(call.err, ErrClosed) {
		return ctx.Err() // the reason for which this side closed
	}
	return call.err
}

// interrupt makes the reader drop what is still to come of the body that it is
// at, or closes the connection when that is too much. Nothing else takes long:
// it reports false when the answer is there.
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

// abandon leaves call to the reader, unless that is at it already.
func (c *Client) abandon(call *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !call.begun {
		call.abandoned = true
	}
	return call.abandoned
}
