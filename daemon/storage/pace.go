package storage

import "context"

// Pace is called before each unit of long work, such as a batch of names or a
// chunk of a file, and may wait there while others work. It returns the error of
// ctx when that has ended. No lock is held meanwhile that other requests need.
type Pace func(ctx context.Context) error

type paceKey struct{}

// WithPace returns a context whose request is paced.
func WithPace(ctx context.Context, pace Pace) context.Context {
	return context.WithValue(ctx, paceKey{}, pace)
}

// pacedAs returns ctx with the pace of other.
func pacedAs(ctx, other context.Context) context.Context {
	if pace, ok := other.Value(paceKey{}).(Pace); ok {
		return WithPace(ctx, pace)
	}
	return ctx
}

// Await waits for the first unit of work of the request of ctx.
func Await(ctx context.Context) error { return pace(ctx) }

// pace is the error of ctx, after its Pace if it has one.
func pace(ctx context.Context) error {
	if pace, ok := ctx.Value(paceKey{}).(Pace); ok {
		return pace(ctx)
	}
	return ctx.Err()
}
