package daemon

import (
	"context"

	"wangpan/daemon/storage"
)

// heavy runs a handler whose long work is paced, so that the requests of one
// account leave time for those of others. It needs no turn before it comes to
// such work: most commits and moves never do.
func heavy[A any](c *connection, handler func(context.Context, *A) (answered, error)) func(context.Context, *A) (answered, error) {
	return func(ctx context.Context, args *A) (answered, error) {
		p := &pacer{turns: c.d.turns, account: c.account, left: make(chan struct{})}
		defer p.end()
		return handler(storage.WithPace(ctx, p.pace), args)
	}
}

// heavyAtOnce is heavy for what needs a turn from its beginning: its time counts,
// or its work goes on in the background.
func heavyAtOnce[A any](c *connection, handler func(context.Context, *A) (answered, error)) func(context.Context, *A) (answered, error) {
	return heavy(c, func(ctx context.Context, args *A) (answered, error) {
		if err := storage.Await(ctx); err != nil {
			return answered{}, err
		}
		return handler(ctx, args)
	})
}
