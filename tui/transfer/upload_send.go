package transfer

import (
	"context"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// compare compares the staged blocks with the source. It reads only source blocks with
// unknown digests. Staged blocks that differ count as missing.
func (u *upload) compare(ctx context.Context, there *stagedBlocks) error {
	u.pieces.clear()
	toRead := int64(0)
	for i, theirs := range there.digests {
		if n := there.bytes(u.pieces, i); theirs != (wire.Digest{}) && u.needsReading(i, n) {
			toRead += n
		}
	}
	u.count.enter(Comparing, toRead)
	for i, theirs := range there.digests {
		if theirs == (wire.Digest{}) {
			continue
		}
		n := there.bytes(u.pieces, i)
		ours, err := u.digestOf(ctx, i, n)
		if err != nil {
			return err
		}
		if ours == theirs {
			u.pieces.set(i, n)
		}
	}
	return nil
}

// bytes returns the number of staged bytes of block i, of which at least one must be
// staged.
func (a *stagedBlocks) bytes(p *pieces, i int) int64 {
	if n, ok := a.unfinished[i]; ok {
		return n
	}
	return p.length(i)
}

func (u *upload) needsReading(i int, n int64) bool {
	return n < u.pieces.length(i) || u.pieces.at(i).digest == wire.Digest{}
}

// digestOf returns the digest of the first n bytes of block i of the source.
func (u *upload) digestOf(ctx context.Context, i int, n int64) (wire.Digest, error) {
	if !u.needsReading(i, n) {
		return u.pieces.at(i).digest, nil
	}
	hasher := digest.From(int64(i))
	start := int64(i) * wire.BlockSize
	if err := readRange(ctx, u.src.f, start, start+n, hasher, u.count); err != nil {
		return wire.Digest{}, u.src.fromReading(ctx, err)
	}
	found := blockAt(hasher, 0)
	if n == u.pieces.length(i) {
		u.pieces.know(i, found, hasher.Sum)
	}
	return found, nil
}

// sum returns the digest of the source. It reads the blocks with unknown digests.
func (u *upload) sum(ctx context.Context) (wire.Digest, error) {
	toRead := int64(0)
	for i := range u.pieces.count() {
		if u.needsReading(i, u.pieces.length(i)) {
			toRead += u.pieces.length(i)
		}
	}
	if toRead > 0 {
		u.count.enter(Comparing, toRead)
	}
	for i := range u.pieces.count() {
		if _, err := u.digestOf(ctx, i, u.pieces.length(i)); err != nil {
			return wire.Digest{}, err
		}
	}
	sum, _ := u.pieces.sum()
	return sum, nil
}

// send sends all missing bytes.
func (u *upload) send(ctx context.Context, l *link) error {
	for range maxPasses {
		u.count.start(u.src.size(), min(u.pieces.arrived, u.count.resumed.Load()))
		u.count.done.Store(u.pieces.arrived)
		phase := Moving
		if u.spoilt > 0 {
			phase = Repairing
		}
		u.count.enter(phase, 0)
		if err := u.begun(ctx, l); err != nil {
			return err
		}
		m := &mover{env: u.env, count: u.count, missing: u.untaken, move: u.sendSegment}
		if err := m.run(ctx, l); err != nil {
			return err
		}
		if u.unsure == 0 {
			return nil
		}
		// After a lost stream, only the server knows how many of its bytes arrived.
		if result, err := u.ask(ctx, l); result != nil || err != nil {
			return err
		}
	}
	return errLookAgain
}

// begun creates the staged upload before several workers send to it, and for an empty
// file.
func (u *upload) begun(ctx context.Context, l *link) error {
	if u.plan.begun {
		return nil
	}
	u.plan.begun = true
	if u.src.size() > 0 && u.src.size() < u.env.streams.least {
		return nil // its first segment creates the staged upload
	}
	_, err := l.put(ctx, u.args(segment{}), u.body(ctx, segment{}))
	return err
}

func (u *upload) args(s segment) wire.PutArgs {
	length := s.length()
	return wire.PutArgs{
		Upload: u.plan.id, Path: u.plan.path, Size: u.src.size(), ModTime: u.src.stamp.info.ModTime().UTC(),
		Offset: s.offset, Length: &length, Precondition: u.plan.may,
	}
}

func (u *upload) body(ctx context.Context, s segment) *watched {
	w := &watched{
		ctx: ctx, source: u.src, hasher: digest.From(s.offset / wire.BlockSize), offset: s.offset, end: s.end,
		count: u.count, moved: u.count.move,
	}
	if u.spoilt > 0 {
		w.moved = u.count.resend
	}
	return w
}

// untaken returns the number of missing bytes that no worker has tried to send since the
// last query.
func (u *upload) untaken() int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	missing := u.pieces.missing()
	for _, s := range u.pieces.taken {
		missing -= s.length()
	}
	return missing
}

// sendSegment sends one missing segment. It returns false if other workers have all
// missing segments.
func (u *upload) sendSegment(ctx context.Context, l *link, limit int64) (bool, error) {
	u.mu.Lock()
	s, ok := u.pieces.take(limit)
	u.mu.Unlock()
	if !ok {
		return false, nil
	}
	body := u.body(ctx, s)
	start := s.offset - s.offset%wire.BlockSize
	if err := readRange(ctx, u.src.f, start, s.offset, body.hasher, nil); err != nil {
		return false, u.src.fromReading(ctx, err)
	}
	reply, err := l.put(ctx, u.args(s), body)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sent(start, body)
	if err != nil {
		u.unsure++ // the segment stays taken until the next query
		return true, err
	}
	if reply.End != body.offset || reply.Received < body.offset-s.offset || reply.Received > u.src.size() {
		return true, &Error{Kind: ErrServer, Path: string(u.plan.path)}
	}
	u.pieces.give(s)
	for at := start; at < body.offset; at += wire.BlockSize {
		u.pieces.set(int(at/wire.BlockSize), min(wire.BlockSize, body.offset-at))
	}
	if len(u.pieces.taken) == 0 && u.pieces.missing() == 0 && reply.Received != u.src.size() && limit > u.src.size() {
		return true, &Error{Kind: ErrServer, Path: string(u.plan.path)}
	}
	return true, nil
}

// sent records the digests of the source blocks that body has read. u.mu is held.
func (u *upload) sent(start int64, body *watched) {
	first := int(start / wire.BlockSize)
	for k, d := range body.hasher.AllBlocks() {
		if i := first + k; body.offset >= int64(i)*wire.BlockSize+u.pieces.length(i) {
			u.pieces.know(i, d, body.hasher.Sum)
		}
	}
}
