package storage

import (
	"cmp"
	"io/fs"
	"iter"
	"slices"
	"sync"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// piece is what is there of one block of an upload: so many bytes from the
// block's beginning on, without a gap.
type piece struct {
	have     int64
	digest   wire.Digest // of these bytes, once nobody writes the block
	recorded bool        // the digest is in the blocks file; only of a whole block
	replaced int64       // bytes that were there when its writer began it anew, until that has finished
	resets   uint        // how often the block was begun anew
}

// pieces is what is there of an upload, block by block. It is kept in memory
// between requests, so that commit need not read what put has just digested.
// It takes about 100 bytes for each block that has come, and none for others.
type pieces struct {
	size int64 // of the whole file

	mu       sync.Mutex
	at       map[int64]*piece // by the index of the block
	received int64            // the sum of what they have
	fresh    []int64          // whole blocks that were not recorded when they became whole
	unsynced int64            // bytes that came since the last flush began

	root   *wire.Digest   // of a file of one block, when it is whole
	tail   *digest.Hasher // of what was written last; nil when that ended with a block
	tailAt int64          // the offset that tail has reached

	closed fs.FileInfo // of the data, when it was closed
}

func newPieces(size int64) *pieces {
	return &pieces{size: size, at: make(map[int64]*piece)}
}

// cost is about what p takes in memory, in blocks.
func (p *pieces) cost() int { return hasherCost + len(p.at) }

// blockLength is how many bytes a block of a file of this size has.
func blockLength(size, block int64) int64 {
	return min(wire.BlockSize, size-block*wire.BlockSize)
}

// have is how many bytes of a block are there.
func (p *pieces) have(block int64) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one := p.at[block]; one != nil {
		return one.have
	}
	return 0
}

// found adds a block that lies on the disk, with its recorded digest or zero.
func (p *pieces) found(block, have int64, recorded wire.Digest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at[block] = &piece{have: have, digest: recorded, recorded: recorded != wire.Digest{}}
	p.received += have
}

// digested notes the digest of a block that was found, which h has read.
func (p *pieces) digested(block int64, h *digest.Hasher) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.at[block]
	one.digest = h.Last()
	p.unsynced += one.have
	p.finish(block, h)
}

// add counts n bytes that h has digested last and that end at this offset.
func (p *pieces) add(n int64, h *digest.Hasher, end int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	block := (end - 1) / wire.BlockSize
	one := p.at[block]
	if one == nil {
		one = new(piece)
		p.at[block] = one
	}
	one.have += n
	p.received += n
	p.unsynced += n
	p.finish(block, h)
}

// finish notes that a block is whole, if it is. The caller holds p.mu.
func (p *pieces) finish(block int64, h *digest.Hasher) {
	one := p.at[block]
	if one.have < blockLength(p.size, block) {
		return
	}
	one.digest = h.Last()
	p.fresh = append(p.fresh, block)
	if p.size <= wire.BlockSize {
		sum := h.Sum()
		p.root = &sum
	}
}

// restart begins a block anew: have counts what is written from now on, and
// replaced remembers how much was there.
func (p *pieces) restart(block int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.at[block]
	p.received -= one.have
	p.at[block] = &piece{resets: one.resets + 1, replaced: max(one.have, one.replaced)}
	p.root = nil
	if p.tail != nil && p.tailAt/wire.BlockSize == block {
		p.tail = nil
	}
}

// kept returns how many bytes are in the place of a block: those written since
// it was begun anew, and behind them those from before.
func (p *pieces) kept(block int64) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one := p.at[block]; one != nil {
		return max(one.have, one.replaced)
	}
	return 0
}

// settle ends the replacement of a block: only what have counts is there.
func (p *pieces) settle(block int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one := p.at[block]; one != nil {
		one.replaced = 0
	}
}

// park keeps the digest of a block that was left in the middle, and the hasher
// for the one who goes on there.
func (p *pieces) park(h *digest.Hasher, end int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at[end/wire.BlockSize].digest = h.Last()
	p.tail, p.tailAt = h, end
}

// resume returns the hasher that has reached this offset, if it was kept.
func (p *pieces) resume(offset int64) *digest.Hasher {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.tail
	if h == nil || p.tailAt != offset {
		return nil
	}
	p.tail = nil
	return h
}

// held is a block of which something is there, and the digest of that.
type held struct {
	block  int64
	digest wire.Digest
}

// there returns the blocks of which something is there, in their order, and
// which of them have only a beginning. It takes what has come, and not what was
// announced.
func (p *pieces) there() ([]held, []wire.Unfinished) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]held, 0, len(p.at))
	var unfinished []wire.Unfinished
	for block, one := range p.at {
		if one.have == 0 {
			continue
		}
		all = append(all, held{block, one.digest})
		if one.have < blockLength(p.size, block) {
			unfinished = append(unfinished, wire.Unfinished{Block: block, Bytes: one.have})
		}
	}
	slices.SortFunc(all, func(a, b held) int { return cmp.Compare(a.block, b.block) })
	slices.SortFunc(unfinished, func(a, b wire.Unfinished) int { return cmp.Compare(a.Block, b.Block) })
	return all, unfinished
}

// everyBlock is the digest of each of so many blocks, zero for one of which
// nothing is there.
func everyBlock(all []held, blocks int64) iter.Seq[wire.Digest] {
	return func(yield func(wire.Digest) bool) {
		rest := all
		for block := range blocks {
			var d wire.Digest
			if len(rest) > 0 && rest[0].block == block {
				d, rest = rest[0].digest, rest[1:]
			}
			if !yield(d) {
				return
			}
		}
	}
}

// finished is a whole block on its way into the blocks file.
type finished struct {
	block  int64
	digest wire.Digest
	resets uint // of the piece, to tell whether it was begun anew meanwhile
}

// unflushed is how many bytes came since takeFresh.
func (p *pieces) unflushed() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.unsynced
}

// takeFresh returns the blocks to record behind the flush that now begins, in
// their order.
func (p *pieces) takeFresh() (whole []finished) {
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.Sort(p.fresh)
	for _, block := range slices.Compact(p.fresh) {
		one := p.at[block]
		if !one.recorded && one.have == blockLength(p.size, block) {
			whole = append(whole, finished{block, one.digest, one.resets})
		}
	}
	p.fresh, p.unsynced = nil, 0
	return whole
}

// record notes that the first blocks of the list are recorded, and returns
// them: those that follow one another and were not begun anew.
func (p *pieces) record(whole []finished) []finished {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n, one := range whole {
		here := p.at[one.block]
		if here.resets != one.resets || one.block != whole[0].block+int64(n) {
			return whole[:n]
		}
		here.recorded = true
	}
	return whole
}

// recorded tells whether the digest of a block is in the blocks file.
func (p *pieces) recorded(block int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at[block].recorded
}

// bytes is how many are there.
func (p *pieces) bytes() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.received
}
