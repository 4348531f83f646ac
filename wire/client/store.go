package client

import (
	"context"
	"fmt"
	"slices"

	"wangpan/wire"
)

// StoreLimit is the maximum size of a file for Store, in bytes: one chunk.
const StoreLimit = wire.ChunkSize

// Store uploads a whole file of at most StoreLimit bytes and commits it. It sends both
// requests without waiting for the answer of the first. Concurrent callers can thus send
// many small files on one connection without a round trip for each. args must describe
// all of body, and commit must name the same upload.
//
// If the server refuses the put, Store returns that error; the commit fails then, too.
// After any error the upload may be staged, and after a lost connection the file may
// exist. When ctx ends, Store returns at once and the connection stays usable; requests
// that are being sent continue. Store does not use body after it has returned.
func (c *Client) Store(ctx context.Context, args wire.PutArgs, body []byte, commit wire.CommitArgs) (wire.StatReply, error) {
	s, err := newStore(args, body, commit)
	if err == nil {
		err = c.startStore(ctx, s, body)
	}
	if err == nil {
		err = c.wait(ctx, s.put)
	}
	if err == nil {
		err = c.wait(ctx, s.commit)
	}
	if err != nil {
		return wire.StatReply{}, fmt.Errorf("put %s: %w", args.Path, err)
	}
	return *s.reply, nil
}

// store is a put and the commit that follows it.
type store struct {
	put, commit       *call
	rawPut, rawCommit []byte
	reply             *wire.StatReply // to the commit
}

func newStore(args wire.PutArgs, body []byte, commit wire.CommitArgs) (*store, error) {
	switch {
	case len(body) > StoreLimit:
		return nil, wire.Errorf(wire.TooLarge, "the file is longer than %d bytes", StoreLimit)
	case args.Offset != 0 || args.Size != int64(len(body)) || args.End() != args.Size || commit.Upload != args.Upload:
		return nil, wire.Errorf(wire.Invalid, "the arguments do not describe the whole file")
	}
	s := new(store)
	s.put, _ = putCall(args)
	s.commit, s.reply = newCall(wire.Commit, "", func(r *wire.StatReply) error {
		if r.Entry.Size != args.Size {
			return violation("the file has another size")
		}
		if err := checkCommit(r, commit); err != nil {
			return err
		}
		return checkEntryOf(r.Entry, args.Path)
	})
	var err error
	if s.rawPut, err = encode(args); err != nil {
		return nil, err
	}
	s.rawCommit, err = encode(commit)
	return s, err
}

// startStore waits for c.writer. It then sends the requests in a goroutine, with a copy of
// body, so that Store can return while a write blocks.
func (c *Client) startStore(ctx context.Context, s *store, body []byte) error {
	if err := c.enter(ctx, c.writer); err != nil {
		return err
	}
	payload, err := c.admit(ctx, s.put, s.rawPut, true)
	if err != nil {
		<-c.writer
		return err
	}
	c.small = append(c.small[:0], body...)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil { // Close may be waiting for c.wg
		<-c.writer
		return c.err
	}
	c.wg.Go(func() {
		defer func() { <-c.writer }()
		if err := c.sendStore(ctx, s, payload); err != nil {
			c.writeFailed(err)
		}
	})
	return nil
}

// sendStore writes both requests. It returns errors of the connection only. If it does
// not send the commit, it ends that call.
func (c *Client) sendStore(ctx context.Context, s *store, payload []byte) error {
	err := c.conn.WriteFrame(wire.KindMessage, payload)
	if err == nil {
		err = c.sendSmall(ctx, s.put)
	}
	if err == nil && len(c.ahead) == cap(c.ahead) {
		err = c.conn.Flush() // c.ahead gets a free slot only after the server has received the put
	}
	if err != nil {
		s.endCommit(fmt.Errorf("%w: %w", ErrLost, reason(err)))
		return err
	}
	payload, refused := c.admit(ctx, s.commit, s.rawCommit, false)
	if refused != nil {
		s.endCommit(refused)
		return c.conn.Flush()
	}
	if err := c.conn.WriteFrame(wire.KindMessage, payload); err != nil {
		return err
	}
	return c.conn.Flush()
}

// endCommit ends the call of a commit that was not sent.
func (s *store) endCommit(err error) {
	s.commit.err = err
	close(s.commit.done)
}

// sendSmall writes c.small as the body of call. If ctx has ended, it writes an empty body.
func (c *Client) sendSmall(ctx context.Context, call *call) error {
	body := c.small
	if ctx.Err() != nil {
		body = nil
	}
	for chunk := range slices.Chunk(body, int(min(wire.ChunkSize, c.frame.Load()-1))) {
		if err := c.conn.WriteFrame(wire.KindData, chunk); err != nil {
			return err
		}
	}
	call.sent = int64(len(body))
	call.whole.Store(true)
	return c.conn.WriteEndMark()
}
