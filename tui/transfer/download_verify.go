package transfer

import (
	"cmp"
	"context"
	"os"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// maxRepairs is how often bad blocks are fetched again before the transfer
// says that something damages them.
const maxRepairs = 3

// verify makes sure that the complete partial is the server's version. What
// this process has not digested itself is read, and blocks that are wrong are
// fetched again. The error is wire.Conflict when the server has another version
// by now.
func (d *download) verify(ctx context.Context, l *link) error {
	if err := d.reread(ctx); err != nil {
		return err
	}
	if d.plan.digest != nil && d.part.hasher.Sum() == *d.plan.digest {
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
		bad := different(d.part.hasher.AllBlocks(), theirs)
		if len(bad) == 0 {
			if want := cmp.Or(reply.Digest, d.plan.digest); want != nil && *want != d.part.hasher.Sum() {
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

// reread digests the part of the partial that is known by its record alone, so
// that the hasher says what is on the disk.
func (d *download) reread(ctx context.Context) error {
	if d.part.unread == 0 {
		return nil
	}
	d.count.enter(Verifying, d.part.unread)
	recorded := d.part.hasher.AllBlocks()
	read := new(digest.Hasher)
	if err := readRange(ctx, d.part.f, 0, d.part.unread, read, d.count); err != nil {
		return fromReading(ctx, d.part.path, err)
	}
	d.part.unread = 0
	found := read.AllBlocks()
	if len(different(found, recorded[:len(found)])) == 0 {
		return nil
	}
	return d.rehash(ctx, append(found, recorded[len(found):]...))
}

// rehash makes the hasher continue from blocks, of which the last one is read.
func (d *download) rehash(ctx context.Context, blocks []wire.Digest) error {
	hasher, err := sumOf(ctx, d.part.f, blocks, d.part.size)
	if err != nil {
		return fromReading(ctx, d.part.path, err)
	}
	d.part.hasher = hasher
	return fromDisk(ErrDisk, d.job.Local, d.part.rewrite(d.part.header))
}

// different returns the indices at which ours and theirs are not the same.
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
	blocks := d.part.hasher.AllBlocks()
	for _, i := range bad {
		offset := i * wire.BlockSize
		length := min(wire.BlockSize, d.plan.entry.Size-offset)
		hasher, _ := digest.Resume(blocks[:i], offset+1) // at the beginning of block i
		args := wire.GetArgs{Path: d.job.Remote, Version: d.plan.entry.Version, Offset: offset}
		if _, err := l.get(ctx, args, length, &mending{ctx: ctx, d: d, hasher: hasher, offset: offset}); err != nil {
			return err
		}
		blocks[i] = blockAt(hasher, i)
	}
	return d.rehash(ctx, blocks)
}

// mending overwrites a part of the partial.
type mending struct {
	ctx    context.Context // that of the attempt
	d      *download
	hasher *digest.Hasher
	offset int64
}

func (m *mending) Write(b []byte) (n int, err error) {
	if err := m.d.count.pass(m.ctx, len(b)); err != nil {
		return 0, err
	}
	err = m.d.count.onDisk(func() error {
		n, err = m.d.part.f.WriteAt(b, m.offset)
		return err
	})
	m.offset += int64(n)
	_, _ = m.hasher.Write(b[:n])
	m.d.count.repair(n)
	return n, fromDisk(ErrDisk, m.d.job.Local, err)
}

// readWhole digests the first size bytes of f.
func readWhole(ctx context.Context, f *os.File, size int64, count *progress) (*digest.Hasher, error) {
	hasher := new(digest.Hasher)
	return hasher, readRange(ctx, f, 0, size, hasher, count)
}
