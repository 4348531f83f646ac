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
	// Copy calls progress with the bytes copied so far and the total, in bytes.
	Copy(ctx context.Context, args wire.CopyArgs, progress func(done, total int64)) (wire.Entry, error)
	Remove(ctx context.Context, args wire.RemoveArgs) (wire.Item, error)
	Trash(ctx context.Context, args wire.TrashArgs) (wire.TrashReply, error)
	Restore(ctx context.Context, args wire.RestoreArgs) (wire.RestoreReply, error)
	Purge(ctx context.Context, args wire.PurgeArgs) (wire.PurgeReply, error)
}

// Do calls do with a connection. If the connection is lost before an answer, it may
// call do again with another one; the server carries out each write once. It is safe
// for concurrent use.
type Do func(ctx context.Context, do func(ctx context.Context, s Server) error) error

// Connect returns the connection that the whole screen shares or, with own, a new one.
// The caller must call end after the last request.
type Connect func(ctx context.Context, own bool) (do Do, end func(), err error)

// here is the Connect of this computer. Its steps get a nil Server.
func here(context.Context, bool) (do Do, end func(), err error) {
	return func(ctx context.Context, do func(context.Context, Server) error) error { return do(ctx, nil) }, func() {}, nil
}
