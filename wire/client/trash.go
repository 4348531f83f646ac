package client

import (
	"cmp"
	"context"

	"wangpan/wire"
)

// Move gives a file, or a folder with all that is in it, another path. It never
// replaces anything.
func (c *Client) Move(ctx context.Context, args wire.MoveArgs) (wire.Entry, error) {
	reply, err := ask(ctx, c, wire.Move, string(args.From), args, func(r *wire.StatReply) error {
		return checkEntryOf(r.Entry, args.To)
	})
	return reply.Entry, err
}

// Remove moves a file, or a folder with all that is in it, to the trash.
func (c *Client) Remove(ctx context.Context, args wire.RemoveArgs) (wire.Item, error) {
	reply, err := ask(ctx, c, wire.Remove, string(args.Path), args, func(r *wire.RemoveReply) error {
		if r.Item.Path != args.Path || r.Item.Replaced {
			return violation("it is about another item")
		}
		return checkItem(r.Item)
	})
	return reply.Item, err
}

// Trash asks for a page of the trash. When More is set, the next page is behind
// the last item of this one; a page may be shorter than was asked for.
func (c *Client) Trash(ctx context.Context, args wire.TrashArgs) (wire.TrashReply, error) {
	return ask(ctx, c, wire.Trash, "", args, func(r *wire.TrashReply) error { return checkTrash(r, args) })
}

// WholeTrash asks for the pages of the trash until it has at least most items;
// more reports that there are others. A page that repeats an item, or goes back
// in time, is a violation: the listing would never end.
func (c *Client) WholeTrash(ctx context.Context, most int) (items []wire.Item, more bool, err error) {
	seen := map[wire.ItemID]bool{}
	for args := (wire.TrashArgs{}); ; args.After = items[len(items)-1].Item {
		page, err := c.Trash(ctx, args)
		if err != nil {
			return nil, false, err
		}
		for _, item := range page.Items {
			if seen[item.Item] || len(items) > 0 && item.Since.After(items[len(items)-1].Since) {
				c.end(violation("the pages of the trash are not in order"))
				return nil, false, c.Err()
			}
			seen[item.Item] = true
			items = append(items, item)
		}
		if !page.More || len(items) >= most {
			return items, page.More, nil
		}
	}
}

// Restore takes an item out of the trash and says where it is now.
func (c *Client) Restore(ctx context.Context, args wire.RestoreArgs) (wire.RestoreReply, error) {
	return ask(ctx, c, wire.Restore, string(args.Path), args, func(r *wire.RestoreReply) error {
		switch {
		case r.Path == "" || r.Path == wire.Root:
			return violation("it does not say where")
		case args.Path != "" && r.Path != args.Path:
			return violation("it is elsewhere than was asked for")
		}
		return checkEntryOf(r.Entry, r.Path)
	})
}

// Purge drops one item of the trash for good, or all.
func (c *Client) Purge(ctx context.Context, args wire.PurgeArgs) (wire.PurgeReply, error) {
	return ask(ctx, c, wire.Purge, "", args, func(r *wire.PurgeReply) error {
		switch {
		case r.Items < 0 || r.Items > wire.MaxSize || r.Size < 0 || r.Size > wire.MaxSize:
			return violation("a number is out of bounds")
		case args.Item != "" && r.Items != 1:
			return violation("it is not about one item")
		}
		return nil
	})
}

// checkItem demands an item that can lie in the trash.
func checkItem(i wire.Item) error {
	switch {
	case i.Item == "":
		return violation("an item has no name")
	case i.Path == "" || i.Path == wire.Root:
		return violation("an item has no path")
	case i.Size < 0 || i.Size > wire.MaxSize || i.Files < 0 || i.Files > wire.MaxSize:
		return violation("an item's size is out of bounds")
	case !i.IsDir && (i.Files != 1 || i.Uncounted), i.IsDir && i.Replaced:
		return violation("an item is neither a file nor a folder")
	}
	return nil
}

// checkTrash demands different items, the newest first, no more than were asked
// for, and progress: a page that is empty is the last one.
func checkTrash(r *wire.TrashReply, args wire.TrashArgs) error {
	limit := cmp.Or(args.Limit, wire.MaxItems)
	if len(r.Items) > limit || r.More && len(r.Items) == 0 {
		return violation("it is not the page that was asked for")
	}
	seen := map[wire.ItemID]bool{args.After: args.After != ""}
	for n, item := range r.Items {
		if err := checkItem(item); err != nil {
			return err
		}
		if seen[item.Item] || n > 0 && item.Since.After(r.Items[n-1].Since) {
			return violation("the items are not in order")
		}
		seen[item.Item] = true
	}
	return nil
}
