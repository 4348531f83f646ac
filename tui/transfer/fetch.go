package transfer

import (
	"context"
	"io"
	"path"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// Reader is the part of a connection that reads files.
type Reader interface {
	Get(ctx context.Context, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (wire.GetReply, error)
	Blocks(ctx context.Context, args wire.BlocksArgs) (wire.BlocksReply, []wire.Digest, error)
}

// Fetch reads a whole file without a queue, to open or edit it, and checks it as
// a download is checked: the bytes that the sink gets must have the digest that
// the server stores for the version, or computes from its file. Otherwise Fetch
// fails with [ErrDamaged].
func Fetch(ctx context.Context, c Reader, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (wire.GetReply, error) {
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
		none := int64(0) // blocks: the digest of the whole is enough
		blocks, _, err := c.Blocks(ctx, wire.BlocksArgs{Path: args.Path, Version: reply.Entry.Version, Length: &none})
		if err != nil {
			return reply, err
		}
		want = blocks.Digest
	}
	switch {
	case want == nil:
		return reply, &Error{Kind: ErrServer, Path: string(args.Path)}
	case *want != hasher.Sum():
		return reply, &Error{Kind: ErrDamaged, Path: string(args.Path)}
	}
	return reply, nil
}

// LocalName returns a name for a local copy of a remote file:
// the same one if possible, else one with the same extension.
func LocalName(name wire.Name) string {
	for _, candidate := range []wire.Name{name, wire.Name("file" + path.Ext(string(name)))} {
		if CheckName(candidate) == nil {
			return string(candidate)
		}
	}
	return "file"
}
