package preview

import (
	"bytes"
	"context"
	"io"
	"time"

	"wangpan/tui/local"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// source reads files and folders. Commands call its methods concurrently. A
// method returns soon after its ctx ends. Sources are compared with ==, so they
// are pointers or empty structs.
type source interface {
	// Read returns length bytes of a version of a file from offset on, fewer only
	// at the end of the file.
	Read(ctx context.Context, path wire.Path, version wire.Version, offset, length int64) ([]byte, error)
	// List returns the first entries of a folder, at most limit.
	List(ctx context.Context, path wire.Path, limit int) (wire.Listing, error)
}

var (
	_ source = localFiles{}
	_ source = (*remoteFiles)(nil)
)

// localFiles reads the files of this computer.
type localFiles struct{}

// Read reads a range of the present content of a file. The cache tells contents
// apart by size and time.
func (localFiles) Read(ctx context.Context, path wire.Path, _ wire.Version, offset, length int64) ([]byte, error) {
	return local.Peek(ctx, path, offset, length)
}

// List returns the first entries of a folder.
func (localFiles) List(ctx context.Context, path wire.Path, limit int) (wire.Listing, error) {
	listing, _, err := local.NewFolders().List(ctx, path, "")
	if len(listing.Entries) > limit {
		listing.Entries, listing.More = listing.Entries[:limit], true
	}
	return listing, err
}

// How long remoteFiles waits.
const (
	connectTimeout = 30 * time.Second
	idleTimeout    = 30 * time.Second // before it closes an unused connection
)

// remoteFiles reads the files of a drive over a separate connection, because
// the server answers the requests of one connection in order, and browsing must
// not wait for previews. It connects when needed and closes an idle connection.
type remoteFiles struct {
	session *session.Session

	turn   chan struct{} // holds the token of the goroutine that uses the fields below
	client *client.Client
	idle   *time.Timer
	ended  bool
}

func newRemoteFiles(s *session.Session) *remoteFiles {
	return &remoteFiles{session: s, turn: make(chan struct{}, 1)}
}

// Read requests a range of a version of a file.
func (r *remoteFiles) Read(ctx context.Context, path wire.Path, version wire.Version, offset, length int64) ([]byte, error) {
	var content bytes.Buffer
	err := r.use(ctx, func(c *client.Client) error {
		args := wire.GetArgs{Path: path, Version: version, Offset: offset, Length: &length}
		_, err := c.Get(ctx, args, func(wire.GetReply) (io.Writer, error) { return &content, nil })
		return err
	})
	return content.Bytes(), err
}

// List requests the first entries of a folder.
func (r *remoteFiles) List(ctx context.Context, path wire.Path, limit int) (wire.Listing, error) {
	var listing wire.Listing
	err := r.use(ctx, func(c *client.Client) (err error) {
		listing, err = c.List(ctx, wire.ListArgs{Path: path, Limit: limit})
		return err
	})
	return listing, err
}

// use calls do with the connection, for one caller at a time.
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
	r.idle = time.AfterFunc(idleTimeout, r.rest)
	return err
}

// drop closes the connection. The caller holds the token.
func (r *remoteFiles) drop() {
	if r.client != nil {
		_ = r.client.Close() // it is always nil
		r.client = nil
	}
}

// rest closes the connection unless a request is under way.
func (r *remoteFiles) rest() {
	select {
	case r.turn <- struct{}{}:
		r.drop()
		<-r.turn
	default:
	}
}

// end closes the connection for good. The caller must cancel all requests before.
func (r *remoteFiles) end() {
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	r.ended = true
	if r.idle != nil {
		r.idle.Stop()
	}
	r.drop()
}
