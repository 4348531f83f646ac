package transfer

import (
	"context"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// hintStep is the number of bytes of a block after which a partial with holes
// records them. Bytes that no line records are fetched again.
const hintStep = 1 << 20

// take reserves a missing segment of at most limit bytes.
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

// rangeWriter writes a segment of a partial in order and digests it.
type rangeWriter struct {
	p      *partial
	first  int            // the block that the hasher begins with
	hasher *digest.Hasher // of everything from that block on
	offset int64          // of the next byte
}

// writeFrom returns a writer that begins at offset, where the arrived bytes of a
// block end. It reads these bytes to digest the whole block.
func (p *partial) writeFrom(ctx context.Context, offset int64) (*rangeWriter, error) {
	w := &rangeWriter{p: p, first: int(offset / wire.BlockSize), offset: offset}
	w.hasher = digest.From(int64(w.first))
	start := offset - offset%wire.BlockSize
	return w, readRange(ctx, p.f, start, offset, w.hasher, nil)
}

// Write writes b after the previous bytes.
func (w *rangeWriter) Write(b []byte) (written int, err error) {
	for len(b) > 0 {
		n := min(int64(len(b)), wire.BlockSize-w.offset%wire.BlockSize)
		if err := w.p.reach(w.offset); err != nil {
			return written, err
		}
		m, err := w.p.f.WriteAt(b[:n], w.offset)
		_, _ = w.hasher.Write(b[:m])
		if logErr := w.wrote(m); err == nil {
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

// reach records that the partial has holes before a write at offset makes one.
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

// wrote records that n more bytes are in the file.
func (w *rangeWriter) wrote(n int) error {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	i := int(w.offset / wire.BlockSize)
	before := w.offset % wire.BlockSize
	w.offset += int64(n)
	w.p.end = max(w.p.end, w.offset)
	there := before + int64(n)
	w.p.pieces.set(i, there)
	switch {
	case w.p.pieces.whole(i):
		return w.p.learn(i, w.block(i), w.hasher.Sum)
	case w.p.holes && there/hintStep != before/hintStep:
		_, err := w.p.record.WriteString(bytesLine(i, int32(there))) //nolint:gosec // at most a block
		return err
	default:
		return nil
	}
}

// block returns the digest of block i, which must be complete.
func (w *rangeWriter) block(i int) wire.Digest { return blockAt(w.hasher, int64(i-w.first)) }

// learn records the digest of block i, which this process has written or read.
// root returns the digest of a file of one block. p.mu is held.
func (p *partial) learn(i int, block wire.Digest, root func() wire.Digest) error {
	p.pieces.know(i, block, root)
	p.pieces.at(i).fresh = true
	if p.pieces.count() == 1 {
		return nil // it is short, and thousands of small files need no line
	}
	if _, err := p.record.WriteString(digestLine(i, block)); err != nil {
		return err
	}
	if p.flushed {
		return nil
	}
	p.flushed = true
	return p.record.Sync() // losing the record now would repeat work
}

// stale returns the blocks whose digests come from the record alone, and the only
// block of a file when the digest of the file is unknown.
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

// read reads block i from the disk and digests it.
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

// rewriteBlock returns a writer that replaces block i. The block has no digest until
// it is complete.
func (p *partial) rewriteBlock(i int) *rangeWriter {
	p.mu.Lock()
	defer p.mu.Unlock()
	*p.pieces.at(i) = block{bytes: p.pieces.at(i).bytes}
	p.pieces.set(i, 0)
	p.pieces.root = nil
	return &rangeWriter{p: p, first: i, hasher: digest.From(int64(i)), offset: int64(i) * wire.BlockSize}
}
