package client

import (
	"cmp"
	"context"

	"wangpan/wire"
)

// Search returns a page of the entries below a folder whose names match. If More is set,
// the caller gets the next page with After. A page may be empty and have More set.
func (c *Client) Search(ctx context.Context, args wire.SearchArgs) (wire.SearchReply, error) {
	return ask(ctx, c, wire.Search, string(args.Path), args, func(r *wire.SearchReply) error {
		return checkFound(r, args)
	})
}

// Count returns the bytes, files and folders below a path.
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

// checkFound checks that the entries are below the folder, sorted, follow args.After, and
// are not more than requested. If More is set, After must advance.
func checkFound(r *wire.SearchReply, args wire.SearchArgs) error {
	last := cmp.Or(args.After, args.Path)
	if len(r.Found) > cmp.Or(args.Limit, wire.MaxFound) {
		return violation("more entries than requested")
	}
	for _, f := range r.Found {
		if f.Path == "" || f.Path == args.Path || !f.Path.Within(args.Path) || wire.CompareWalk(f.Path, last) <= 0 {
			return violation("the entries are not in order")
		}
		if err := checkEntryOf(f.Entry, f.Path); err != nil {
			return err
		}
		last = f.Path
	}
	switch {
	case r.More != (r.After != ""):
		return violation("After and More do not match")
	case r.More && (!r.After.Within(args.Path) || wire.CompareWalk(r.After, last) < 0):
		return violation("After is before the last entry or outside of the folder")
	case r.More && r.After == cmp.Or(args.After, args.Path):
		return violation("After does not advance")
	}
	return nil
}
