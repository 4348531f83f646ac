package transfer

import (
	"wangpan/wire"
	"wangpan/wire/digest"
)

// block is one block of a file that moves in pieces. What is there of it is
// always its beginning.
type block struct {
	digest wire.Digest // of the whole block; zero: not known
	bytes  int32       // that have arrived
	fresh  bool        // of a partial: this process has digested what is on the disk
}

// pieces are the blocks of a file of size bytes. Whoever shares it locks it.
type pieces struct {
	size    int64
	arrived int64   // bytes that have arrived
	list    []block // as far as something is known; behind it nothing is there
	first   int     // blocks before it are whole
	taken   []segment
	root    *wire.Digest // the digest of the whole, when that is one block and it is known
}

// segment is a run of bytes that one worker moves.
type segment struct{ offset, end int64 }

func (s segment) length() int64 { return s.end - s.offset }

// length is how long block i is.
func (p *pieces) length(i int) int64 {
	return min(wire.BlockSize, p.size-int64(i)*wire.BlockSize)
}

// count is how many blocks the file has.
func (p *pieces) count() int { return int(wire.BlockCount(p.size)) }

func (p *pieces) missing() int64 { return p.size - p.arrived }

// at returns block i to be changed; its bytes are changed by set.
func (p *pieces) at(i int) *block {
	if i >= len(p.list) {
		p.list = append(p.list, make([]block, i+1-len(p.list))...)
	}
	return &p.list[i]
}

// set notes that the first n bytes of block i are there. A block of which some
// are missing has no digest.
func (p *pieces) set(i int, n int64) {
	b := p.at(i)
	p.arrived += n - int64(b.bytes)
	b.bytes = int32(n) //nolint:gosec // at most a block
	if n < p.length(i) {
		p.first = min(p.first, i)
	}
}

// clear notes that nothing has arrived. What is known of the blocks stays.
func (p *pieces) clear() {
	for i := range p.list {
		p.list[i].bytes = 0
	}
	p.arrived, p.first = 0, 0
}

// know notes the digest of block i. root is asked for that of the whole when
// it is the only one.
func (p *pieces) know(i int, block wire.Digest, root func() wire.Digest) {
	p.at(i).digest = block
	if p.count() == 1 {
		sum := root()
		p.root = &sum
	}
}

// whole reports whether all of block i is there.
func (p *pieces) whole(i int) bool {
	return i < len(p.list) && int64(p.list[i].bytes) == p.length(i)
}

// prefix is how many bytes from the start are there without a hole.
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

// digests returns those of the blocks from the start, as far as they are known.
func (p *pieces) digests() (known []wire.Digest) {
	for _, b := range p.list {
		if b.digest == (wire.Digest{}) {
			break
		}
		known = append(known, b.digest)
	}
	return known
}

// sum returns the digest of the whole; false: not all of it is known.
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

// take gives out the first missing bytes that nobody has, at most limit or up
// to the end of a block: a run that ends where something is there again.
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

// takenAt returns the end of the segment that has the block at start.
func (p *pieces) takenAt(start int64) (int64, bool) {
	for _, t := range p.taken {
		if t.offset-t.offset%wire.BlockSize <= start && start < t.end {
			return t.end, true
		}
	}
	return 0, false
}

// runEnd is where a segment that begins in block i ends.
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

// give takes a segment back, whatever has become of it.
func (p *pieces) give(s segment) {
	for i, t := range p.taken {
		if t == s {
			p.taken = append(p.taken[:i], p.taken[i+1:]...)
			return
		}
	}
}

// startOf returns pieces of which the first n bytes are there, with the
// digests of the whole blocks among them.
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
