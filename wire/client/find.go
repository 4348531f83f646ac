package client

import (
	"cmp"
	"context"
	"fmt"

	"wangpan/wire"
)

// Search asks for a page of what is found by name below a folder. When More is
// set, the next page is behind After; a page may hold nothing and say so.
func (c *Client) Search(ctx context.Context, args wire.SearchArgs) (wire.SearchReply, error) {
	return ask(ctx, c, wire.Search, string(args.Path), args, func(r *wire.SearchReply) error {
		return checkFound(r, args)
	})
}

// Count asks what is below a path.
func (c *Client) Count(ctx context.Context, path wire.Path) (wire.CountReply, error) {
	return ask(ctx, c, wire.Count, string(path), wire.CountArgs{Path: path}, func(r *wire.CountReply) error {
		for _, n := range []int64{r.Size, r.Files, r.Folders} {
			if n < 0 || n > wire.MaxSize {
				return violation("a number is out of bounds")
			}
		}
		return nil
	})
}

// Watch makes the server tell Options.OnEvent of changes in these folders, and
// in no others any more.
func (c *Client) Watch(ctx context.Context, paths ...wire.Path) error {
	_, err := ask[wire.Empty](ctx, c, wire.Watch, "", wire.WatchArgs{Paths: paths}, nil)
	return err
}

// ListWatched is List of a folder that is watched from just before on, and no
// other folder is any more. Both requests go at once, so it takes no longer. A
// server that watches nothing is none the worse.
func (c *Client) ListWatched(ctx context.Context, args wire.ListArgs) (wire.Listing, error) {
	watch, _ := newCall[wire.Empty](wire.Watch, "", nil)
	if err := c.send(ctx, watch, wire.WatchArgs{Paths: []wire.Path{args.Path}}, nil); err != nil {
		return wire.Listing{}, fmt.Errorf("list %s: %w", args.Path, err)
	}
	listing, err := c.List(ctx, args)
	if err == nil {
		_ = c.wait(ctx, watch) // it was answered before; a refusal is no news of the folder
	}
	return listing, err
}

// Copy makes a copy of a file, or of a folder with all that is in it, at the
// server. It never replaces anything. It may take long, and answers on the same
// connection wait for it; closing the connection gives it up.
//
// A far that is not nil is told how many bytes of how many are copied, now and
// then, by the goroutine that reads the connection: it must return soon and not
// call methods of the Client. An older server never tells. far is not used any
// more when Copy has returned.
func (c *Client) Copy(ctx context.Context, args wire.CopyArgs, far func(done, size int64)) (wire.Entry, error) {
	args.Progress = far != nil
	call, reply := newCall(wire.Copy, string(args.From), func(r *wire.StatReply) error {
		return checkEntryOf(r.Entry, args.To)
	})
	call.far = far
	err := c.do(ctx, call, args, nil)
	return result(call, reply).Entry, err
}

// progress tells the call at work how far the server is with it.
func (c *Client) progress(event wire.Event) error {
	if event.Done < 0 || event.Done > event.Size || event.Size > wire.MaxSize {
		return violation("an event: it is further than the end")
	}
	call := c.head()
	if call == nil || call.id != event.ID || call.far == nil {
		return nil // it may have been given up
	}
	if event.Done > call.reached {
		call.reached = event.Done
		c.advance()
	}
	call.use.Lock()
	defer call.use.Unlock()
	c.mu.Lock()
	wanted := !call.abandoned
	c.mu.Unlock()
	if wanted {
		c.line.socket.hold(func() { call.far(event.Done, event.Size) })
	}
	return nil
}

// checkFound demands hits below the folder, in order and behind args.After, no
// more than were asked for, and progress.
func checkFound(r *wire.SearchReply, args wire.SearchArgs) error {
	last := cmp.Or(args.After, args.Path)
	if len(r.Found) > cmp.Or(args.Limit, wire.MaxFound) {
		return violation("there is more than was asked for")
	}
	for _, f := range r.Found {
		if f.Path == "" || f.Path == args.Path || !f.Path.Within(args.Path) || wire.CompareWalk(f.Path, last) <= 0 {
			return violation("what was found is not in order")
		}
		if err := checkEntryOf(f.Entry, f.Path); err != nil {
			return err
		}
		last = f.Path
	}
	switch {
	case r.More != (r.After != ""):
		return violation("it does not say where it goes on")
	case r.More && (!r.After.Within(args.Path) || wire.CompareWalk(r.After, last) < 0):
		return violation("it goes on elsewhere")
	case r.More && r.After == cmp.Or(args.After, args.Path):
		return violation("it does not go on")
	}
	return nil
}
