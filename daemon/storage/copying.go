package storage

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// copyChunk is how many bytes are copied between two looks at the context, and
// between two words of how far it is.
const copyChunk = 8 << 20

// copyFolder copies what can be served. What is removed from it meanwhile is not
// in the copy.
func (c *copying) copyFolder(from *os.Root, name string, to *os.Root, target string, sync bool) error {
	src, err := enter(from, name)
	if err != nil {
		return err
	}
	defer src.Close()
	if err := c.use(room{entries: 1}); err != nil {
		return err
	}
	if err := to.Mkdir(target, 0o700); err != nil {
		return err
	}
	if err := to.Chmod(target, 0o700); err != nil { // the umask may have taken some
		return err
	}
	dst, err := enter(to, target)
	if err != nil {
		return err
	}
	defer dst.Close()
	c.level++
	err = c.entries(src, dst, sync)
	c.level--
	if err != nil {
		return err
	}
	info, err := src.Lstat(".")
	if err != nil {
		return err
	}
	c.all.folders++
	if err := to.Chtimes(target, time.Time{}, info.ModTime()); err != nil {
		return fmt.Errorf("set the time: %w", err)
	}
	if sync {
		return syncRoot(dst)
	}
	return nil
}

func (c *copying) entries(src, dst *os.Root, sync bool) error {
	f, err := src.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		batch, err := f.ReadDir(readBatch)
		for _, entry := range batch {
			if err := pace(c.ctx); err != nil {
				return err
			}
			if _, bad := wire.ParseName(entry.Name()); bad != nil || !servable(entry.Type()) {
				continue // it has no name in this protocol
			}
			if c.level > c.levels {
				return errDeep(c.args.To)
			}
			do := c.copyFile
			if entry.IsDir() {
				do = c.copyFolder
			}
			above := c.path
			c.path = above + "/" + wire.Path(entry.Name())
			if err := do(src, entry.Name(), dst, entry.Name(), sync); err != nil && !isMissing(err) {
				return err
			}
			c.path = above
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// use takes so much of what was reserved.
func (c *copying) use(part room) error {
	if c.room = c.room.minus(part); c.room.bytes < 0 || c.room.entries < 0 {
		return wire.Errorf(wire.Conflict, "%s has grown while it was copied: try again", c.args.From)
	}
	return nil
}

// copyFile copies one file with its time, and its digest if that is known.
func (c *copying) copyFile(from *os.Root, name string, to *os.Root, target string, sync bool) error {
	src, info, err := openFile(from, name)
	if err != nil {
		return err
	}
	defer src.Close()
	if c.args.Version != "" && versionOf(info) != c.args.Version { // replaced since it was looked at
		return errVersion(c.args.From)
	}
	if err := c.use(room{bytes: info.Size(), entries: 1}); err != nil {
		return err
	}
	dst, err := createFile(to, target)
	if err != nil {
		return err
	}
	known := c.disk.knownDigest(src, info, versionOf(info))
	err = c.contents(src, info, dst, known)
	if err == nil {
		err = setExecutable(dst, isExecutable(info))
	}
	if err == nil {
		err = to.Chtimes(target, time.Time{}, info.ModTime())
	}
	if err == nil {
		err = c.keepDigest(known, dst)
	}
	if err == nil && sync {
		err = dst.Sync()
	}
	c.all.add(sum{bytes: info.Size(), files: 1})
	c.tell(0)
	return errors.Join(err, dst.Close())
}

// contents copies the bytes of a file, or lets two files share them where the
// file system can. Where the digest is known, the bytes are read in either case:
// damage must not be copied as if it were what was uploaded.
func (c *copying) contents(src *os.File, info fs.FileInfo, dst *os.File, known *wire.Digest) error {
	var hasher *digest.Hasher
	if known != nil {
		hasher = new(digest.Hasher)
	}
	if !c.plain && info.Size() > 0 && cloneFile(src, dst) != nil {
		c.plain = true
		if err := c.diskHas(c.room.bytes + info.Size()); err != nil {
			return err
		}
	}
	var err error
	switch {
	case c.plain:
		err = c.bytes(src, info.Size(), dst, hasher)
	case hasher != nil:
		err = c.bytes(src, info.Size(), nil, hasher)
	}
	if err != nil {
		return err
	}
	now, err := src.Stat()
	if err == nil && !sameContent(info, now) {
		err = errWritten(c.args.From)
	}
	if err == nil && hasher != nil {
		if sum := hasher.Sum(); sum != *known {
			err = c.disk.errDamaged(c.folder, c.path, *known, sum)
		}
	}
	return err
}

// bytes copies so many bytes to dst, unless that is nil, and to hasher, unless
// that is nil.
func (c *copying) bytes(src *os.File, size int64, dst *os.File, hasher *digest.Hasher) error {
	for done := int64(0); size > 0; c.tell(done) {
		if err := pace(c.ctx); err != nil {
			return err
		}
		if dst != nil {
			if err := c.diskGoesOn(min(size, copyChunk)); err != nil {
				return err
			}
		}
		n, err := c.chunk(src, min(size, copyChunk), dst, hasher)
		size, done = size-n, done+n
		if errors.Is(err, io.EOF) {
			return errWritten(c.args.From)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// chunk copies n bytes. Without a hasher the system does so by itself.
func (c *copying) chunk(src *os.File, n int64, dst *os.File, hasher *digest.Hasher) (int64, error) {
	if hasher == nil {
		return io.CopyN(dst, src, n)
	}
	if c.buf == nil {
		c.buf = make([]byte, wire.ChunkSize)
	}
	var to io.Writer = hasher
	if dst != nil {
		to = io.MultiWriter(dst, hasher)
	}
	done, err := io.CopyBuffer(to, io.LimitReader(src, n), c.buf)
	if err == nil && done < n {
		err = io.EOF
	}
	return done, err
}

func errWritten(path wire.Path) error {
	return wire.Errorf(wire.Conflict, "%s was written to while it was copied: try again", path)
}

// keepDigest lets a copy have the digest of its source. A file system without
// attributes is no reason to fail.
func (c *copying) keepDigest(known *wire.Digest, dst *os.File) error {
	if known == nil {
		return nil
	}
	now, err := dst.Stat() // what the file system made of the time
	if err != nil {
		return err
	}
	if err := writeAttribute(dst, formatAttribute(*known, now)); err != nil {
		c.disk.log.Debug("the digest is not kept with the file", "drive", c.folder, "error", err)
	}
	return nil
}
