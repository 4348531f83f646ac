package tui

import (
	"context"
	"errors"
	"io"

	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/digest"
)

// reader is the part of a [client.Client] that reads files.
type reader interface {
	Get(ctx context.Context, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (wire.GetReply, error)
	Blocks(ctx context.Context, args wire.BlocksArgs) (wire.BlocksReply, []wire.Digest, error)
}

// readWhole reads a file that is looked at or edited here, and has it checked as
// a download is: what was written to the sink must have the digest that the
// server knows of that version, or finds by reading its file. It fails with
// [transfer.ErrDamaged].
func readWhole(ctx context.Context, c reader, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (wire.GetReply, error) {
	hasher := new(digest.Hasher)
	reply, err := c.Get(ctx, args, func(reply wire.GetReply) (io.Writer, error) {
		w, err := sink(reply)
		if err != nil {
			return nil, err
		}
		return io.MultiWriter(w, hasher), nil
	})
	if err != nil {
		return reply, err
	}
	want := reply.Digest
	if want == nil {
		none := int64(0) // blocks: the whole is enough
		blocks, _, err := c.Blocks(ctx, wire.BlocksArgs{Path: args.Path, Version: reply.Entry.Version, Length: &none})
		if err != nil {
			return reply, err
		}
		want = blocks.Digest
	}
	switch {
	case want == nil:
		return reply, errors.New("the server knows no digest")
	case *want != hasher.Sum():
		return reply, &transfer.Error{Kind: transfer.ErrDamaged, Path: string(args.Path)}
	}
	return reply, nil
}
