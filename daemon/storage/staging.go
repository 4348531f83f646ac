package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// staging is a range of an upload while it is written.
type staging struct {
	upload      *upload
	first, last int64 // the blocks of the range, those below last
	begin, end  int64 // its bytes
	at          int64 // how far it has come
	admitted    int64 // bytes that may be written before the disk is asked again
	unhinted    int64 // bytes written since the last hint
	hasher      *digest.Hasher
	closed      bool
}

var _ Staging = (*staging)(nil)

// newStaging begins to write the range of args, which is claimed until Close.
func (u *upload) newStaging(ctx context.Context, args wire.PutArgs) (*staging, error) {
	s := &staging{
		upload: u, begin: args.Offset, at: args.Offset, end: args.End(),
		first: args.Offset / wire.BlockSize, last: wire.BlockCount(args.End()),
	}
	if err := u.claimRange(s); err != nil {
		return nil, err
	}
	if err := s.readBeginning(ctx); err != nil {
		u.freeRange(s)
		return nil, err
	}
	return s, nil
}

// claimRange makes s the only one to write its blocks, and demands that it
// begins where one can begin.
func (u *upload) claimRange(s *staging) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if s.begin < s.end {
		for _, other := range u.writing {
			if s.first < other.last && other.first < s.last {
				return wire.Errorf(wire.Busy, "another connection is writing this part of the upload: try again soon")
			}
		}
	}
	if have := u.pieces.have(s.first); s.begin%wire.BlockSize != 0 && s.begin%wire.BlockSize != have {
		return wire.Errorf(wire.Conflict, "the server has %d bytes of this block: go on at %d, or at %d to send it again",
			have, s.first*wire.BlockSize+have, s.first*wire.BlockSize)
	}
	if s.begin < s.end {
		u.writing = append(u.writing, s)
	}
	return nil
}

func (u *upload) freeRange(s *staging) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if i := slices.Index(u.writing, s); i >= 0 {
		u.writing = slices.Delete(u.writing, i, i+1)
	}
}

// readBeginning brings the hasher to where the range begins.
func (s *staging) readBeginning(ctx context.Context) error {
	u := s.upload
	if s.begin == s.end {
		return nil
	}
	if s.begin%wire.BlockSize != 0 {
		if s.hasher = u.pieces.resume(s.begin); s.hasher != nil {
			return nil
		}
	}
	s.hasher = digest.From(s.first)
	return hashRange(ctx, s.hasher, u.data, s.first*wire.BlockSize, s.begin)
}

// Received implements Staging.
func (s *staging) Received() int64 { return s.upload.pieces.bytes() }

// End implements Staging.
func (s *staging) End() int64 { return s.at }

// admitEvery is how many bytes are written between two looks at how full the
// disk is.
const admitEvery = 1 << 20

// Write implements Staging.
func (s *staging) Write(p []byte) (written int, err error) {
	u := s.upload
	if err := u.failure(); err != nil {
		return 0, err
	}
	if int64(len(p)) > s.end-s.at {
		return 0, wire.Errorf(wire.Invalid, "the body is longer than the %d bytes announced", s.end-s.begin)
	}
	if s.admitted -= int64(len(p)); s.admitted < 0 {
		more := max(min(admitEvery, s.end-s.at), int64(len(p)))
		if err := u.diskGoesOn(more); err != nil {
			return 0, err
		}
		s.admitted = more - int64(len(p))
	}
	for len(p) > 0 {
		n, err := s.writeWithin(p[:min(int64(len(p)), wire.BlockSize-s.at%wire.BlockSize)])
		written += n
		if err != nil {
			return written, refuse(wire.Put, u.record.Path, err)
		}
		p = p[n:]
	}
	return written, u.flush()
}

// writeWithin writes part, which lies within one block.
func (s *staging) writeWithin(part []byte) (int, error) {
	u, block := s.upload, s.at/wire.BlockSize
	if s.at%wire.BlockSize == 0 {
		if err := u.restart(block); err != nil {
			return 0, err
		}
	}
	n, err := u.data.WriteAt(part, s.at)
	if n > 0 {
		_, _ = s.hasher.Write(part[:n])
		s.at += int64(n)
		s.unhinted += int64(n)
		u.pieces.add(int64(n), s.hasher, s.at)
	}
	have := s.at - block*wire.BlockSize
	switch {
	case err != nil: // more may have got into the file than WriteAt counts
		u.pieces.settle(block)
		err = errors.Join(err, s.hint(block, have))
	case u.record.Size > wire.BlockSize && (have == blockLength(u.record.Size, block) || s.unhinted >= hintEvery):
		err = s.hint(block, u.pieces.kept(block))
	}
	return n, err
}

func (s *staging) hint(block, have int64) error {
	s.unhinted = 0
	return s.upload.hint(block, have)
}

// Close implements Staging.
func (s *staging) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	u := s.upload
	err := u.settled()
	if err == nil {
		err = errors.Join(s.park(), u.touch())
	}
	u.freeRange(s)
	return errors.Join(err, u.leave(u), u.release())
}

// park notes how far the range has come, when that is within a block. The bytes
// that were there behind it stay, and are digested with the new ones.
func (s *staging) park() error {
	u, block := s.upload, s.at/wire.BlockSize
	begin := block * wire.BlockSize
	if s.at == s.begin || s.at == begin || s.at-begin == blockLength(u.record.Size, block) {
		return nil
	}
	end := begin + u.pieces.kept(block)
	u.pieces.settle(block)
	if rest := end - s.at; rest > 0 {
		if err := hashRange(context.Background(), s.hasher, u.data, s.at, end); err != nil {
			return fmt.Errorf("read what is staged behind a range: %w", err)
		}
		u.pieces.add(rest, s.hasher, end)
		s.unhinted += rest
	}
	if end-begin < blockLength(u.record.Size, block) {
		u.pieces.park(s.hasher, end)
	}
	if s.unhinted == 0 || u.record.Size <= wire.BlockSize {
		return nil
	}
	return s.hint(block, end-begin)
}
