package storage

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"wangpan/wire"
)

// copySuffix ends the names of copies that are being made, beside the uploads.
const copySuffix = ".copy"

// copyChunk is how many bytes are copied between two looks at the context. The
// system copies them by itself, where the file system can without reading them.
const copyChunk = 64 << 20

// Copy implements Drive. The copy is made where nobody sees it, without a lock,
// and gets its name in one step when it is on the disk, as a commit does. A
// crash before leaves what the next start sweeps away.
func (d *drive) Copy(ctx context.Context, args wire.CopyArgs) (wire.Entry, error) {
	if err := args.Check(); err != nil {
		return wire.Entry{}, err
	}
	entry, err := d.copy(ctx, args)
	switch {
	case errors.Is(err, fs.ErrExist):
		return wire.Entry{}, errTaken(args.To)
	case isBadName(err):
		return wire.Entry{}, refuse(wire.Copy, args.To, err)
	}
	return entry, refuse(wire.Copy, args.From, err)
}

func (d *drive) copy(ctx context.Context, args wire.CopyArgs) (_ wire.Entry, err error) {
	from, name, err := d.parentOf(args.From)
	if err != nil {
		return wire.Entry{}, err
	}
	defer from.Close()
	info, err := meant(from, name, args.From, args.Version)
	if err != nil {
		return wire.Entry{}, err
	}
	to, target, err := d.parentOf(args.To)
	if err != nil {
		return wire.Entry{}, refuseWrite(wire.Copy, args.To, err)
	}
	defer to.Close()
	if _, err := to.Lstat(string(target)); err == nil {
		return wire.Entry{}, errTaken(args.To)
	}
	if err := d.fitsAt(ctx, from, name, info, args.To); err != nil {
		return wire.Entry{}, err
	}
	size, err := d.countBelow(ctx, args.From)
	if err != nil {
		return wire.Entry{}, err
	}
	c := &copying{account: d.account, ctx: ctx, id: newCopyID(), room: size.Size, top: args.From}
	if err := d.reserve(ctx, c.id, size.Size); err != nil {
		return wire.Entry{}, err
	}
	defer d.ledger.release(c.id)
	made := string(c.id) + copySuffix
	defer func() {
		if err == nil {
			return
		}
		if left := removeTree(d.disk.life, d.staged, made); left != nil {
			d.disk.log.Warn("half a copy can not be removed", "drive", d.folder, "error", left)
		}
	}()
	if err := c.whole(from, string(name), info, made); err != nil {
		return wire.Entry{}, err
	}
	return c.install(made, to, target, args.To, info.IsDir())
}

func newCopyID() wire.UploadID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return wire.UploadID(hex.EncodeToString(b[:]))
}

// fitsAt refuses a folder of which something would lie too deep under its new
// path, before all of it is copied.
func (d *drive) fitsAt(ctx context.Context, from *os.Root, name wire.Name, info fs.FileInfo, to wire.Path) error {
	if !info.IsDir() {
		return nil
	}
	fits, err := within(ctx, from, string(name), wire.MaxDepth-len(to.Names()))
	if err == nil && !fits {
		err = wire.Errorf(wire.Invalid, "what is in it would be deeper than %d folders at %s", wire.MaxDepth, to)
	}
	return err
}

// copying is one copy that is being made.
type copying struct {
	*account
	ctx  context.Context //nolint:containedctx // it is the life of one request
	id   wire.UploadID   // that it counts under until it is whole
	top  wire.Path       // what is copied
	room int64           // bytes that were reserved and are not used yet
	all  sum             // what was copied
}

// whole copies everything and brings it on the disk.
func (c *copying) whole(from *os.Root, name string, info fs.FileInfo, made string) error {
	if !info.IsDir() {
		return c.file(from, name, c.staged, made, true)
	}
	flushed := syncsAll // all at once is quicker than file by file
	if err := c.folder(from, name, c.staged, made, !flushed); err != nil {
		return err
	}
	if !flushed {
		return nil
	}
	f, err := c.staged.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	if err := syncAll(f); err != nil {
		return fmt.Errorf("flush the copy: %w", err)
	}
	return nil
}

