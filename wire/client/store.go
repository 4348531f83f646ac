package client

import (
	"context"
	"fmt"
	"slices"

	"wangpan/wire"
)

// StoreLimit is the most bytes that Store takes: those of one chunk.
const StoreLimit = wire.ChunkSize

// Store puts a whole file of at most StoreLimit bytes and commits it, both
// without waiting for an answer between. So many callers can have many small
// files under way on one connection, which then cost no round trip each. args
// must be of all of body, and commit of the same upload.
//
// When the put is refused, that is the error: what became of the commit follows
// from it. The upload may be staged after any error; the file may even be there
// when the connection broke. A ctx that ends makes Store return at once and
// leaves the connection good: what is on its way goes on. body is the
// caller's again when Store has returned.
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

// store is a put and the commit behind it.
type store struct {
	put, commit       *call
	rawPut, rawCommit []byte
	reply             *wire.StatReply // to the commit
}

func newStore(args wire.PutArgs, body []byte, commit wire.CommitArgs) (*store, error) {
	switch {
	case len(body) > StoreLimit:
		return nil, wire.Errorf(wire.TooLarge, "more than %d bytes are not sent at once", StoreLimit)
	case args.Offset != 0 || args.Size != int64(len(body)) || args.End() != args.Size || commit.Upload != args.Upload:
		return nil, wire.Errorf(wire.Invalid, "the file is not stored whole")
	}
	s := new(store)
	s.put, _ = putCall(args)
	s.commit, s.reply = newCall(wire.Commit, "", func(r *wire.StatReply) error {
		if r.Entry.Size != args.Size {
			return violation("it is of another size")
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

// startStore waits for its turn and leaves the rest to a goroutine, with a copy
// of body, so that the caller can leave whatever the network does.
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
	if c.err != nil { // nothing may be started any more
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

// sendStore writes both requests. Its error is that of the connection. The
// commit has its answer here when it is not sent.
func (c *Client) sendStore(ctx context.Context, s *store, payload []byte) error {
	err := c.conn.WriteFrame(wire.KindMessage, payload)
	if err == nil {
		err = c.sendSmall(ctx, s.put)
	}
	if err == nil && len(c.ahead) == cap(c.ahead) {
		err = c.conn.Flush() // a place becomes free only when what was sent is answered
	}
	if err != nil {
		s.drop(fmt.Errorf("%w: %w", ErrLost, reason(err)))
		return err
	}
	payload, refused := c.admit(ctx, s.commit, s.rawCommit, false)
	if refused != nil {
		s.drop(refused)
		return c.conn.Flush()
	}
	if err := c.conn.WriteFrame(wire.KindMessage, payload); err != nil {
		return err
	}
	return c.conn.Flush()
}

// drop answers a commit that was not sent.
func (s *store) drop(err error) {
	s.commit.err = err
	close(s.commit.done)
}

// sendSmall writes c.small as the body of call, or nothing of it when nobody
// waits for it any more.
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
