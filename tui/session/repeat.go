package session

import (
	"context"
	"errors"
	"slices"
	"time"

	"wangpan/tui/backoff"
	"wangpan/wire"
	"wangpan/wire/client"
)

// repeats is how often Repeat runs a write again, the first time at once.
const repeats = 3

// Repeat runs do with c. When the connection is lost before an answer, Repeat
// runs do again over a connection of its own. The context that do gets has a key,
// so that the server carries out each write once and gives its answer again. do
// must make the same requests each time. With a server that does not keep
// answers, do is not run again.
func (s *Session) Repeat(ctx context.Context, c *client.Client, do func(ctx context.Context, c *client.Client) error) error {
	ctx = wire.WithKey(ctx, wire.NewKey())
	err := do(ctx, c)
	if !slices.Contains(c.Welcome().Features, wire.FeatureKeys) {
		return err
	}
	for failures := range repeats {
		if !errors.Is(err, client.ErrLost) {
			return err
		}
		select {
		case <-time.After(backoff.Backoff{}.After(failures)):
		case <-ctx.Done():
			return err
		}
		again, dialed := s.Dial(ctx)
		if dialed != nil {
			continue // err says more about the request
		}
		err = do(ctx, again)
		_ = again.Close() // it was only for this
	}
	return err
}
