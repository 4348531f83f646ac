// Package digest works out what a file is, in one pass over its bytes: the
// BLAKE3-256 of the whole (what b3sum prints) and the digest of each 4 MiB
// block, as package wire defines them.
//
// BLAKE3 is a binary tree over chunks of 1 KiB whose left side is always full.
// 4 MiB is 4,096 chunks, a power of two, so every whole block is one subtree
// of the file's tree, and the block digests, joined pairwise, give the digest
// of the whole. A [Hasher] keeps the block digests; [Resume] continues from
// them later, so that what was hashed once is not read again.
//
// A file that comes in pieces has a Hasher a piece, made by [From], and [Join]
// makes the digest of the whole from the digests of all its blocks.
package digest

import (
	"encoding/binary"
	"io"
	"math/bits"

	"lukechampine.com/blake3/guts"

	"wangpan/wire"
)

const (
	unitSize       = guts.MaxSIMD * guts.ChunkSize   // what one SIMD call takes
	chunksPerBlock = wire.BlockSize / guts.ChunkSize // counter step from block to block
)

// Hasher digests a file that is written to it from its start, or from that of
// a block (see From). It is an io.Writer that never fails. The zero Hasher is
// ready to use.
type Hasher struct {
	first  int64         // index of the block that it began with
	blocks []wire.Digest // whole blocks
	last   guts.Node     // root of the last of them, unfinished: the file's root if it stays the only one

	stack  [16][8]uint32 // roots of full subtrees of the open block, one a height
	units  uint64        // units in the stack; its bits say which heights are taken
	buf    [unitSize]byte
	buffed int
}

// Resume returns a Hasher that goes on behind the blocks given and the offset,
// in bytes, from which the file has to be written to it to reach size again.
// At least the last block is written again (4 MiB at most), so blocks may be
// those of all whole blocks below size.
func Resume(blocks []wire.Digest, size int64) (*Hasher, int64) {
	keep := min(int64(len(blocks)), max(size-1, 0)/wire.BlockSize)
	h := &Hasher{blocks: append([]wire.Digest(nil), blocks[:keep]...)}
	return h, keep * wire.BlockSize
}

// From returns a Hasher of a file from the start of the block of that index on.
// Its sizes and blocks count from there, and it has no Sum unless that is 0.
func From(block int64) *Hasher { return &Hasher{first: block} }

// Size returns how many bytes were digested.
func (h *Hasher) Size() int64 {
	return int64(len(h.blocks))*wire.BlockSize + int64(h.units)*unitSize + int64(h.buffed) //nolint:gosec // units < 256
}

// Write adds p. It never fails.
func (h *Hasher) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if h.buffed == unitSize {
			h.push(&h.buf)
			h.buffed = 0
		}
		room := unitSize - h.buffed
		if h.buffed == 0 && len(p) > unitSize && h.units < chunksPerBlock/guts.MaxSIMD-1 {
			h.push((*[unitSize]byte)(p))
			p = p[unitSize:]
			continue
		}
		taken := copy(h.buf[h.buffed:], p[:min(room, len(p))])
		h.buffed += taken
		p = p[taken:]
		if h.buffed == unitSize && h.units == chunksPerBlock/guts.MaxSIMD-1 {
			h.closeBlock()
		}
	}
	return n, nil
}

// push adds a full unit to the open block.
func (h *Hasher) push(unit *[unitSize]byte) {
	cv := guts.ChainingValue(guts.CompressBuffer(unit, unitSize, &guts.IV, h.counter(), 0))
	height := 0
	for ; h.units&(1<<height) != 0; height++ {
		cv = guts.ChainingValue(guts.ParentNode(h.stack[height], cv, &guts.IV, 0))
	}
	h.stack[height] = cv
	h.units++
}

// counter is the index of the chunk that begins at the buffer.
func (h *Hasher) counter() uint64 {
	return uint64(h.first+int64(len(h.blocks)))*chunksPerBlock + h.units*guts.MaxSIMD //nolint:gosec // below 2⁵³
}

