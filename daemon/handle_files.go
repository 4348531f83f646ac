package daemon

import (
	"context"
	"errors"
	"io"
	"iter"
	"runtime"
	"slices"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

func (c *connection) stat(ctx context.Context, args *wire.StatArgs) (answered, error) {
	return reply(c.drive.Stat(ctx, args.Path))
}

func (c *connection) list(ctx context.Context, args *wire.ListArgs) (answered, error) {
	return reply(c.drive.List(ctx, *args))
}

func (c *connection) mkdir(ctx context.Context, args *wire.MkdirArgs) (answered, error) {
	if err := c.limit(); err != nil {
		return answered{}, err
	}
	entry, err := c.drive.Mkdir(ctx, args.Path)
	return reply(wire.StatReply{Entry: entry}, err)
}

func (c *connection) copy(ctx context.Context, args *wire.CopyArgs, id uint64) (answered, error) {
	if err := c.limit(); err != nil {
		return answered{}, err
	}
	ctx, end := c.untilDown(ctx)
	defer end()
	var far storage.Far
	if args.Progress {
		far = c.far(id)
	}
	entry, err := c.drive.Copy(ctx, *args, far)
	c.changed(err)
	return reply(wire.StatReply{Entry: entry}, err)
}

func (c *connection) search(ctx context.Context, args *wire.SearchArgs) (answered, error) {
	return reply(c.drive.Search(ctx, *args))
}

func (c *connection) count(ctx context.Context, args *wire.CountArgs) (answered, error) {
	ctx, end := c.untilDown(ctx)
	defer end()
	return reply(c.drive.Count(ctx, args.Path))
}

// untilDown is ctx that also ends when the daemon goes down, which does not wait
// for what may take hours.
func (c *connection) untilDown(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(c.d.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

func (c *connection) get(ctx context.Context, args *wire.GetArgs) (answered, error) {
	content, err := c.drive.Open(ctx, args.Path, args.Version)
	if err != nil {
		return answered{}, err
	}
	entry := content.Entry()
	length, err := rangeWithin(entry.Size, args.Offset, args.Length)
	if err != nil {
		return answered{}, errors.Join(err, content.Close())
	}
	return answered{
		reply: wire.GetReply{Entry: entry, Offset: args.Offset, Length: length, Digest: content.Digest()},
		body: func(ctx context.Context) error {
			return c.send(ctx, content, args.Offset, length)
		},
		close: func() { _ = content.Close() }, // it was only read
	}, nil
}

// rangeWithin returns how many bytes of size a range has.
func rangeWithin(size, offset int64, length *int64) (int64, error) {
	if offset > size || length != nil && *length > size-offset {
		return 0, wire.Errorf(wire.Invalid, "the range ends past the file's %d bytes", size)
	}
	if length == nil {
		return size - offset, nil
	}
	return *length, nil
}

// send writes a range of content as data frames. A source that fails, or has
// become shorter, is a *wire.BodyError.
func (c *connection) send(ctx context.Context, content storage.Content, offset, length int64) error {
	chunk := c.d.bodies.Take(int(min(length, wire.PartSize)))
	defer chunk.Release()
	for length > 0 {
		if err := ctx.Err(); err != nil {
			return &wire.BodyError{Err: err}
		}
		if c.bye.Load() {
			return &wire.BodyError{Err: errGoingDown}
		}
		n, err := content.ReadAt(chunk.Bytes[:min(length, int64(len(chunk.Bytes)))], offset)
		if n > 0 {
			if err := c.conn.WriteFrame(wire.KindData, chunk.Bytes[:n]); err != nil {
				return err
			}
			offset, length = offset+int64(n), length-int64(n)
			runtime.Gosched() // small requests of others go first
		}
		if errors.Is(err, io.EOF) && length > 0 {
			err = wire.Errorf(wire.Damaged, "the file became shorter while it was sent: ask for it again")
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return &wire.BodyError{Err: err}
		}
	}
	return nil
}

func (c *connection) blocks(ctx context.Context, args *wire.BlocksArgs) (answered, error) {
	if args.Upload != "" {
		summary, digests, err := c.drive.UploadBlocks(ctx, args.Upload)
		return answered{reply: summary, body: c.digests(digests)}, c.wanted(args.Upload, err)
	}
	content, err := c.drive.Open(ctx, args.Path, args.Version)
	if err != nil {
		return answered{}, err
	}
	defer func() { _ = content.Close() }() // it was only read
	entry := content.Entry()
	length, err := rangeWithin(entry.Size, 0, args.Length)
	if err != nil {
		return answered{}, err
	}
	whole, digests, err := content.Blocks(ctx, length)
	if err != nil {
		return answered{}, err
	}
	return answered{
		reply: wire.BlocksReply{Version: entry.Version, Size: entry.Size, Length: length, Digest: &whole},
		body:  c.digests(slices.Values(digests)),
	}, nil
}

// digests writes block digests as data frames.
func (c *connection) digests(all iter.Seq[wire.Digest]) func(context.Context) error {
	return func(context.Context) error {
		const full = wire.ChunkSize / len(wire.Digest{}) * len(wire.Digest{})
		var payload []byte
		for d := range all {
			payload = append(payload, d[:]...)
			if len(payload) < full {
				continue
			}
			if err := c.conn.WriteFrame(wire.KindData, payload); err != nil {
				return err
			}
			payload = payload[:0]
		}
		if len(payload) == 0 {
			return nil // an empty frame would be the end mark
		}
		return c.conn.WriteFrame(wire.KindData, payload)
	}
}
