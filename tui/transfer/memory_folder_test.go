package transfer

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"wangpan/wire"
)

func (c *memoryConn) List(ctx context.Context, args wire.ListArgs) (reply wire.Listing, err error) {
	if err := c.begin(ctx, "list"); err != nil {
		return reply, err
	}
	for path, f := range c.m.files {
		if path != "/" && path.Dir() == args.Path && path.Base() > args.After {
			reply.Entries = append(reply.Entries, f.entry(path))
		}
	}
	slices.SortFunc(reply.Entries, func(a, b wire.Entry) int { return cmp.Compare(a.Name, b.Name) })
	limit := cmp.Or(args.Limit, wire.MaxEntries)
	if reply.More = len(reply.Entries) > limit; reply.More {
		reply.Entries = reply.Entries[:limit]
	}
	return reply, c.end("list", nil)
}

func (c *memoryConn) Mkdir(ctx context.Context, path wire.Path) (wire.Entry, error) {
	if err := c.begin(ctx, "mkdir"); err != nil {
		return wire.Entry{}, err
	}
	if c.m.files[path] != nil {
		return wire.Entry{}, c.end("mkdir", wire.Errorf(wire.Exists, "%s exists", path))
	}
	f := &memoryFile{isDir: true}
	c.m.files[path] = f
	return f.entry(path), c.end("mkdir", nil)
}

func (c *memoryConn) Store(ctx context.Context, args wire.PutArgs, body []byte, commit wire.CommitArgs) (wire.StatReply, error) {
	if _, err := c.Put(ctx, args, bytes.NewReader(body)); err != nil {
		return wire.StatReply{}, err
	}
	return c.Commit(ctx, commit)
}
