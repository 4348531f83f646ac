package client

import (
	"context"
	"errors"
	"fmt"
	"io"

	"wangpan/wire"
)

// Put writes a range of a staged upload with the bytes that body has, or begins
// one. Other calls wait until the last of them is on its way. When the server
// refuses early, body is read no further. When body fails, or has more bytes
// than args say, what it gave so far is staged, and the error comes back
// together with the reply. Put returns when body is not used any more; it can
// not interrupt a Read. A ctx that ends within the body closes the connection;
// what the server has got stays staged.
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

// source is the body of a put: it ends when the server has refused it, and
// keeps the error of its reader.
type source struct {
	ctx     context.Context // that of the Put
	r       io.Reader
	left    int64 // bytes that it may still have
	refused <-chan struct{}
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
	n, err := s.r.Read(p[:min(int64(len(p)), max(s.left, 1))]) // one byte more shows that there is no end
	if int64(n) > s.left {
		s.err = wire.Errorf(wire.Invalid, "the body is longer than was announced")
		return 0, io.EOF
	}
	s.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err, err = err, io.EOF
	}
	return n, err
}

// sendBody sends the body of call and the end mark. Its error is that of the
// connection. The caller holds c.writer.
func (c *Client) sendBody(ctx context.Context, call *call, body io.Reader) error {
	stop := context.AfterFunc(ctx, func() { c.end(errGaveUp) })
	defer stop()
	c.line.socket.bulk.Store(true)
	defer c.line.socket.bulk.Store(false)
	if size := min(wire.ChunkSize, c.frame.Load()-1); int64(len(c.chunk)) != size {
		c.chunk = make([]byte, size)
	}
	sent, err := c.conn.WriteBody(body, c.chunk)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		// No end mark: the body is not all that was meant.
		c.end(errGaveUp)
		return ErrClosed
	}
	call.sent = sent
	call.whole.Store(true)
	return c.conn.WriteEndMark()
}

// Commit makes a staged upload the file at its path. It is on the server's
// disk when Commit returns without an error.
func (c *Client) Commit(ctx context.Context, args wire.CommitArgs) (wire.StatReply, error) {
	return ask(ctx, c, wire.Commit, "", args, func(r *wire.StatReply) error {
		return checkCommit(r, args)
	})
}

// mostUploads bounds what Uploads gathers, whatever a server sends.
const mostUploads = 10_000

// Uploads lists the account's staged uploads, of one path or of all, in as many
// requests as that takes. More is set when the server has others that it does
// not list, as servers do that do not know After.
func (c *Client) Uploads(ctx context.Context, args wire.UploadsArgs) (wire.UploadsReply, error) {
	all := wire.UploadsReply{More: true}
	for all.More && len(all.Uploads) < mostUploads {
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

// Discard drops a staged upload.
func (c *Client) Discard(ctx context.Context, upload wire.UploadID) error {
	_, err := ask[wire.Empty](ctx, c, wire.Discard, "", wire.DiscardArgs{Upload: upload}, nil)
	return err
}
