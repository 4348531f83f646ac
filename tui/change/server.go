package change

import (
	"context"

	"wangpan/wire"
)

// Server is the part of a connection to a server that steps use. The client's
// connection satisfies it. The server's refusals are *wire.Error; any other error
// means that the connection is lost.
type Server interface {
	Stat(ctx context.Context, path wire.Path) (wire.StatReply, error)
	List(ctx context.Context, args wire.ListArgs) (wire.Listing, error)
	Count(ctx context.Context, path wire.Path) (wire.CountReply, error)
	Move(ctx context.Context, args wire.MoveArgs) (wire.Entry, error)
	// Copy calls progress with the bytes copied so far and the total.
	Copy(ctx context.Context, args wire.CopyArgs, progress func(done, total int64)) (wire.Entry, error)
	Remove(ctx context.Context, args wire.RemoveArgs) (wire.Item, error)
	Trash(ctx context.Context, args wire.TrashArgs) (wire.TrashReply, error)
	Restore(ctx context.Context, args wire.RestoreArgs) (wire.RestoreReply, error)
	Purge(ctx context.Context, args wire.PurgeArgs) (wire.PurgeReply, error)
}

// Connection runs requests. Several goroutines may use it.
type Connection interface {
	// Do runs do. When the connection is lost before an answer, Do may run do
	// again over another connection; the server carries out each write once.
	Do(ctx context.Context, do func(ctx context.Context, s Server) error) error
	Close() error
}

// Connections are the connections of one session.
type Connections interface {
	// Shared returns the connection that the whole screen uses. It is not closed.
	Shared() Connection
	// Dial opens another connection, which the caller closes.
	Dial(ctx context.Context) (Connection, error)
}

// here is the connection to this computer: its steps need no server.
type here struct{}

// Do implements Connection.
func (here) Do(ctx context.Context, do func(ctx context.Context, s Server) error) error {
	return do(ctx, nil)
}

// Close implements Connection.
func (here) Close() error { return nil }
