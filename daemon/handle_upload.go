package daemon

import (
	"context"
	"errors"
	"io"
	"time"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// put stages the body. When it is refused, the worker drains the body.
func (c *connection) put(ctx context.Context, args *wire.PutArgs, from *body) (answered, error) {
	if err := c.limit(); err != nil {
		return answered{}, err
	}
	staging, err := c.drive.Stage(ctx, *args)
	if err != nil {
		return answered{}, c.wanted(args.Upload, err)
	}
	c.writes.Store(&args.Upload)
	defer c.writes.Store(nil)
	return reply(stage(args.Upload, staging, from))
}

// limit tells the drive how much it may hold, before anything that makes it
// larger: the administrator may have changed it.
func (c *connection) limit() error {
	quota, err := c.d.config.Accounts.Quota(c.account)
	if err != nil {
		return err
	}
	entries, err := c.d.config.Accounts.EntryLimit(c.account)
	if err != nil {
		return err
	}
	c.drive.Limit(quota)
	c.drive.LimitEntries(entries)
	return nil
}

// stage writes a body and lets go of the upload whatever happens.
func stage(id wire.UploadID, staging storage.Staging, from *body) (reply wire.PutReply, err error) {
	defer func() { _ = staging.Close() }() // also when this panics
	_, err = from.WriteTo(staging)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		// The client has gone, or the server stops: a reply would say that the body is whole.
		err = wire.Errorf(wire.Unavailable, "the body has not arrived whole: what arrived is kept; continue later")
	}
	err = errors.Join(err, staging.Close()) // it counts what stays behind the range
	return wire.PutReply{Upload: id, Received: staging.Received(), End: staging.End()}, err
}

func (c *connection) commit(ctx context.Context, args *wire.CommitArgs) (answered, error) {
	stat, err := c.drive.Commit(ctx, *args)
	if err == nil {
		c.d.sightings.note(c.account, time.Time{})
	}
	return reply(stat, c.wanted(args.Upload, err))
}

func (c *connection) uploads(ctx context.Context, args *wire.UploadsArgs) (answered, error) {
	all, err := c.drive.Uploads(ctx)
	if err != nil {
		return answered{}, err
	}
	found := wire.UploadsReply{Uploads: []wire.Upload{}} // an empty list, not null
	size := 0
	for _, one := range all {
		if args.Path != "" && one.Path != args.Path || one.Upload <= args.After {
			continue
		}
		encoded, err := wire.Marshal(one)
		if err != nil {
			return answered{}, err
		}
		if size += len(encoded) + 1; size > wire.MaxFrame-4<<10 {
			found.More = true
			break
		}
		found.Uploads = append(found.Uploads, one)
	}
	return reply(found, nil)
}

func (c *connection) discard(ctx context.Context, args *wire.DiscardArgs) (answered, error) {
	return reply(wire.Empty{}, c.wanted(args.Upload, c.drive.Discard(ctx, args.Upload)))
}