// open returns the root of the open block as it stands.
func (h *Hasher) open() guts.Node {
	node := guts.CompressBuffer(&h.buf, h.buffed, &guts.IV, h.counter(), 0)
	for height := range bits.Len64(h.units) {
		if h.units&(1<<height) != 0 {
			node = guts.ParentNode(h.stack[height], guts.ChainingValue(node), &guts.IV, 0)
		}
	}
	return node
}

func (h *Hasher) closeBlock() {
	h.last = h.open()
	h.blocks = append(h.blocks, toDigest(guts.ChainingValue(h.last)))
	h.units, h.buffed = 0, 0
}

// Blocks returns the digests of the whole blocks so far. It belongs to the
// Hasher: copy it to keep it across a Write.
func (h *Hasher) Blocks() []wire.Digest { return h.blocks }

// AllBlocks returns the digests of all blocks, the last one as it stands.
func (h *Hasher) AllBlocks() []wire.Digest {
	all := append([]wire.Digest(nil), h.blocks...)
	if h.units > 0 || h.buffed > 0 {
		all = append(all, h.Last())
	}
	return all
}

// Last returns the digest of the block that was written to last, as it stands.
// Something must have been written.
func (h *Hasher) Last() wire.Digest {
	if h.units > 0 || h.buffed > 0 {
		return toDigest(guts.ChainingValue(h.open()))
	}
	return h.blocks[len(h.blocks)-1]
}

// Sum returns the digest of everything written so far; more may follow. After
// Resume it is not defined before the bytes from the offset on were written.
func (h *Hasher) Sum() wire.Digest {
	node := h.last
	rest := h.blocks
	switch {
	case h.units > 0 || h.buffed > 0 || len(h.blocks) == 0:
		node = h.open()
	default:
		rest = rest[:len(rest)-1]
	}
	return root(subtrees(rest), len(rest), node)
}

// Join returns the digest of a file from those of all its blocks, in their
// order. It is false when there are fewer than two: the root of the tree then
// lies within the block, and only who reads it can tell.
func Join(blocks []wire.Digest) (wire.Digest, bool) {
	if len(blocks) < 2 {
		return wire.Digest{}, false
	}
	n := len(blocks) - 1
	left, low := subtrees(blocks[:n]), bits.TrailingZeros(uint(n))
	node := guts.ParentNode(left[low], fromDigest(blocks[n]), &guts.IV, 0)
	return root(left, n&^(1<<low), node), true
}

// forest is the roots of the full subtrees over the beginning of a file, by
// their height in blocks. The bits of the number of blocks say which are there.
type forest [64][8]uint32

func subtrees(blocks []wire.Digest) *forest {
	f := new(forest)
	for i, block := range blocks {
		cv, height := fromDigest(block), 0
		for ; i&(1<<height) != 0; height++ {
			cv = guts.ChainingValue(guts.ParentNode(f[height], cv, &guts.IV, 0))
		}
		f[height] = cv
	}
	return f
}

// root returns the digest of a file: left are the subtrees over its first n
// blocks, and node is over the rest.
func root(left *forest, n int, node guts.Node) wire.Digest {
	for height := range bits.Len(uint(n)) {
		if n&(1<<height) != 0 {
			node = guts.ParentNode(left[height], guts.ChainingValue(node), &guts.IV, 0)
		}
	}
	node.Flags |= guts.FlagRoot
	words := guts.CompressNode(node)
	return toDigest([8]uint32(words[:8]))
}

// Read digests everything that r has.
func Read(r io.Reader) (*Hasher, error) {
	h := new(Hasher)
	_, err := io.CopyBuffer(struct{ io.Writer }{h}, r, make([]byte, wire.ChunkSize))
	return h, err
}

func toDigest(words [8]uint32) (d wire.Digest) {
	for i, w := range words {
		binary.LittleEndian.PutUint32(d[4*i:], w)
	}
	return d
}

func fromDigest(d wire.Digest) (words [8]uint32) {
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(d[4*i:])
	}
	return words
}
