package transfer

import (
	"wangpan/wire"
	"wangpan/wire/digest"
)

// block is one block of a file. The bytes that have arrived are its beginning.
type block struct {
	digest wire.Digest // of the whole block; zero: unknown
	bytes  int32       // that have arrived
	fresh  bool        // of a partial: this process computed the digest
}

// pieces are the blocks of a file of size bytes. They are not safe for concurrent use.
type pieces struct {
	size    int64
	arrived int64   // bytes that have arrived
	list    []block // up to the last known one
	first   int     // blocks before it are whole
	taken   []segment
	root    *wire.Digest // the digest of a file of one block; nil: unknown
}

// segment is a range of bytes that one worker moves.
type segment struct{ offset, end int64 }

func (s segment) length() int64 { return s.end - s.offset }

// length returns the length of block i in bytes.
func (p *pieces) length(i int) int64 {
	return min(wire.BlockSize, p.size-int64(i)*wire.BlockSize)
}

// count returns the number of blocks of the file.
func (p *pieces) count() int { return int(wire.BlockCount(p.size)) }

func (p *pieces) missing() int64 { return p.size - p.arrived }

// at returns block i for a change. Use set to change its bytes.
func (p *pieces) at(i int) *block {
	if i >= len(p.list) {
		p.list = append(p.list, make([]block, i+1-len(p.list))...)
	}
	return &p.list[i]
}

// set records that the first n bytes of block i have arrived.
func (p *pieces) set(i int, n int64) {
	b := p.at(i)
	p.arrived += n - int64(b.bytes)
	b.bytes = int32(n) //nolint:gosec // at most a block
	if n < p.length(i) {
		p.first = min(p.first, i)
	}
}

// clear records that nothing has arrived. It keeps the digests.
func (p *pieces) clear() {
	for i := range p.list {
		p.list[i].bytes = 0
	}
	p.arrived, p.first = 0, 0
}

// know records the digest of block i. root returns the digest of a file of one block.
func (p *pieces) know(i int, block wire.Digest, root func() wire.Digest) {
	p.at(i).digest = block
	if p.count() == 1 {
		sum := root()
		p.root = &sum
	}
}

// whole reports whether all of block i has arrived.
func (p *pieces) whole(i int) bool {
	return i < len(p.list) && int64(p.list[i].bytes) == p.length(i)
}

// prefix returns the number of bytes before the first missing one.
func (p *pieces) prefix() int64 {
	i := 0
	for i < len(p.list) && p.whole(i) {
		i++
	}
	n := min(int64(i)*wire.BlockSize, p.size)
	if i < len(p.list) {
		n += int64(p.list[i].bytes)
	}
	return n
}

// digests returns the digests of the blocks before the first unknown one.
func (p *pieces) digests() (known []wire.Digest) {
	for _, b := range p.list {
		if b.digest == (wire.Digest{}) {
			break
		}
		known = append(known, b.digest)
	}
	return known
}

// sum returns the digest of the file. It returns false if it is unknown.
func (p *pieces) sum() (wire.Digest, bool) {
	switch known := p.digests(); {
	case p.size == 0:
		return new(digest.Hasher).Sum(), true
	case len(known) < p.count():
		return wire.Digest{}, false
	case len(known) == 1:
		if p.root == nil {
			return wire.Digest{}, false
		}
		return *p.root, true
	default:
		return digest.Join(known)
	}
}

// take reserves the first missing segment that no worker has. It ends at an arrived byte
// or at the end of a block, after about limit bytes.
func (p *pieces) take(limit int64) (segment, bool) {
	for p.whole(p.first) {
		p.first++
	}
	for i := p.first; i < p.count(); i++ {
		start := int64(i) * wire.BlockSize
		if end, taken := p.takenAt(start); taken {
			i = int(wire.BlockCount(end)) - 1
			continue
		}
		if p.whole(i) {
			continue
		}
		s := segment{offset: start, end: p.runEnd(i, limit)}
		if i < len(p.list) {
			s.offset += int64(p.list[i].bytes)
		}
		p.taken = append(p.taken, s)
		return s, true
	}
	return segment{}, false
}

// takenAt returns the end of the reserved segment that contains the block at start.
func (p *pieces) takenAt(start int64) (int64, bool) {
	for _, t := range p.taken {
		if t.offset-t.offset%wire.BlockSize <= start && start < t.end {
			return t.end, true
		}
	}
	return 0, false
}

// runEnd returns the end of a segment that begins in block i.
func (p *pieces) runEnd(i int, limit int64) int64 {
	start := int64(i) * wire.BlockSize
	end := p.size
	if limit < end-start {
		end = start + max(limit/wire.BlockSize, 1)*wire.BlockSize
	}
	for _, t := range p.taken {
		if t.offset > start {
			end = min(end, t.offset-t.offset%wire.BlockSize)
		}
	}
	for j := i + 1; j < len(p.list); j++ {
		if at := int64(j) * wire.BlockSize; at >= end || p.list[j].bytes > 0 {
			return min(end, at)
		}
	}
	return end
}

// give releases a reserved segment.
func (p *pieces) give(s segment) {
	for i, t := range p.taken {
		if t == s {
			p.taken = append(p.taken[:i], p.taken[i+1:]...)
			return
		}
	}
}

// startOf returns pieces of which the first n bytes have arrived. blocks are the digests
// of the whole blocks among them.
func startOf(size, n int64, blocks []wire.Digest) *pieces {
	p := &pieces{size: size}
	for i := range int(wire.BlockCount(n)) {
		p.set(i, min(p.length(i), n-int64(i)*wire.BlockSize))
		if i < len(blocks) && p.whole(i) {
			p.at(i).digest = blocks[i]
		}
	}
	return p
}
