package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"

	"wangpan/wire"
	"wangpan/wire/digest"
)

func (m *memory) allows(path wire.Path, p wire.Precondition) error {
	f := m.files[path]
	switch {
	case f != nil && f.isDir:
		return wire.Errorf(wire.Invalid, "%s is a folder", path)
	case p.If == wire.IfAbsent && f != nil:
		return wire.Errorf(wire.Exists, "%s is there", path)
	case p.If == wire.IfVersion && (f == nil || f.version != p.Version):
		return wire.Errorf(wire.Conflict, "%s is another version", path)
	}
	return p.Check()
}

func (m *memory) stage(args wire.PutArgs) (*memoryUpload, error) {
	if err := args.Check(); err != nil {
		return nil, err
	}
	if err := m.allows(args.Path, args.Precondition); err != nil {
		return nil, err
	}
	u := m.staged[args.Upload]
	switch {
	case u == nil && args.Offset > 0:
		return nil, wire.Errorf(wire.NotFound, "no such upload")
	case u == nil:
		u = newUpload(wire.Upload{Upload: args.Upload, Path: args.Path, Size: args.Size, ModTime: args.ModTime}, nil)
		m.staged[args.Upload] = u
	case u.Path != args.Path || u.Size != args.Size || !u.ModTime.Equal(args.ModTime):
		return nil, wire.Errorf(wire.Conflict, "the upload is of another file")
	case args.Offset%wire.BlockSize != 0 && u.have[args.Offset/wire.BlockSize] != args.Offset%wire.BlockSize:
		return nil, wire.Errorf(wire.Conflict, "it cannot go on at %d", args.Offset)
	}
	return u, nil
}

func (c *memoryConn) Put(ctx context.Context, args wire.PutArgs, body io.Reader) (reply wire.PutReply, err error) {
	if err := c.begin(ctx, "put"); err != nil {
		return reply, err
	}
	u, err := c.m.stage(args)
	cut := int64(-1)
	if err == nil {
		cut = take(&c.m.cutPut)
	}
	if err := c.end("put", err); err != nil {
		return reply, err
	}
	buf := make([]byte, wire.ChunkSize)
	for sent := int64(0); ; {
		n, err := body.Read(buf)
		if cut >= 0 && sent+int64(n) > cut {
			n = int(cut - sent)
		}
		sent += int64(n)
		c.m.mu.Lock()
		u.write(args.Offset+sent-int64(n), buf[:n])
		c.m.put += int64(n)
		reply = wire.PutReply{Upload: args.Upload, Received: u.received(), End: args.Offset + sent}
		c.m.mu.Unlock()
		if c.m.bodyBegun != nil {
			c.m.bodyBegun()
		}
		switch {
		case sent == cut || ctx.Err() != nil:
			_ = c.Close()
			return reply, errCut
		case errors.Is(err, io.EOF):
			if c.m.bodyEnd != nil {
				c.m.bodyEnd()
			}
			return reply, nil
		case err != nil:
			return reply, &wire.BodyError{Err: err}
		}
	}
}

func (c *memoryConn) Commit(ctx context.Context, args wire.CommitArgs) (reply wire.StatReply, err error) {
	if err := c.begin(ctx, "commit"); err != nil {
		return reply, err
	}
	key := wire.KeyOf(ctx)
	if kept, ok := c.m.answers[key]; ok && key != "" {
		return kept, c.end("commit", nil)
	}
	err = c.m.commit(args, &reply)
	if err == nil && c.m.answers != nil {
		c.m.answers[key] = reply
	}
	return reply, c.end("commit", err)
}

func (m *memory) commit(args wire.CommitArgs, reply *wire.StatReply) error {
	u := m.staged[args.Upload]
	if u == nil {
		return wire.Errorf(wire.NotFound, "no such upload")
	}
	if u.received() != u.Size {
		return wire.Errorf(wire.Invalid, "bytes are missing")
	}
	if h, _ := digest.Read(bytes.NewReader(u.data)); h.Sum() != args.Digest {
		return wire.Errorf(wire.Damaged, "the digest differs")
	}
	if err := m.allows(u.Path, args.Precondition); err != nil {
		return err
	}
	m.setLocked(u.Path, u.data, u.ModTime)
	delete(m.staged, args.Upload)
	*reply = wire.StatReply{Entry: m.files[u.Path].entry(u.Path), Digest: &args.Digest}
	return nil
}

func (c *memoryConn) Uploads(ctx context.Context, args wire.UploadsArgs) (reply wire.UploadsReply, err error) {
	if err := c.begin(ctx, "uploads"); err != nil {
		return reply, err
	}
	for _, u := range c.m.staged {
		if args.Path != "" && u.Path != args.Path {
			continue
		}
		copied := u.Upload
		copied.Received = u.received()
		reply.Uploads = append(reply.Uploads, copied)
	}
	return reply, c.end("uploads", nil)
}

func (c *memoryConn) Discard(ctx context.Context, id wire.UploadID) error {
	if err := c.begin(ctx, "discard"); err != nil {
		return err
	}
	if c.m.staged[id] == nil {
		return c.end("discard", wire.Errorf(wire.NotFound, "no such upload"))
	}
	delete(c.m.staged, id)
	return c.end("discard", nil)
}
