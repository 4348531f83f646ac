package transfer

import (
	"context"
	"io"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// agreement is how far a local file and the server's digests are the same.
type agreement struct {
	bytes  int64         // from the start
	blocks []wire.Digest // of the whole blocks among them
}

// agree compares the first length bytes of f with the digests theirs and stops
// at the first block that differs. known are digests of whole blocks that need
// not be read.
func agree(ctx context.Context, f io.ReaderAt, known []wire.Digest, length int64, theirs []wire.Digest, count *progress) (agreement, error) {
	known = known[:min(int64(len(known)), length/wire.BlockSize)]
	for i, block := range known {
		if block != theirs[i] {
			return agreement{int64(i) * wire.BlockSize, known[:i]}, nil
		}
	}
	hasher, offset := digest.Resume(known, length)
	for offset < length {
		i := offset / wire.BlockSize
		end := min(offset+wire.BlockSize, length)
		if err := readRange(ctx, f, offset, end, hasher, count); err != nil {
			return agreement{}, err
		}
		if blockAt(hasher, i) != theirs[i] {
			return agreement{offset, hasher.Blocks()[:i]}, nil
		}
		offset = end
	}
	return agreement{length, hasher.Blocks()}, nil
}

// blockAt returns the digest of the i-th block, the last one that h has.
func blockAt(h *digest.Hasher, i int64) wire.Digest {
	if whole := h.Blocks(); int64(len(whole)) > i {
		return whole[i]
	}
	all := h.AllBlocks()
	return all[len(all)-1]
}

// sumOf returns the digest of a file of size bytes with the block digests
// blocks. Only its last block is read.
func sumOf(ctx context.Context, f io.ReaderAt, blocks []wire.Digest, size int64) (*digest.Hasher, error) {
	hasher, offset := digest.Resume(blocks[:min(int64(len(blocks)), size/wire.BlockSize)], size)
	return hasher, readRange(ctx, f, offset, size, hasher, nil)
}
