package transfer

import (
	"context"
	"io"

	"wangpan/wire"
)

// Server is one authenticated connection. Its methods are the requests of package
// wire. A refusal is a *wire.Error. An error that is wire.ErrProtocol is permanent.
// Any other error means that the connection is lost, except for errors of the
// caller's reader or writer.
type Server interface {
	Stat(ctx context.Context, path wire.Path) (wire.StatReply, error)
	// Get calls sink with the reply. Then it writes the body, whose length is that
	// in the reply, to the writer that sink returned.
	Get(ctx context.Context, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (wire.GetReply, error)
	Blocks(ctx context.Context, args wire.BlocksArgs) (wire.BlocksReply, []wire.Digest, error)
	Staging
	Folders
	// Done is closed when the connection is closed or lost.
	Done() <-chan struct{}
	Close() error
}

// Staging is the part of a Server for uploads.
type Staging interface {
	// Put sends body to its end. If body fails, Put returns its error. The bytes
	// before the error are staged, and the connection stays usable.
	Put(ctx context.Context, args wire.PutArgs, body io.Reader) (wire.PutReply, error)
	Commit(ctx context.Context, args wire.CommitArgs) (wire.StatReply, error)
	// Store sends a small body and its commit without waiting in between. If ctx
	// ends, other requests on the connection are not affected.
	Store(ctx context.Context, args wire.PutArgs, body []byte, commit wire.CommitArgs) (wire.StatReply, error)
	Uploads(ctx context.Context, args wire.UploadsArgs) (wire.UploadsReply, error)
	Discard(ctx context.Context, upload wire.UploadID) error
}

// Folders is the part of a Server that lists and makes folders.
type Folders interface {
	List(ctx context.Context, args wire.ListArgs) (wire.Listing, error)
	Mkdir(ctx context.Context, path wire.Path) (wire.Entry, error)
}
