package storage

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"wangpan/wire"
)

// copySuffix ends the names of copies that are being made, beside the uploads.
const copySuffix = ".copy"

// Copy implements Drive. The copy is made where nobody sees it, without a lock,
// and gets its name in one step when it is on the disk, as a commit does. A
// crash before leaves what the next start sweeps away.
func (d *drive) Copy(ctx context.Context, args wire.CopyArgs, far Far) (wire.Entry, error) {
	if err := args.Check(); err != nil {
		return wire.Entry{}, err
	}
	entry, err := d.copy(ctx, args, far)
	switch {
	case errors.Is(err, fs.ErrExist):
		return wire.Entry{}, errTaken(args.To)
	case isBadName(err):
		return wire.Entry{}, refuse(wire.Copy, args.To, err)
	}
	return entry, refuse(wire.Copy, args.From, err)
}

func (d *drive) copy(ctx context.Context, args wire.CopyArgs, far Far) (wire.Entry, error) {
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
	c, err := d.newCopying(ctx, from, name, info, args)
	if err != nil {
		return wire.Entry{}, err
	}
	defer d.ledger.release(c.id)
	c.far, c.size = far, c.room.bytes
	c.tell(0)
	return c.make(to, target)
}

// newCopying makes room for a copy in the account. The caller releases it.
func (d *drive) newCopying(ctx context.Context, from *os.Root, name wire.Name, info fs.FileInfo, args wire.CopyArgs) (*copying, error) {
	if err := d.fitsAt(ctx, from, name, info, args.To); err != nil {
		return nil, err
	}
	size, err := d.countBelow(ctx, args.From)
	if err != nil {
		return nil, err
	}
	need := room{bytes: size.Size, entries: size.Files + size.Folders}
	if info.IsDir() {
		need.entries++
	}
	c := &copying{
		account: d.account, ctx: ctx, id: newReservationID(), args: args, from: from, name: name, info: info,
		path: args.From, room: need, levels: wire.MaxDepth - len(args.To.Names()),
	}
	return c, d.reserve(ctx, c.id, need)
}

// newReservationID is a name for what a request reserves, and not that of an upload.
func newReservationID() wire.UploadID {
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
		err = errDeep(to)
	}
	return err
}

// copying is one copy that is being made.
type copying struct {
	*account
	ctx    context.Context //nolint:containedctx // it is the life of one request
	id     wire.UploadID   // that it counts under until it is whole
	args   wire.CopyArgs
	from   *os.Root // the folder of what is copied
	name   wire.Name
	info   fs.FileInfo // of what is copied, at the beginning
	room   room        // what was reserved and is not used yet
	levels int         // how many there may be in what is copied
	level  int         // that of the folder that is being copied
	path   wire.Path   // of what is being copied
	buf    []byte      // nil until a file is verified
	plain  bool        // the file system does not clone: the disk has to have the room
	all    sum         // what was copied
	size   int64       // bytes of all that is to be copied
	far    Far         // nil: nobody wants to know
}

// tell says how far the copy is: at the file that is being copied by so much.
func (c *copying) tell(file int64) {
	if c.far != nil {
		c.far(min(c.all.bytes+file, c.size), c.size)
	}
}

// make makes the copy, where nobody sees it, and gives it its name. It leaves
// nothing of one that fails.
func (c *copying) make(to *os.Root, target wire.Name) (wire.Entry, error) {
	made := string(c.id) + copySuffix
	err := c.whole(made)
	var entry wire.Entry
	if err == nil {
		entry, err = c.install(made, to, target)
	}
	if err != nil {
		if left := removeTree(c.disk.life, c.staged, made); left != nil {
			c.disk.log.Warn("half a copy can not be removed", "drive", c.folder, "error", left)
		}
		return wire.Entry{}, err
	}
	return entry, errors.Join(syncRoot(to), syncRoot(c.staged))
}

// whole copies everything and brings it on the disk.
func (c *copying) whole(made string) error {
	if !c.info.IsDir() {
		return c.copyFile(c.from, string(c.name), c.staged, made, true)
	}
	if !syncsAll {
		return c.copyFolder(c.from, string(c.name), c.staged, made, true)
	}
	// All at once is quicker than file by file. The system tells of what it
	// could not write since this was opened.
	f, err := c.staged.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	if err := c.copyFolder(c.from, string(c.name), c.staged, made, false); err != nil {
		return err
	}
	if err := syncAll(f); err != nil {
		return fmt.Errorf("flush the copy: %w", err)
	}
	return nil
}

// install gives the copy its name.
func (c *copying) install(made string, to *os.Root, target wire.Name) (wire.Entry, error) {
	folders, closing, err := openAll(c.staged, to)
	if err != nil {
		return wire.Entry{}, err
	}
	defer closing()
	c.renames.Lock()
	defer c.renames.Unlock()
	if err := c.stands(to, c.args.To); err != nil {
		return wire.Entry{}, refuseWrite(wire.Copy, c.args.To, err)
	}
	if err := c.lands(c.args.To, nil); err != nil { // nothing in it is too deep there
		return wire.Entry{}, err
	}
	if c.info.IsDir() {
		if err = c.stayed(); err == nil {
			err = moveFolder(folders[0], made, folders[1], string(target))
		}
	} else {
		err = moveFile(folders[0], made, folders[1], string(target), false)
	}
	if err != nil {
		return wire.Entry{}, err
	}
	c.ledger.arrive(c.id, c.all)
	c.disk.watches.changed(c.folder, c.args.To, c.info.IsDir())
	info, err := to.Lstat(string(target))
	if err != nil {
		return wire.Entry{}, fmt.Errorf("look at the copy: %w", err)
	}
	return entryOf(target, info), nil
}

// stayed demands that the folder that was copied is where it was. One that was
// removed may have been purged as well, while it was copied: then the copy has
// a part of it only.
func (c *copying) stayed() error {
	err := c.stands(c.from, c.args.From)
	if err == nil {
		var now fs.FileInfo
		if now, err = c.from.Lstat(string(c.name)); err == nil && os.SameFile(c.info, now) {
			return nil
		}
	}
	if err == nil || isMissing(err) || errors.Is(err, wire.Busy) {
		return wire.Errorf(wire.Conflict, "%s was moved or removed while it was copied", c.args.From)
	}
	return err
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
