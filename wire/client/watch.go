package client

import (
	"context"
	"fmt"

	"wangpan/wire"
)

// Watch makes the server report changes in these folders to Options.OnEvent. It replaces
// the folders of the Watch before.
func (c *Client) Watch(ctx context.Context, paths ...wire.Path) error {
	_, err := ask[wire.Empty](ctx, c, wire.Watch, "", wire.WatchArgs{Paths: paths}, nil)
	return err
}

// ListWatched watches one folder, as Watch does, and lists it. It sends both requests at
// once, so it takes no longer than List. It ignores the error of a server that does not
// support Watch.
func (c *Client) ListWatched(ctx context.Context, args wire.ListArgs) (wire.Listing, error) {
	watch, _ := newCall[wire.Empty](wire.Watch, "", nil)
	if err := c.send(ctx, watch, wire.WatchArgs{Paths: []wire.Path{args.Path}}, nil); err != nil {
		return wire.Listing{}, fmt.Errorf("list %s: %w", args.Path, err)
	}
	listing, err := c.List(ctx, args)
	if err == nil {
		_ = c.wait(ctx, watch) // the server answers in order, so this answer is here; ignore a refusal
	}
	return listing, err
}
