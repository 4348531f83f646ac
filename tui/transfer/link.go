package transfer

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"wangpan/wire"
)

// link is a connection as an attempt has it, for itself or with others. Its
// methods are those of Server with their errors sorted by fromServer. Two workers
// may use it at a time.
type link struct {
	server   Server
	share    *share       // nil: it is this attempt's alone
	reused   bool         // it comes from the pool and may have died there
	answered atomic.Bool  // the server has said or sent something since it was taken
	lost     atomic.Bool  // the connection is gone
	bodies   atomic.Int32 // that are under way, or were given up in the middle
	since    time.Time
}

// broken reports whether it is lost, or in the middle of a body.
func (l *link) broken() bool { return l.lost.Load() || l.bodies.Load() > 0 }

// adopt takes the connection of other, and leaves it the own one.
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
		err = &lostError{err} // it is not about the request: the server says why it hangs up
	}
	if err == nil || isRefusal(err) {
		l.answered.Store(true)
	}
	if isLost(err) {
		l.lost.Store(true)
	}
	return err
}

// ended sorts the error of a request with a body.
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

// blocks asks for the digests of the first length bytes, or of all when length
// is negative, and checks that as many came as belong to them.
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

// staged asks what is there of an upload of size bytes.
func (l *link) staged(ctx context.Context, id wire.UploadID, size int64) (*arrived, error) {
	reply, digests, err := l.server.Blocks(ctx, wire.BlocksArgs{Upload: id})
	if err := l.sort(ctx, err); err != nil {
		return nil, err
	}
	there := &arrived{digests: digests, unfinished: make(map[int]int64)}
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

// arrived is what a server says that it has of an upload.
type arrived struct {
	digests    []wire.Digest // of each block, as much as is there of it; zero: nothing
	unfinished map[int]int64 // bytes of the blocks of which only the beginning is there
}

// get writes the bytes from args.Offset, exactly length of them, to w and
// returns what the server says of the file. An error of w comes back as it is.
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

// exactly passes on what the server sends, and refuses more than was asked for.
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

// put sends what body has. An error of body comes back as it is.
func (l *link) put(ctx context.Context, args wire.PutArgs, body *watched) (wire.PutReply, error) {
	sending := ctx
	if l.share != nil {
		if args.Size-args.Offset > smallFile {
			return wire.PutReply{}, errNeedsOwn
		}
		sending = context.WithoutCancel(ctx) // one that is given up in the middle takes the connection with it
	}
	l.bodies.Add(1)
	reply, err := l.server.Put(sending, args, body)
	if body.err != nil && ctx.Err() == nil {
		l.bodies.Add(-1) // the body was ended early, and the connection goes on
		return reply, body.err
	}
	return reply, l.ended(ctx, err)
}

// store makes body the file that args describe, in one go.
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
