package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"wangpan/tui/backoff"
	"wangpan/wire"
	"wangpan/wire/digest"
)

// ErrChangedMidway ends a Stream: the server no longer has the version whose beginning
// was written.
var ErrChangedMidway = errors.New("remote file changed during the transfer")

// Stream writes one remote file to a writer such as a pipe: every byte once, in order,
// of one version. Because it cannot undo a write, it digests the bytes and Copy fails at
// the end if the digest differs from the server's. A Stream is used once.
type Stream struct {
	options Options // only: Dial, Hopeless, Patience, Rate
	remote  wire.Path
	backoff backoff.Backoff
	moved   atomic.Int64
	count   progress
	hasher  digest.Hasher // of what was written; only of Copy's goroutines
	entry   wire.Entry    // the version that is written; none before the first reply
	digest  *wire.Digest  // of it, once the server has sent it

	mu      sync.Mutex // guards everything below
	state   State
	retryAt time.Time
}

// NewStream returns a stream of the file at remote.
func NewStream(o Options, remote wire.Path) *Stream {
	if o.Hopeless == nil {
		o.Hopeless = func(error) bool { return false }
	}
	s := &Stream{options: o, remote: remote}
	s.count.moved, s.count.limit = &s.moved, newLimiter(o.Rate)
	return s
}

// Transfer returns the state of the stream. It may be called while Copy runs.
func (s *Stream) Transfer() Transfer {
	t := Transfer{Job: Job{Direction: Download, Remote: s.remote}}
	s.mu.Lock()
	t.State, t.RetryAt = s.state, s.retryAt
	s.mu.Unlock()
	s.count.fill(&t)
	if t.State == Active {
		t.Stall = s.count.stall(time.Now())
	}
	return t
}

func (s *Stream) become(state State, retryAt time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.retryAt = state, retryAt
}

// Copy writes the file to w. After a lost connection it waits as a Queue does, and
// continues after the last written byte. It returns an error of w unchanged.
func (s *Stream) Copy(ctx context.Context, w io.Writer) (Result, error) {
	var since time.Time // the first failure after the last byte
	failures := 0
	for {
		before := s.hasher.Size()
		s.become(Active, time.Time{})
		err := s.attempt(ctx, w)
		switch {
		case err == nil:
			s.become(Done, time.Time{})
			return Result{Remote: s.remote, Entry: s.entry, Digest: s.hasher.Sum()}, nil
		case !isLost(err) && !isTemporary(err):
			s.become(Failed, time.Time{})
			return Result{}, err
		}
		now := time.Now()
		if s.hasher.Size() > before {
			failures = 0
		}
		if failures++; failures == 1 {
			since = now
		}
		retryAt := now.Add(s.backoff.After(failures))
		if end := since.Add(s.options.Patience); s.options.Patience > 0 && retryAt.After(end) {
			if !now.Before(end) {
				return Result{}, &Error{Kind: ErrUnreachable, Path: string(s.remote), Err: err}
			}
			retryAt = end
		}
		s.become(Waiting, retryAt)
		if err := sleep(ctx, time.Until(retryAt)); err != nil {
			return Result{}, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// attempt makes a connection and writes the missing bytes.
func (s *Stream) attempt(ctx context.Context, w io.Writer) error {
	server, err := s.options.Dial(ctx)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case isRefusal(err), s.options.Hopeless(err):
		return fmt.Errorf("connect: %w", err)
	default:
		return &lostError{err}
	}
	defer func() { _ = server.Close() }() // nothing on it is needed
	defer s.count.use(server)()
	l := &link{server: server}
	for range maxPasses {
		err := s.pass(ctx, l, w)
		if gone := errors.Is(err, wire.Conflict) || errors.Is(err, wire.NotFound); !isRefusal(err) || !gone || s.entry.Version == "" {
			return err
		}
		if s.hasher.Size() > 0 {
			return &Error{Kind: ErrChangedMidway, Path: string(s.remote)}
		}
		s.entry, s.digest = wire.Entry{}, nil // nothing is written yet: use the new version
	}
	return &Error{Kind: ErrRemoteChanged, Path: string(s.remote)}
}

// pass writes the missing bytes of one version and verifies the digest.
func (s *Stream) pass(ctx context.Context, l *link, w io.Writer) error {
	if s.entry.Version == "" {
		reply, err := l.stat(ctx, s.remote)
		if err != nil {
			return err
		}
		if reply.Entry.IsDir {
			return &Error{Kind: ErrIsFolder, Path: string(s.remote)}
		}
		s.entry, s.digest = reply.Entry, reply.Digest
		s.count.start(s.entry.Size, 0)
	}
	if written := s.hasher.Size(); written < s.entry.Size {
		s.count.enter(Moving, 0)
		args := wire.GetArgs{Path: s.remote, Version: s.entry.Version, Offset: written}
		reply, err := l.get(ctx, args, s.entry.Size-written, &streamed{s, w, ctx})
		if err != nil {
			return err
		}
		if reply.Digest != nil {
			s.digest = reply.Digest
		}
	}
	return s.verify(ctx, l)
}

// verify compares the digest of the written bytes with the server's, which the server may
// have to compute.
func (s *Stream) verify(ctx context.Context, l *link) error {
	s.count.enter(Committing, 0)
	if s.digest == nil {
		reply, _, err := l.blocks(ctx, wire.BlocksArgs{Path: s.remote, Version: s.entry.Version}, s.entry.Size)
		if err != nil {
			return err
		}
		if s.digest = reply.Digest; s.digest == nil {
			return &Error{Kind: ErrServer, Path: string(s.remote)}
		}
	}
	if s.hasher.Sum() != *s.digest {
		return &Error{Kind: ErrDamaged, Path: string(s.remote)}
	}
	return nil
}

// streamed is the writer of a Stream. It digests and counts the bytes.
type streamed struct {
	*Stream
	w   io.Writer
	ctx context.Context //nolint:containedctx // of the request whose body it takes
}

func (s *streamed) Write(p []byte) (int, error) { return s.count.paced(s.ctx, p, s.write) }

// write may block on the reader of the pipe, which is no stall.
func (s *streamed) write(p []byte) (int, error) {
	s.count.held.Add(1)
	defer func() {
		s.count.released.Store(time.Now().UnixNano())
		s.count.held.Add(-1)
	}()
	n, err := s.w.Write(p)
	_, _ = s.hasher.Write(p[:n]) // never fails
	s.count.move(n)
	return n, err
}
