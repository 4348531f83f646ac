package transfer

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"wangpan/wire"
)

// link is an exclusive or shared connection of an attempt. It has the methods of Server
// and classifies their errors with fromServer. Two workers may use it at a time.
type link struct {
	server   Server
	share    *share       // nil: it is exclusive
	reused   bool         // it was idle in the pool and may be dead
	answered atomic.Bool  // the server has answered since the attempt began
	lost     atomic.Bool  // the connection is gone
	bodies   atomic.Int32 // transfers of bodies that are running or were interrupted
	since    time.Time
}

// broken reports whether the connection is lost or in the middle of a body.
func (l *link) broken() bool { return l.lost.Load() || l.bodies.Load() > 0 }

// adopt exchanges the connections of l, which is broken, and other.
func (l *link) adopt(other *link) {
	l.server, other.server = other.server, l.server
	l.reused = false
	l.answered.Store(true)
	l.lost.Store(false)
	l.bodies.Store(0)
	other.lost.Store(true)
}

func (l *link) sort(ctx context.Context, err error) error {
	err = fromServer(ctx, err)
	if passing := !errors.Is(err, wire.Unauthenticated) && !errors.Is(err, wire.Denied); isRefusal(err) && passing && !l.alive() {
		err = &lostError{err} // the reason for closing the connection, not a reply
	}
	if err == nil || isRefusal(err) {
		l.answered.Store(true)
	}
	if isLost(err) {
		l.lost.Store(true)
	}
	return err
}

// ended classifies the error of a request with a body.
func (l *link) ended(ctx context.Context, err error) error {
	err = l.sort(ctx, err)
	if err == nil || isRefusal(err) {
		l.bodies.Add(-1)
	}
	return err
}

func (l *link) stat(ctx context.Context, path wire.Path) (wire.StatReply, error) {
	reply, err := l.server.Stat(ctx, path)
	return reply, l.sort(ctx, err)
}

// blocks requests the digests of the first length bytes, or of all if length is negative,
// and checks their number.
func (l *link) blocks(ctx context.Context, args wire.BlocksArgs, length int64) (wire.BlocksReply, []wire.Digest, error) {
	if length >= 0 {
		args.Length = &length
	}
	reply, digests, err := l.server.Blocks(ctx, args)
	if err := l.sort(ctx, err); err != nil {
		return reply, nil, err
	}
	if length < 0 {
		length = reply.Size
	}
	if reply.Length != length || int64(len(digests)) != wire.BlockCount(length) {
		return reply, nil, &Error{Kind: ErrServer, Path: string(args.Path)}
	}
	return reply, digests, nil
}

// staged requests the state of a staged upload of size bytes.
func (l *link) staged(ctx context.Context, id wire.UploadID, size int64) (*stagedBlocks, error) {
	reply, digests, err := l.server.Blocks(ctx, wire.BlocksArgs{Upload: id})
	if err := l.sort(ctx, err); err != nil {
		return nil, err
	}
	there := &stagedBlocks{digests: digests, unfinished: make(map[int]int64)}
	if reply.Size != size || reply.Length != size || int64(len(digests)) != wire.BlockCount(size) {
		return nil, &Error{Kind: ErrServer}
	}
	last := int64(-1)
	for _, b := range reply.Unfinished {
		if b.Block <= last || b.Block >= int64(len(digests)) || b.Bytes <= 0 || b.Bytes >= min(wire.BlockSize, size-b.Block*wire.BlockSize) {
			return nil, &Error{Kind: ErrServer}
		}
		last = b.Block
		there.unfinished[int(b.Block)] = b.Bytes
	}
	return there, nil
}

// stagedBlocks is the state of a staged upload.
type stagedBlocks struct {
	digests    []wire.Digest // of the bytes of each block that have arrived; zero: none
	unfinished map[int]int64 // bytes that have arrived, by incomplete block
}

// get writes exactly length bytes from args.Offset to w and returns the reply. It
// returns an error of w unchanged.
func (l *link) get(ctx context.Context, args wire.GetArgs, length int64, w io.Writer) (wire.GetReply, error) {
	if l.share != nil && length > smallFile {
		return wire.GetReply{}, errNeedsOwn
	}
	args.Length = &length
	into := &exactly{w: w, left: length}
	l.bodies.Add(1)
	reply, err := l.server.Get(ctx, args, func(reply wire.GetReply) (io.Writer, error) {
		l.answered.Store(true)
		if reply.Offset != args.Offset || reply.Length != length || reply.Entry.Version != args.Version {
			into.err = &Error{Kind: ErrServer, Path: string(args.Path)}
			return nil, into.err
		}
		return into, nil
	})
	switch {
	case into.err != nil:
		return reply, into.err
	case err == nil && into.left != 0:
		err = io.ErrUnexpectedEOF
	}
	return reply, l.ended(ctx, err)
}

// exactly is a writer that fails when the server sends more than was requested.
type exactly struct {
	w    io.Writer
	left int64
	err  error // of w, or of the server
}

func (e *exactly) Write(p []byte) (int, error) {
	if e.err == nil && int64(len(p)) > e.left {
		e.err = &Error{Kind: ErrServer}
	}
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.w.Write(p)
	e.left -= int64(n)
	e.err = err
	return n, err
}

// put sends body. It returns an error of body unchanged.
func (l *link) put(ctx context.Context, args wire.PutArgs, body *watched) (wire.PutReply, error) {
	sending := ctx
	if l.share != nil {
		if args.Size-args.Offset > smallFile {
			return wire.PutReply{}, errNeedsOwn
		}
		sending = context.WithoutCancel(ctx) // cancelling it would close the shared connection
	}
	l.bodies.Add(1)
	reply, err := l.server.Put(sending, args, body)
	if body.err != nil && ctx.Err() == nil {
		l.bodies.Add(-1) // the body ended early; the connection stays usable
		return reply, body.err
	}
	return reply, l.ended(ctx, err)
}

// store sends a whole file and its commit in one request.
func (l *link) store(ctx context.Context, args wire.PutArgs, body []byte, commit wire.CommitArgs) (wire.StatReply, error) {
	reply, err := l.server.Store(ctx, args, body, commit)
	return reply, l.sort(ctx, err)
}

func (l *link) commit(ctx context.Context, args wire.CommitArgs) (wire.StatReply, error) {
	reply, err := l.server.Commit(ctx, args)
	return reply, l.sort(ctx, err)
}

func (l *link) uploads(ctx context.Context, path wire.Path) ([]wire.Upload, error) {
	reply, err := l.server.Uploads(ctx, wire.UploadsArgs{Path: path})
	return reply.Uploads, l.sort(ctx, err)
}

func (l *link) discard(ctx context.Context, id wire.UploadID) error {
	return l.sort(ctx, l.server.Discard(ctx, id))
}

func (l *link) alive() bool {
	select {
	case <-l.server.Done():
		return false
	default:
		return true
	}
}
