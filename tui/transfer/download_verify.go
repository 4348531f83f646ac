package transfer

import (
	"cmp"
	"context"
	"io"
	"os"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// maxRepairs is the number of repairs after which a transfer fails with ErrDamaged.
const maxRepairs = 3

// verify compares the complete partial with the server's version. It reads the blocks
// that this process has not digested, and fetches damaged blocks again. The error is
// wire.Conflict if the file on the server has changed.
func (d *download) verify(ctx context.Context, l *link) error {
	if err := d.reread(ctx); err != nil {
		return err
	}
	if want := d.digest.Load(); want != nil && d.is(*want) {
		return nil
	}
	args := wire.BlocksArgs{Path: d.job.Remote, Version: d.plan.entry.Version}
	for range maxRepairs {
		d.count.enter(Verifying, 0)
		reply, theirs, err := l.blocks(ctx, args, -1)
		if err != nil {
			return err
		}
		if reply.Size != d.plan.entry.Size {
			return &Error{Kind: ErrServer, Path: string(d.job.Remote)}
		}
		bad := different(d.part.pieces.digests(), theirs)
		if len(bad) == 0 {
			if want := cmp.Or(reply.Digest, d.digest.Load()); want != nil && !d.is(*want) {
				return &Error{Kind: ErrServer, Path: string(d.job.Remote)}
			}
			return nil
		}
		if err := d.repair(ctx, l, bad); err != nil {
			return err
		}
	}
	return &Error{Kind: ErrDamaged, Path: d.job.Local}
}

// is reports whether want is the digest of the partial.
func (d *download) is(want wire.Digest) bool {
	sum, ok := d.part.pieces.sum()
	return ok && sum == want
}

// reread reads the blocks whose digests come from the record alone.
func (d *download) reread(ctx context.Context) error {
	blocks, bytes := d.part.stale()
	if len(blocks) == 0 {
		return nil
	}
	d.count.enter(Verifying, bytes)
	for _, i := range blocks {
		if err := d.part.read(ctx, i, d.count); err != nil {
			return fromReading(ctx, d.part.path, err)
		}
	}
	return nil
}

// different returns the indices at which ours and theirs differ.
func different(ours, theirs []wire.Digest) (bad []int64) {
	for i := range max(len(ours), len(theirs)) {
		if i >= len(ours) || i >= len(theirs) || ours[i] != theirs[i] {
			bad = append(bad, int64(i))
		}
	}
	return bad
}

// repair fetches the blocks bad again.
func (d *download) repair(ctx context.Context, l *link, bad []int64) error {
	d.count.enter(Repairing, 0)
	for _, i := range bad {
		length := d.part.pieces.length(int(i))
		args := wire.GetArgs{Path: d.job.Remote, Version: d.plan.entry.Version, Offset: i * wire.BlockSize}
		into := &arriving{ctx: ctx, d: d, into: d.part.rewriteBlock(int(i)), moved: d.count.repair}
		if _, err := l.get(ctx, args, length, into); err != nil {
			return err
		}
	}
	return nil
}

// readWhole digests the first size bytes of f.
func readWhole(ctx context.Context, f *os.File, size int64, count *progress) (*digest.Hasher, error) {
	hasher := new(digest.Hasher)
	return hasher, readRange(ctx, f, 0, size, hasher, count)
}

// agreement is the beginning that a local file and the remote file share.
type agreement struct {
	bytes  int64         // from the start
	blocks []wire.Digest // of the whole blocks among them
}

// agree compares the first length bytes of f with the digests theirs up to the first
// block that differs. It does not read the blocks with known digests.
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

// blockAt returns the digest of block i, which is the last one of h.
func blockAt(h *digest.Hasher, i int64) wire.Digest {
	if whole := h.Blocks(); int64(len(whole)) > i {
		return whole[i]
	}
	all := h.AllBlocks()
	return all[len(all)-1]
}

// sumOf digests a file of size bytes with the given block digests. It reads only the
// last block.
func sumOf(ctx context.Context, f io.ReaderAt, blocks []wire.Digest, size int64) (*digest.Hasher, error) {
	hasher, offset := digest.Resume(blocks[:min(int64(len(blocks)), size/wire.BlockSize)], size)
	return hasher, readRange(ctx, f, offset, size, hasher, nil)
}
