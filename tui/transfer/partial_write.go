package transfer

import (
	"context"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// hintStep, in bytes, is how often a record is told what is there of a block
// when the partial has holes. What no line tells is fetched again.
const hintStep = 1 << 20

// take gives out a segment that nobody writes yet, at most limit bytes.
func (p *partial) take(limit int64) (segment, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pieces.take(limit)
}

func (p *partial) give(s segment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pieces.give(s)
}

// stretch writes a segment of a partial in order and digests it.
type stretch struct {
	p      *partial
	first  int            // the block that the hasher begins with
	hasher *digest.Hasher // of everything from that block on
	offset int64          // of the next byte
}

// stretch begins to write at offset, which is where the bytes that are there
// of a block end. These are read, so that the block can be digested.
func (p *partial) stretch(ctx context.Context, offset int64) (*stretch, error) {
	s := &stretch{p: p, first: int(offset / wire.BlockSize), offset: offset}
	s.hasher = digest.From(int64(s.first))
	start := offset - offset%wire.BlockSize
	return s, readRange(ctx, p.f, start, offset, s.hasher, nil)
}

// Write writes b behind what came before.
func (s *stretch) Write(b []byte) (written int, err error) {
	for len(b) > 0 {
		n := min(int64(len(b)), wire.BlockSize-s.offset%wire.BlockSize)
		if err := s.p.reach(s.offset); err != nil {
			return written, err
		}
		m, err := s.p.f.WriteAt(b[:n], s.offset)
		_, _ = s.hasher.Write(b[:m])
		if logErr := s.wrote(m); err == nil {
			err = logErr
		}
		written += m
		if err != nil {
			return written, err
		}
		b = b[m:]
	}
	return written, nil
}

// reach has the record say that there are holes before one is made.
func (p *partial) reach(offset int64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.holes || offset <= p.end {
		return nil
	}
	lines := []byte(holesLine + "\n")
	for i, b := range p.pieces.list {
		if b.bytes > 0 && !p.pieces.whole(i) {
			lines = append(lines, bytesLine(i, b.bytes)...)
		}
	}
	p.holes = true
	_, err := p.record.Write(lines)
	return err
}

// wrote notes that n bytes more are on the disk.
func (s *stretch) wrote(n int) error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	i := int(s.offset / wire.BlockSize)
	before := s.offset % wire.BlockSize
	s.offset += int64(n)
	s.p.end = max(s.p.end, s.offset)
	there := before + int64(n)
	s.p.pieces.set(i, there)
	switch {
	case s.p.pieces.whole(i):
		return s.p.learn(i, s.block(i), s.hasher.Sum)
	case s.p.holes && there/hintStep != before/hintStep:
		_, err := s.p.record.WriteString(bytesLine(i, int32(there))) //nolint:gosec // at most a block
		return err
	default:
		return nil
	}
}

// block returns the digest of block i, of which all has gone through the hasher.
func (s *stretch) block(i int) wire.Digest { return blockAt(s.hasher, int64(i-s.first)) }

// learn notes the digest of block i, which this process has seen on its way to
// the disk or read from there. root is asked for that of a file of one block.
// p.mu is held.
func (p *partial) learn(i int, block wire.Digest, root func() wire.Digest) error {
	p.pieces.know(i, block, root)
	p.pieces.at(i).fresh = true
	if p.pieces.count() == 1 {
		return nil // it is soon read again, and thousands of small files need no line
	}
	if _, err := p.record.WriteString(digestLine(i, block)); err != nil {
		return err
	}
	if p.flushed {
		return nil
	}
	p.flushed = true
	return p.record.Sync() // from now on there is work to lose with it
}

// stale returns the blocks that are known by the record alone, and the only
// block of a file when that does not tell the digest of the whole.
func (p *partial) stale() (blocks []int, bytes int64) {
	rootless := p.pieces.count() == 1 && p.pieces.root == nil
	for i, b := range p.pieces.list {
		if p.pieces.whole(i) && (!b.fresh || rootless) {
			blocks = append(blocks, i)
			bytes += p.pieces.length(i)
		}
	}
	return blocks, bytes
}

// read digests what the disk has of block i.
func (p *partial) read(ctx context.Context, i int, count *progress) error {
	hasher := digest.From(int64(i))
	start := int64(i) * wire.BlockSize
	if err := readRange(ctx, p.f, start, start+p.pieces.length(i), hasher, count); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.learn(i, blockAt(hasher, 0), hasher.Sum)
}

// mend begins to write block i anew. Nothing is known of it until all is there.
func (p *partial) mend(i int) *stretch {
	p.mu.Lock()
	defer p.mu.Unlock()
	*p.pieces.at(i) = block{bytes: p.pieces.at(i).bytes}
	p.pieces.set(i, 0)
	p.pieces.root = nil
	return &stretch{p: p, first: i, hasher: digest.From(int64(i)), offset: int64(i) * wire.BlockSize}
}