// folder copies what can be served. What is removed meanwhile is not in the copy.
func (c *copying) folder(from *os.Root, name string, to *os.Root, target string, sync bool) error {
	src, err := enter(from, name)
	if err != nil {
		return err
	}
	defer src.Close()
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
	if err := c.entries(src, dst, sync); err != nil {
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
			if err := c.ctx.Err(); err != nil {
				return err
			}
			if _, bad := wire.ParseName(entry.Name()); bad != nil || !servable(entry.Type()) {
				continue // it has no name in this protocol
			}
			do := c.file
			if entry.IsDir() {
				do = c.folder
			}
			if err := do(src, entry.Name(), dst, entry.Name(), sync); err != nil && !isMissing(err) {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// file copies one file with its time, and its digest if that is known.
func (c *copying) file(from *os.Root, name string, to *os.Root, target string, sync bool) error {
	src, info, err := openFile(from, name)
	if err != nil {
		return err
	}
	defer src.Close()
	if c.room -= info.Size(); c.room < 0 {
		return wire.Errorf(wire.Conflict, "%s has grown while it was copied: try again", c.top)
	}
	dst, err := createFile(to, target)
	if err != nil {
		return err
	}
	err = c.contents(src, info, dst)
	if err == nil {
		err = to.Chtimes(target, time.Time{}, info.ModTime())
	}
	if err == nil {
		err = c.keepDigest(src, info, dst)
	}
	if err == nil && sync {
		err = dst.Sync()
	}
	c.all.add(sum{bytes: info.Size(), files: 1})
	return errors.Join(err, dst.Close())
}

func (c *copying) contents(src *os.File, info fs.FileInfo, dst *os.File) error {
	for left := info.Size(); left > 0; {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		n, err := io.CopyN(dst, src, min(left, copyChunk))
		left -= n
		if errors.Is(err, io.EOF) {
			return errWritten(c.top)
		}
		if err != nil {
			return err
		}
	}
	now, err := src.Stat()
	if err == nil && !sameContent(info, now) {
		err = errWritten(c.top)
	}
	return err
}

func errWritten(path wire.Path) error {
	return wire.Errorf(wire.Conflict, "%s was written to while it was copied: try again", path)
}

// keepDigest lets a copy have the digest of its source. A file system without
// attributes is no reason to fail.
func (c *copying) keepDigest(src *os.File, info fs.FileInfo, dst *os.File) error {
	known := c.disk.knownDigest(src, info, versionOf(info))
	if known == nil {
		return nil
	}
	now, err := dst.Stat() // what the file system made of the time
	if err != nil {
		return err
	}
	if err := writeAttribute(dst, formatAttribute(*known, now)); err != nil {
		c.disk.log.Debug("the digest is not kept with the file", "drive", c.account.folder, "error", err)
	}
	return nil
}

// install gives the copy its name.
func (c *copying) install(made string, to *os.Root, target wire.Name, path wire.Path, isDir bool) (wire.Entry, error) {
	var entry wire.Entry
	above := wire.Path("/" + made) // where it lies counts as the top: nothing in it is deeper than in its source
	err := c.deepen(c.ctx, c.staged, made, above, path, func() (err error) {
		entry, err = c.rename(made, to, target, path, isDir)
		return err
	})
	if err != nil {
		return wire.Entry{}, err
	}
	return entry, errors.Join(syncRoot(to), syncRoot(c.staged))
}

func (c *copying) rename(made string, to *os.Root, target wire.Name, path wire.Path, isDir bool) (wire.Entry, error) {
	folders, closing, err := openAll(c.staged, to)
	if err != nil {
		return wire.Entry{}, err
	}
	defer closing()
	c.renames.Lock()
	defer c.renames.Unlock()
	if err := c.stands(to, path); err != nil {
		return wire.Entry{}, refuseWrite(wire.Copy, path, err)
	}
	if isDir {
		err = moveFolder(folders[0], made, folders[1], string(target))
	} else {
		err = moveFile(folders[0], made, folders[1], string(target), false)
	}
	if err != nil {
		return wire.Entry{}, err
	}
	c.ledger.release(c.id)
	c.ledger.move(c.all.bytes, c.all.files)
	info, err := to.Lstat(string(target))
	if err != nil {
		return wire.Entry{}, fmt.Errorf("look at the copy: %w", err)
	}
	return entryOf(target, info), nil
}

// sweepCopies removes the copies that a crash has left. Nobody may be making one.
func (a *account) sweepCopies(names []string) error {
	var failed error
	for _, name := range names {
		if id, ok := strings.CutSuffix(name, copySuffix); ok && checkUploadID(wire.UploadID(id)) == nil {
			failed = errors.Join(failed, removeTree(a.disk.life, a.staged, name))
		}
	}
	return failed
}
