package client

import (
	"context"
	"errors"
	"fmt"
	"io"

	"wangpan/wire"
)

// Put writes the bytes of body to a range of a staged upload. It starts the upload if that
// does not exist. Other calls wait until Put has sent the body.
//
// If the server refuses early, Put stops reading body. If body fails, or is longer than
// args state, the server stages the bytes before that, and Put returns both the error and
// the reply. Put cannot interrupt a Read of body, and does not use body after it has
// returned. If ctx ends during the body, Put closes the connection; the bytes that the
// server has received stay staged.
func (c *Client) Put(ctx context.Context, args wire.PutArgs, body io.Reader) (wire.PutReply, error) {
	call, reply := putCall(args)
	source := &source{ctx: ctx, r: body, left: args.End() - args.Offset, refused: call.done}
	err := c.do(ctx, call, args, source)
	if err == nil && source.err != nil {
		err = fmt.Errorf("%s: %w", call.title, source.err)
	}
	return result(call, reply), err
}

func putCall(args wire.PutArgs) (*call, *wire.PutReply) {
	var call *call
	call, reply := newCall(wire.Put, string(args.Path), func(r *wire.PutReply) error {
		return checkPut(r, args, call.sent)
	})
	return call, reply
}

// source is the body of a Put. It ends early when the server refuses the put or ctx ends.
// It reports an error of r as the end of the body, and stores it in err.
type source struct {
	ctx     context.Context // of the Put
	r       io.Reader
	left    int64           // bytes that r may still return
	refused <-chan struct{} // closed when the server has answered
	err     error
}

func (s *source) Read(p []byte) (int, error) {
	select {
	case <-s.refused:
		return 0, io.EOF
	case <-s.ctx.Done():
		return 0, io.EOF // the connection is being closed
	default:
	}
	n, err := s.r.Read(p[:min(int64(len(p)), max(s.left, 1))]) // at the limit, read one byte to detect a longer body
	if int64(n) > s.left {
		s.err = wire.Errorf(wire.Invalid, "the body is longer than announced")
		return 0, io.EOF
	}
	s.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err, err = err, io.EOF
	}
	return n, err
}

// sendBody sends the body of call and the end mark. It returns errors of the connection
// only. The caller holds c.writer.
func (c *Client) sendBody(ctx context.Context, call *call, body io.Reader) error {
	stop := context.AfterFunc(ctx, func() { c.end(errGaveUp) })
	defer stop()
	c.line.socket.sendingBody.Store(true)
	defer c.line.socket.sendingBody.Store(false)
	if size := min(wire.ChunkSize, c.frame.Load()-1); int64(len(c.chunk)) != size {
		c.chunk = make([]byte, size)
	}
	sent, err := c.conn.WriteBody(body, c.chunk)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		// Send no end mark: the body is incomplete.
		c.end(errGaveUp)
		return ErrClosed
	}
	call.sent = sent
	call.whole.Store(true)
	return c.conn.WriteEndMark()
}

// Commit publishes a staged upload as the file at its path. When it returns nil, the file
// is on the server's disk.
func (c *Client) Commit(ctx context.Context, args wire.CommitArgs) (wire.StatReply, error) {
	return ask(ctx, c, wire.Commit, "", args, func(r *wire.StatReply) error {
		return checkCommit(r, args)
	})
}

// maxUploads is how many uploads Uploads collects, even if a server sends more.
const maxUploads = 10_000

// Uploads returns the staged uploads of the account, for one path or for all, with as many
// requests as needed. More is set if the server has further uploads: above maxUploads, or
// because an older server does not support After.
func (c *Client) Uploads(ctx context.Context, args wire.UploadsArgs) (wire.UploadsReply, error) {
	all := wire.UploadsReply{More: true}
	for all.More && len(all.Uploads) < maxUploads {
		page, err := c.uploads(ctx, args)
		if err != nil {
			return wire.UploadsReply{}, err
		}
		if n := len(page.Uploads); n == 0 || page.Uploads[n-1].Upload <= args.After {
			all.More = page.More
			break
		}
		all.Uploads, all.More = append(all.Uploads, page.Uploads...), page.More
		args.After = all.Uploads[len(all.Uploads)-1].Upload
	}
	return all, nil
}

func (c *Client) uploads(ctx context.Context, args wire.UploadsArgs) (wire.UploadsReply, error) {
	return ask(ctx, c, wire.Uploads, string(args.Path), args, func(r *wire.UploadsReply) error {
		for _, upload := range r.Uploads {
			if err := checkUpload(upload); err != nil {
				return err
			}
		}
		return nil
	})
}

// Discard deletes a staged upload.
func (c *Client) Discard(ctx context.Context, upload wire.UploadID) error {
	_, err := ask[wire.Empty](ctx, c, wire.Discard, "", wire.DiscardArgs{Upload: upload}, nil)
	return err
}
