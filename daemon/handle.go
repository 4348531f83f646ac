package daemon

import (
	"context"
	"errors"

	"wangpan/wire"
)

// answer handles one request and writes its answer. The error is that of the
// connection, which is of no more use then.
func (c *connection) answer(r request) error {
	a, err := c.handle(c.ctx, r)
	if err == nil {
		return c.deliver(r, a)
	}
	defer func() {
		if a.close != nil {
			a.close()
		}
	}()
	return c.refuse(r, err)
}

// answered is what a handler gives back: the reply, and the body behind it.
type answered struct {
	reply any
	body  func(ctx context.Context) error // writes data frames, not the end mark
	close func()                          // called when all is sent
	last  bool                            // the connection ends behind it
}

func (c *connection) deliver(r request, a answered) error {
	if a.close != nil {
		defer a.close()
	}
	reply, err := wire.Marshal(a.reply)
	if err != nil {
		return c.refuse(r, err)
	}
	if err := c.conn.WriteMessage(wire.KindMessage, wire.Reply{ID: r.ID, Reply: reply}); err != nil {
		return err
	}
	if a.body != nil {
		if err := a.body(c.ctx); err != nil {
			if source, ok := errors.AsType[*wire.BodyError](err); ok {
				return c.refuse(r, source.Err) // in place of the end mark
			}
			return err
		}
		if err := c.conn.WriteEndMark(); err != nil {
			return err
		}
	}
	if a.last {
		return errors.Join(c.conn.Flush(), errLastAnswer)
	}
	return nil
}

// errLastAnswer ends a connection in peace.
var errLastAnswer = errors.New("daemon: nothing follows this answer")

// handle is the flat switch over all requests. What stands here is all that an
// unauthenticated connection can reach.
func (c *connection) handle(ctx context.Context, r request) (answered, error) {
	if !c.greeted && r.Request.Request != wire.Hello {
		return answered{}, wire.Errorf(wire.Invalid, "the first request is hello")
	}
	if r.Key != "" && !r.Request.Request.TakesKey() {
		return answered{}, wire.Errorf(wire.Invalid, "this request takes no key")
	}
	switch r.Request.Request {
	case wire.Hello:
		return call(ctx, r, c.hello)
	case wire.Register:
		return call(ctx, r, c.register)
	case wire.Login:
		return call(ctx, r, c.login)
	case wire.Join:
		return call(ctx, r, c.join)
	default:
		return c.handleInSession(ctx, r)
	}
}

// handleInSession is what only a session reaches.
func (c *connection) handleInSession(ctx context.Context, r request) (answered, error) {
	if err := c.authorize(); err != nil {
		return answered{}, err
	}
	switch r.Request.Request {
	case wire.Logout:
		return call(ctx, r, c.logout)
	case wire.Password:
		return call(ctx, r, c.password)
	case wire.Usage:
		return call(ctx, r, c.usage)
	case wire.Stat:
		return call(ctx, r, c.stat)
	case wire.List:
		return call(ctx, r, c.list)
	case wire.Get:
		return call(ctx, r, c.get)
	case wire.Blocks:
		return call(ctx, r, heavy(c, c.blocks))
	case wire.Mkdir:
		return keyed(ctx, c, r, c.mkdir)
	case wire.Put:
		return call(ctx, r, func(ctx context.Context, args *wire.PutArgs) (answered, error) {
			return c.put(ctx, args, r.body)
		})
	case wire.Commit:
		return keyed(ctx, c, r, heavy(c, c.commit))
	case wire.Uploads:
		return call(ctx, r, c.uploads)
	case wire.Discard:
		return keyed(ctx, c, r, c.discard)
	case wire.Move:
		return keyed(ctx, c, r, heavy(c, c.move))
	case wire.Remove:
		return keyed(ctx, c, r, heavyAtOnce(c, c.remove))
	case wire.Trash:
		return call(ctx, r, c.trash)
	case wire.Restore:
		return keyed(ctx, c, r, heavyAtOnce(c, c.restore))
	case wire.Purge:
		return keyed(ctx, c, r, heavyAtOnce(c, c.purge))
	case wire.Search:
		return call(ctx, r, heavyAtOnce(c, c.search))
	case wire.Copy:
		return keyed(ctx, c, r, heavy(c, func(ctx context.Context, args *wire.CopyArgs) (answered, error) {
			return c.copy(ctx, args, r.ID)
		}))
	case wire.Count:
		return call(ctx, r, heavy(c, c.count))
	case wire.Watch:
		return call(ctx, r, c.watch)
	default:
		return answered{}, wire.Errorf(wire.Invalid, "this server does not know the request")
	}
}

// call decodes and checks the arguments of a request for its handler.
func call[A any](ctx context.Context, r request, handler func(context.Context, *A) (answered, error)) (answered, error) {
	args := new(A)
	if err := wire.UnmarshalArgs(r.Args, args); err != nil {
		return answered{}, err
	}
	return handler(ctx, args)
}

// reply is an answer without a body.
func reply(v any, err error) (answered, error) { return answered{reply: v}, err }
