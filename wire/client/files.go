package client

import (
	"context"
	"io"

	"wangpan/wire"
)

// Stat asks for one entry, and for its digest if the server knows it.
func (c *Client) Stat(ctx context.Context, path wire.Path) (wire.StatReply, error) {
	return ask(ctx, c, wire.Stat, string(path), wire.StatArgs{Path: path}, func(r *wire.StatReply) error {
		return checkEntryOf(r.Entry, path)
	})
}

// List asks for a page of a folder. When More is set, the next page is behind
// the last name of this one; a page may be shorter than was asked for.
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

// Get fetches a range of a file. Once the server has agreed, sink is called
// with what it said and returns where the bytes go; they are written there as
// they arrive, by the goroutine that reads the connection, so a slow writer
// slows down every answer on this connection. Neither is used any more when
// Get has returned.
//
// With an error the reply is what the server agreed to, if it came so far, and
// what was written is good: bytes from reply.Offset on of that version. An
// error of sink or of the writer is passed on. When that happens, or ctx ends,
// what is still to come of the body is dropped; when that is more than 1 MiB,
// the connection is closed instead.
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

// maxBlocks is the most digests that Blocks takes at once: those of 16 TiB,
// 128 MiB of memory. Who has larger files asks for a Length.
const maxBlocks = 1 << 22

// Blocks asks for the digests of the blocks of a file or of a staged upload,
// in their order. The server may have to read the file first.
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

// collector cuts a body into digests. It takes memory as bytes arrive.
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
