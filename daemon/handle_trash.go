package daemon

import (
	"context"
	"time"

	"wangpan/wire"
)

func (c *connection) move(ctx context.Context, args *wire.MoveArgs) (answered, error) {
	entry, err := c.drive.Move(ctx, *args)
	return reply(wire.StatReply{Entry: entry}, err)
}

func (c *connection) remove(ctx context.Context, args *wire.RemoveArgs) (answered, error) {
	item, err := c.drive.Remove(ctx, *args)
	c.changed(err)
	if err == nil {
		attributes := []any{"account", c.account, "address", c.address, "path", loggable(string(item.Path)), "item", string(item.Item)}
		if !item.Uncounted { // else the bytes of a folder are not counted yet
			attributes = append(attributes, "bytes", item.Size)
		}
		c.d.log.Info("moved to the trash", attributes...)
	}
	return reply(wire.RemoveReply{Item: item}, err)
}

func (c *connection) trash(ctx context.Context, args *wire.TrashArgs) (answered, error) {
	return reply(c.drive.Trash(ctx, *args))
}

func (c *connection) restore(ctx context.Context, args *wire.RestoreArgs) (answered, error) {
	if err := c.limit(); err != nil {
		return answered{}, err
	}
	restored, err := c.drive.Restore(ctx, *args)
	c.changed(err)
	return reply(restored, err)
}

func (c *connection) purge(ctx context.Context, args *wire.PurgeArgs) (answered, error) {
	purged, err := c.drive.Purge(ctx, *args)
	c.changed(err)
	if err == nil {
		item := string(args.Item)
		if item == "" {
			item = "all"
		}
		c.d.log.Info("purged from the trash", "account", c.account, "address", c.address, "item", item, "items", purged.Items, "bytes", purged.Size)
	}
	return reply(purged, err)
}

// changed notes for the account book that the account takes something else now,
// unless a request failed.
func (c *connection) changed(err error) {
	if err == nil {
		c.d.sightings.note(c.account, time.Time{})
	}
}
