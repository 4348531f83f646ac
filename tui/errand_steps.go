package tui

import (
	"context"
	"errors"
	"time"

	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

// removeStep moves something to the trash; the way back brings it out again.
func removeStep(path wire.Path, version wire.Version) step {
	return step{path: path, only: version, again: removeStep, do: func(ctx context.Context, c *client.Client, only wire.Version) (step, error) {
		item, err := c.Remove(ctx, wire.RemoveArgs{Path: path, Version: only})
		return restoreStep(item, path), err
	}}
}

// restoreStep takes an item out of the trash, to where nothing is.
func restoreStep(item wire.Item, to wire.Path) step {
	s := backStep(item, to, "")
	s.free = func(to wire.Path) step { return restoreStep(item, to) }
	return s
}

// backStep takes an item out of the trash: to where nothing is or, given a
// version, into the place of that.
func backStep(item wire.Item, to wire.Path, version wire.Version) step {
	return step{
		path: item.Path, to: to, only: version,
		do: func(ctx context.Context, c *client.Client, only wire.Version) (step, error) {
			pre := wire.Precondition{If: wire.IfAbsent}
			if only != "" {
				pre = wire.Precondition{If: wire.IfVersion, Version: only}
			}
			reply, err := c.Restore(ctx, wire.RestoreArgs{Item: item.Item, Path: to, Precondition: pre})
			return removeStep(reply.Path, reply.Entry.Version), err
		},
	}
}

// moveStep gives something another path.
func moveStep(from, to wire.Path, version wire.Version) step {
	return step{
		path: from, to: to, only: version, moves: true,
		again: func(from wire.Path, version wire.Version) step { return moveStep(from, to, version) },
		free:  func(to wire.Path) step { return moveStep(from, to, version) },
		do: func(ctx context.Context, c *client.Client, only wire.Version) (step, error) {
			entry, err := c.Move(ctx, wire.MoveArgs{From: from, To: to, Version: only})
			back := moveStep(to, from, entry.Version)
			back.free = nil // undone is only what can be as it was
			return back, err
		},
	}
}

// copyStep makes a copy; the way back moves it to the trash.
func copyStep(from, to wire.Path, version wire.Version) step {
	return copyTold(from, to, version, new(far))
}

// copyTold is copyStep that notes how far it is.
func copyTold(from, to wire.Path, version wire.Version, f *far) step {
	return step{
		path: from, to: to, only: version, far: f,
		free: func(to wire.Path) step { return copyTold(from, to, version, f) },
		do: func(ctx context.Context, c *client.Client, only wire.Version) (step, error) {
			entry, err := c.Copy(ctx, wire.CopyArgs{From: from, To: to, Version: only}, f.note)
			return removeStep(to, entry.Version), err
		},
	}
}

// madeStep undoes a new folder, as long as nothing is in it.
func madeStep(path wire.Path) step {
	return step{path: path, do: func(ctx context.Context, c *client.Client, _ wire.Version) (step, error) {
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
	again.do = func(ctx context.Context, c *client.Client, only wire.Version) (back step, err error) {
		for n := 2; n < mostTries; n++ {
			to, bad := s.to.Dir().Join(transfer.CopyName(string(s.to.Base()), n))
			if bad != nil {
				return step{}, bad
			}
			back, err = s.free(to).do(ctx, c, only)
			if !errors.Is(err, wire.Exists) {
				return back, err
			}
		}
		return back, err
	}
	again.free, again.again = nil, nil
	return again
}

// replacing is s after what stands in its way has gone to the trash. The way
// back brings both to where they were.
func replacing(s step) step {
	again := s
	again.do = func(ctx context.Context, c *client.Client, only wire.Version) (step, error) {
		item, err := c.Remove(ctx, wire.RemoveArgs{Path: s.to})
		if errors.Is(err, wire.NotFound) {
			return s.free(s.to).do(ctx, c, only) // it has gone by itself
		}
		if err != nil {
			return step{}, err
		}
		old := restoreStep(item, s.to)
		back, err := s.free(s.to).do(ctx, c, only)
		if err != nil { // nothing has come in its place; who gives up wants it back, too
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), putBackTimeout)
			defer cancel()
			_, failed := old.do(ctx, c, "")
			return step{}, errors.Join(err, failed)
		}
		both := back
		both.do = func(ctx context.Context, c *client.Client, only wire.Version) (step, error) {
			again, err := back.do(ctx, c, only)
			if err != nil {
				return step{}, err
			}
			_, err = old.do(ctx, c, "")
			return again, err
		}
		both.free, both.again = nil, nil
		return both, nil
	}
	again.free, again.again = nil, nil
	return again
}

// putBackTimeout is how long putting back may take after something was given up.
const putBackTimeout = 10 * time.Second

// overwrittenStep undoes that a version has just taken the place of something:
// that comes back, and the version goes to the trash. When something newer has
// come since, that stays.
func overwrittenStep(ctx context.Context, c *client.Client, path wire.Path, version wire.Version) (step, error) {
	now, err := c.Stat(ctx, path)
	if err == nil && now.Entry.Version != version {
		err = wire.Errorf(wire.Conflict, "%s has changed since", path)
	}
	if err != nil {
		return step{}, err
	}
	page, err := c.Trash(ctx, wire.TrashArgs{}) // the newest first
	if err != nil {
		return step{}, err
	}
	for _, item := range page.Items {
		if item.Path == path && item.Replaced {
			return backStep(item, path, version), nil
		}
	}
	return step{}, errNothingReplaced
}

var errNothingReplaced = errors.New("what was replaced is not in the trash")
