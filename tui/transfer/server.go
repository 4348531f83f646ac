package transfer

import (
	"context"
	"io"

	"wangpan/wire"
)

// Server is one connection to a server, logged in. The methods are the
// requests of package wire; their refusals are *wire.Error, and an error that
// is wire.ErrProtocol is final. Any other error, unless it is the caller's own,
// means that the connection is lost.
type Server interface {
	Stat(ctx context.Context, path wire.Path) (wire.StatReply, error)
	// Get calls sink once the reply is there and then writes the body, of
	// exactly the length of the reply, to the writer that sink returned.
	Get(ctx context.Context, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (wire.GetReply, error)
	Blocks(ctx context.Context, args wire.BlocksArgs) (wire.BlocksReply, []wire.Digest, error)
	Staging
	Folders
	// Done is closed when the connection is gone.
	Done() <-chan struct{}
	Close() error
}

// Staging is the part of a Server that takes uploads.
type Staging interface {
	// Put sends body to its end. When body fails, what came before is staged,
	// its error comes back and the connection goes on.
	Put(ctx context.Context, args wire.PutArgs, body io.Reader) (wire.PutReply, error)
	Commit(ctx context.Context, args wire.CommitArgs) (wire.StatReply, error)
	// Store does Put and Commit of a small body from memory without waiting in
	// between. The caller may leave before its end without harm to others who
	// use the connection.
	Store(ctx context.Context, args wire.PutArgs, body []byte, commit wire.CommitArgs) (wire.StatReply, error)
	Uploads(ctx context.Context, args wire.UploadsArgs) (wire.UploadsReply, error)
	Discard(ctx context.Context, upload wire.UploadID) error
}

// Folders is the part of a Server that lists and makes folders.
type Folders interface {
	List(ctx context.Context, args wire.ListArgs) (wire.Listing, error)
	Mkdir(ctx context.Context, path wire.Path) (wire.Entry, error)
}
