package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"wangpan/wire"
	"wangpan/wire/client"
)

// removeStep moves something to the trash; the way back brings it out again.
func removeStep(path wire.Path, version wire.Version) step {
	return step{path: path, do: func(ctx context.Context, c *client.Client) (step, error) {
		item, err := c.Remove(ctx, wire.RemoveArgs{Path: path, Version: version})
		return restoreStep(item, path, wire.Precondition{If: wire.IfAbsent}), err
	}}
}

// restoreStep takes an item out of the trash.
func restoreStep(item wire.Item, to wire.Path, pre wire.Precondition) step {
	return step{
		path: item.Path, to: to,
		free: func(to wire.Path) step { return restoreStep(item, to, pre) },
		do: func(ctx context.Context, c *client.Client) (step, error) {
			reply, err := c.Restore(ctx, wire.RestoreArgs{Item: item.Item, Path: to, Precondition: pre})
			return removeStep(reply.Path, reply.Entry.Version), err
		},
	}
}

// moveStep gives something another path.
func moveStep(from, to wire.Path, version wire.Version) step {
	return step{
		path: from, to: to,
		free: func(to wire.Path) step { return moveStep(from, to, version) },
		do: func(ctx context.Context, c *client.Client) (step, error) {
			entry, err := c.Move(ctx, wire.MoveArgs{From: from, To: to, Version: version})
			back := moveStep(to, from, entry.Version)
			back.free = nil // undone is only what can be as it was
			return back, err
		},
	}
}

// copyStep makes a copy; the way back moves it to the trash.
func copyStep(from, to wire.Path, version wire.Version) step {
	return step{
		path: from, to: to,
		free: func(to wire.Path) step { return copyStep(from, to, version) },
		do: func(ctx context.Context, c *client.Client) (step, error) {
			entry, err := c.Copy(ctx, wire.CopyArgs{From: from, To: to, Version: version})
			return removeStep(to, entry.Version), err
		},
	}
}

// madeStep undoes a new folder, as long as nothing is in it.
func madeStep(path wire.Path) step {
	return step{path: path, do: func(ctx context.Context, c *client.Client) (step, error) {
		listing, err := c.List(ctx, wire.ListArgs{Path: path, Limit: 1})
		if err != nil {
			return step{}, err
		}
		if len(listing.Entries) > 0 || listing.Unlisted > 0 {
			return step{}, errNotEmpty
		}
		_, err = c.Remove(ctx, wire.RemoveArgs{Path: path})
		return step{}, err
	}}
}

var errNotEmpty = errors.New("something is in the new folder by now")

// mostTries bounds the names that are tried beside a name that is taken.
const mostTries = 100

// keepBoth is s under a name that is free: "name (2).txt".
func keepBoth(s step) step {
	again := s
	again.do = func(ctx context.Context, c *client.Client) (back step, err error) {
		for n := 2; n < mostTries; n++ {
			to, bad := s.to.Dir().Join(numbered(string(s.to.Base()), n))
			if bad != nil {
				return step{}, bad
			}
			back, err = s.free(to).do(ctx, c)
			if !errors.Is(err, wire.Exists) {
				return back, err
			}
		}
		return back, err
	}
	again.free = nil
	return again
}

// numbered is a name with a number before its ending.
func numbered(name string, n int) string {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 {
		dot = len(name)
	}
	return fmt.Sprintf("%s (%d)%s", name[:dot], n, name[dot:])
}

// replacing is s after what stands in its way has gone to the trash. The way
// back brings both to where they were.
func replacing(s step) step {
	again := s
	again.do = func(ctx context.Context, c *client.Client) (step, error) {
		item, err := c.Remove(ctx, wire.RemoveArgs{Path: s.to})
		if err != nil && !errors.Is(err, wire.NotFound) {
			return step{}, err
		}
		old := restoreStep(item, s.to, wire.Precondition{If: wire.IfAbsent})
		back, failed := s.free(s.to).do(ctx, c)
		if failed != nil {
			if err == nil { // nothing has come in its place
				_, err = old.do(ctx, c)
				failed = errors.Join(failed, err)
			}
			return step{}, failed
		}
		if err != nil {
			return back, nil
		}
		return step{path: s.to, do: func(ctx context.Context, c *client.Client) (step, error) {
			if _, err := back.do(ctx, c); err != nil {
				return step{}, err
			}
			return old.do(ctx, c)
		}}, nil
	}
	again.free = nil
	return again
}

// overwrittenStep undoes an upload that took the place of something: what was
// replaced last comes back, and what was uploaded goes to the trash.
func overwrittenStep(path wire.Path) step {
	return step{path: path, do: func(ctx context.Context, c *client.Client) (step, error) {
		now, err := c.Stat(ctx, path)
		if err != nil {
			return step{}, err
		}
		page, err := c.Trash(ctx, wire.TrashArgs{})
		if err != nil {
			return step{}, err
		}
		for _, item := range page.Items {
			if item.Path == path && item.Replaced {
				pre := wire.Precondition{If: wire.IfVersion, Version: now.Entry.Version}
				return restoreStep(item, path, pre).do(ctx, c)
			}
		}
		return step{}, errNothingReplaced
	}}
}

var errNothingReplaced = errors.New("what was replaced is no longer in the trash")
