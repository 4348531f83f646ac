package daemon

import (
	"context"
	"errors"
	"io"

	"wangpan/wire"
)

// put stages the body. When it is refused, the worker drains the body.
func (c *connection) put(ctx context.Context, args *wire.PutArgs, from *body) (answered, error) {
	staging, err := c.drive.Stage(ctx, *args)
	if err != nil {
		return answered{}, err
	}
	_, err = from.WriteTo(staging)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // the client is gone; what came is kept, and nobody hears the answer
	}
	received := staging.Received()
	err = errors.Join(err, staging.Close())
	return reply(wire.PutReply{Upload: args.Upload, Received: received}, err)
}

func (c *connection) commit(ctx context.Context, args *wire.CommitArgs) (answered, error) {
	return reply(c.drive.Commit(ctx, *args))
}

func (c *connection) uploads(ctx context.Context, _ *wire.Empty) (answered, error) {
	list, err := c.drive.Uploads(ctx)
	if list == nil {
		list = []wire.Upload{} // an empty list, not null
	}
	return reply(wire.UploadsReply{Uploads: list}, err)
}

func (c *connection) discard(ctx context.Context, args *wire.DiscardArgs) (answered, error) {
	return reply(wire.Empty{}, c.drive.Discard(ctx, args.Upload))
}
