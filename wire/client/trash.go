package client

import (
	"cmp"
	"context"

	"wangpan/wire"
)

// Remove moves a file, or a folder with its content, to the trash. It returns the item
// of the trash.
func (c *Client) Remove(ctx context.Context, args wire.RemoveArgs) (wire.Item, error) {
	reply, err := ask(ctx, c, wire.Remove, string(args.Path), args, func(r *wire.RemoveReply) error {
		if r.Item.Path != args.Path || r.Item.Replaced {
			return violation("it is about another item")
		}
		return checkItem(r.Item)
	})
	return reply.Item, err
}

// Trash returns a page of the trash, the newest items first. If More is set, the caller
// gets the next page with the last item as After. A page may have fewer items than
// requested.
func (c *Client) Trash(ctx context.Context, args wire.TrashArgs) (wire.TrashReply, error) {
	return ask(ctx, c, wire.Trash, "", args, func(r *wire.TrashReply) error { return checkTrash(r, args) })
}

// WholeTrash returns the items of the trash, the newest first. It requests pages until it
// has at least most items; more reports whether the trash has others. A page that repeats
// an item, or has a newer one than the page before, is a violation, because the listing
// might never end.
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

// Restore moves an item of the trash to args.Path, or to its old path if that is blank.
// The reply has the path.
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

// Purge deletes one item of the trash, or all items if args.Item is blank.
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

// checkItem checks that i is a valid item of the trash.
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

// checkTrash checks that the items differ, are sorted from the newest on, and are not
// more than requested. An empty page must be the last one.
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
