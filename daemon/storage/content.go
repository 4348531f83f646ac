package storage

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// content is an open file. The descriptor holds on to the inode, so what is
// renamed over its name does not matter.
type content struct {
	disk   *Disk
	folder string // the account's
	path   wire.Path
	file   *os.File
	info   fs.FileInfo // when it was opened
	entry  wire.Entry
	digest *wire.Digest
}

var _ Content = (*content)(nil)

// facts are what reading a whole file has told.
type facts struct {
	digest wire.Digest
	blocks []wire.Digest // all of them, the last one of what remains; nil when only the digest is known
}

// Open implements Drive.
func (d *drive) Open(_ context.Context, path wire.Path, version wire.Version) (Content, error) {
	c, err := d.open(path, version)
	if err != nil {
		return nil, refuse(wire.Get, path, err)
	}
	return c, nil
}

func (d *drive) open(path wire.Path, version wire.Version) (*content, error) {
	parent, info, err := d.lookup(path)
	if err != nil {
		return nil, err
	}
	defer parent.Close()
	if info.IsDir() {
		return nil, wire.Errorf(wire.Invalid, "%s is a folder", path)
	}
	f, info, err := openFile(parent, string(path.Base()))
	if err != nil {
		return nil, err
	}
	c := &content{disk: d.disk, folder: d.folder, path: path, file: f, info: info, entry: entryOf(path.Base(), info)}
	if version != "" && version != c.entry.Version {
		return nil, errors.Join(errVersion(path), f.Close())
	}
	c.digest = d.disk.knownDigest(f, info, c.entry.Version)
	return c, nil
}

func errVersion(path wire.Path) error {
	return wire.Errorf(wire.Conflict, "%s has changed since: look again", path)
}

// knownDigest returns the digest of an open file if it is kept or remembered.
func (d *Disk) knownDigest(f *os.File, info fs.FileInfo, version wire.Version) *wire.Digest {
	if known := storedDigest(f, info); known != nil {
		return known
	}
	if known, ok := d.facts.get(version); ok {
		return &known.digest
	}
	return nil
}

// Entry implements Content.
func (c *content) Entry() wire.Entry { return c.entry }

// Digest implements Content.
func (c *content) Digest() *wire.Digest { return c.digest }

// Close implements Content.
func (c *content) Close() error { return c.file.Close() }

// ReadAt implements Content. It looks after the read whether the file is still
// what it was: a writer that came before the look is seen.
func (c *content) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.file.ReadAt(p, off)
	if changed := c.check(); changed != nil {
		return 0, changed
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = refuse(wire.Get, c.path, err)
	}
	return n, err
}

// check fails when the file was written to since it was opened.
func (c *content) check() error {
	now, err := c.file.Stat()
	if err != nil {
		return refuse(wire.Get, c.path, err)
	}
	if !sameContent(c.info, now) {
		return wire.Errorf(wire.Conflict, "%s was changed while it was read: look again", c.path)
	}
	return nil
}

// Blocks implements Content.
func (c *content) Blocks(ctx context.Context, length int64) (wire.Digest, []wire.Digest, error) {
	size := c.entry.Size
	if length < 0 || length > size {
		return wire.Digest{}, nil, wire.Errorf(wire.Invalid, "%s has %d bytes only", c.path, size)
	}
	known, ok := c.disk.facts.get(c.entry.Version)
	if (!ok || known.blocks == nil) && length < size && c.digest != nil {
		blocks, err := blocksOf(ctx, c, nil, length)
		return *c.digest, blocks, err
	}
	if !ok || known.blocks == nil {
		var err error
		if known, err = c.read(ctx); err != nil {
			return wire.Digest{}, nil, err
		}
	}
	if length == size {
		return known.digest, slices.Clone(known.blocks), nil
	}
	blocks, err := blocksOf(ctx, c, known.blocks, length)
	return known.digest, blocks, err
}

// read works out what the file is and remembers it.
func (c *content) read(ctx context.Context) (*facts, error) {
	h := new(digest.Hasher)
	if err := hashRange(ctx, h, c, 0, c.entry.Size); err != nil {
		return nil, err
	}
	known := &facts{digest: h.Sum(), blocks: h.AllBlocks()}
	if c.digest != nil && *c.digest != known.digest {
		return nil, c.disk.errDamaged(c.folder, c.path, *c.digest, known.digest)
	}
	// A writer that sets the mtime back shows in the version only.
	if now, err := c.file.Stat(); err == nil && versionOf(now) == c.entry.Version {
		c.disk.facts.put(c.entry.Version, known, 1+len(known.blocks))
	}
	return known, nil
}

// blocksOf returns the digests of the blocks of the first length bytes of r,
// where known are those of its whole blocks from the start on, as far as known.
func blocksOf(ctx context.Context, r io.ReaderAt, known []wire.Digest, length int64) ([]wire.Digest, error) {
	whole := min(int64(len(known)), length/wire.BlockSize)
	if whole*wire.BlockSize == length {
		return slices.Clone(known[:whole]), nil
	}
	h, from := digest.Resume(known[:whole], length)
	if err := hashRange(ctx, h, r, from, length); err != nil {
		return nil, err
	}
	return h.AllBlocks(), nil
}

// hashRange writes the bytes of r between two offsets to h. It ends with the
// context, since a file can be long.
func hashRange(ctx context.Context, h *digest.Hasher, r io.ReaderAt, from, to int64) error {
	buf := make([]byte, min(wire.ChunkSize, to-from))
	for from < to {
		if err := pace(ctx); err != nil {
			return err
		}
		n, err := r.ReadAt(buf[:min(int64(len(buf)), to-from)], from)
		_, _ = h.Write(buf[:n])
		from += int64(n)
		switch {
		case from == to:
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
	}
	return nil
}
