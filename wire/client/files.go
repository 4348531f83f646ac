package client

import (
	"context"
	"io"

	"wangpan/wire"
)

// Stat returns one entry, and its digest if the server has stored one.
func (c *Client) Stat(ctx context.Context, path wire.Path) (wire.StatReply, error) {
	return ask(ctx, c, wire.Stat, string(path), wire.StatArgs{Path: path}, func(r *wire.StatReply) error {
		return checkEntryOf(r.Entry, path)
	})
}

// List returns a page of a folder. If More is set, the caller gets the next page with
// the last name as After. A page may have fewer entries than requested.
func (c *Client) List(ctx context.Context, args wire.ListArgs) (wire.Listing, error) {
	return ask(ctx, c, wire.List, string(args.Path), args, func(l *wire.Listing) error {
		return checkListing(l, args)
	})
}

// Mkdir makes one folder.
func (c *Client) Mkdir(ctx context.Context, path wire.Path) (wire.Entry, error) {
	reply, err := ask(ctx, c, wire.Mkdir, string(path), wire.MkdirArgs{Path: path}, func(r *wire.StatReply) error {
		if !r.Entry.IsDir {
			return violation("a file, not a folder")
		}
		return checkEntryOf(r.Entry, path)
	})
	return reply.Entry, err
}

// Move gives a file, or a folder with its content, another path. It fails with
// wire.Exists when the path exists.
func (c *Client) Move(ctx context.Context, args wire.MoveArgs) (wire.Entry, error) {
	reply, err := ask(ctx, c, wire.Move, string(args.From), args, func(r *wire.StatReply) error {
		return checkEntryOf(r.Entry, args.To)
	})
	return reply.Entry, err
}

// Get fetches a range of a file. When the server's reply arrives, Get calls sink with
// it, and sink returns a writer for the bytes. The goroutine that reads the connection
// writes them as they arrive, so a slow writer delays every answer on this connection.
// After Get has returned, it uses neither sink nor the writer.
//
// Get may return both an error and the reply of the server. Then the bytes written so
// far are valid: they start at reply.Offset of the version in the reply. Get returns
// errors of sink and of the writer. After such an error, or when ctx ends, it drops the
// rest of the body, or closes the connection if that rest is longer than 1 MiB.
func (c *Client) Get(ctx context.Context, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (wire.GetReply, error) {
	var call *call
	call, reply := newCall(wire.Get, string(args.Path), func(r *wire.GetReply) error {
		call.length = r.Length
		return checkGet(r, args)
	})
	call.open = func() (io.Writer, error) { return sink(*reply) }
	err := c.do(ctx, call, args, nil)
	return result(call, reply), err
}

// maxBlocks is the maximum number of digests in one reply of Blocks: those of 16 TiB,
// which take 128 MiB of memory. For a larger file the caller must set a Length.
const maxBlocks = 1 << 22

// Blocks returns the digests of the blocks of a file or of a staged upload, in their
// order. It may take long, since the server may have to read the file first.
func (c *Client) Blocks(ctx context.Context, args wire.BlocksArgs) (wire.BlocksReply, []wire.Digest, error) {
	noun := string(args.Path)
	if noun == "" {
		noun = "of an upload"
	}
	var call *call
	call, reply := newCall(wire.Blocks, noun, func(r *wire.BlocksReply) error {
		call.length = wire.BlockCount(r.Length) * int64(len(wire.Digest{}))
		return checkBlocks(r, args)
	})
	blocks := new(collector)
	call.open = func() (io.Writer, error) { return blocks, nil }
	if err := c.do(ctx, call, args, nil); err != nil {
		return result(call, reply), nil, err
	}
	return *reply, blocks.digests, nil
}

// collector is a writer that splits a body into digests. It allocates as bytes arrive.
type collector struct {
	digests []wire.Digest
	filled  int // bytes of the last digest; 0 when it is whole
}

func (b *collector) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if b.filled == 0 {
			b.digests = append(b.digests, wire.Digest{})
		}
		last := &b.digests[len(b.digests)-1]
		taken := copy(last[b.filled:], p)
		b.filled = (b.filled + taken) % len(last)
		p = p[taken:]
	}
	return n, nil
}
