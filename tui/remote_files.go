package tui

import (
	"bytes"
	"context"
	"io"
	"time"

	"wangpan/tui/preview"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// remoteIdle is how long the connection of a preview is kept while nobody looks
// at any.
const remoteIdle = 30 * time.Second

// remoteFiles reads what is in the files of a drive. Requests on one connection
// are answered in order, so it has one of its own, beside which browsing stays
// quick: made when it is needed, and closed when it is idle.
type remoteFiles struct {
	session *session.Session

	turn   chan struct{} // holds one token, which whoever uses the fields below has taken
	client *client.Client
	idle   *time.Timer
	ended  bool
}

var _ preview.Source = (*remoteFiles)(nil)

func newRemoteFiles(s *session.Session) *remoteFiles {
	return &remoteFiles{session: s, turn: make(chan struct{}, 1)}
}

// Read asks for a range of a version of a file.
func (r *remoteFiles) Read(ctx context.Context, path wire.Path, version wire.Version, offset, length int64) ([]byte, error) {
	var content bytes.Buffer
	err := r.use(ctx, func(c *client.Client) error {
		args := wire.GetArgs{Path: path, Version: version, Offset: offset, Length: &length}
		_, err := c.Get(ctx, args, func(wire.GetReply) (io.Writer, error) { return &content, nil })
		return err
	})
	return content.Bytes(), err
}

// List asks for the first entries of a folder.
func (r *remoteFiles) List(ctx context.Context, path wire.Path, limit int) (wire.Listing, error) {
	var listing wire.Listing
	err := r.use(ctx, func(c *client.Client) (err error) {
		listing, err = c.List(ctx, wire.ListArgs{Path: path, Limit: limit})
		return err
	})
	return listing, err
}

// use calls do with a connection, one caller at a time.
func (r *remoteFiles) use(ctx context.Context, do func(*client.Client) error) error {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if r.ended {
		return client.ErrClosed
	}
	if r.idle != nil {
		r.idle.Stop()
	}
	if r.client != nil && r.client.Err() != nil {
		r.drop()
	}
	if r.client == nil {
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		defer cancel()
		c, err := r.session.Dial(ctx)
		if err != nil {
			return err
		}
		r.client = c
	}
	err := do(r.client)
	r.idle = time.AfterFunc(remoteIdle, r.rest)
	return err
}

// drop closes the connection. The caller has the turn.
func (r *remoteFiles) drop() {
	if r.client != nil {
		_ = r.client.Close() // it is always nil
		r.client = nil
	}
}

// rest closes the connection, unless somebody uses it just now.
func (r *remoteFiles) rest() {
	select {
	case r.turn <- struct{}{}:
		r.drop()
		<-r.turn
	default:
	}
}

// end closes the connection for good. Requests must have been cancelled before.
func (r *remoteFiles) end() {
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	r.ended = true
	if r.idle != nil {
		r.idle.Stop()
	}
	r.drop()
}
