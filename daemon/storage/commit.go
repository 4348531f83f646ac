package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"time"

	"wangpan/wire"
)

// Commit implements Drive. The order is what makes it safe:
//
//	compare the digest   what arrived is what was sent
//	stamp                mtime and digest belong to the file before it has a name
//	flush the file       its bytes are on the disk before its name is
//	rename               at once and whole, under the precondition; what was
//	                     there gets a name in the trash before (replace.go)
//	flush the folders    the name is on the disk before anybody is told
//
// A crash before the rename leaves the upload, one after it the file.
func (d *drive) Commit(ctx context.Context, args wire.CommitArgs) (wire.StatReply, error) {
	if err := args.Check(); err != nil {
		return wire.StatReply{}, err
	}
	if err := d.claim(args.Upload); err != nil {
		return wire.StatReply{}, err
	}
	defer d.free(args.Upload)
	u, err := d.load(ctx, args.Upload)
	if isNoUpload(err) {
		return wire.StatReply{}, errNoUpload()
	}
	if err != nil {
		return wire.StatReply{}, fmt.Errorf("commit: load the upload: %w", err)
	}
	entry, err := u.commit(ctx, args)
	if err != nil {
		err = errors.Join(err, u.keep())
		return wire.StatReply{}, refuse(wire.Commit, u.record.Path, err)
	}
	if err := u.data.Close(); err != nil {
		d.disk.log.DebugContext(ctx, "closing a committed file failed", "error", err)
	}
	return wire.StatReply{Entry: entry, Digest: &args.Digest}, nil
}

func (u *upload) commit(ctx context.Context, args wire.CommitArgs) (wire.Entry, error) {
	path := u.record.Path
	if received := u.pieces.bytes(); received != u.record.Size {
		return wire.Entry{}, wire.Errorf(wire.Invalid, "%d bytes of %d have arrived: send the rest", received, u.record.Size)
	}
	if sum, err := u.sum(ctx); err != nil {
		return wire.Entry{}, err
	} else if sum != args.Digest {
		return wire.Entry{}, wire.Errorf(wire.Damaged, "what arrived is not what was sent: compare the blocks of the upload")
	}
	parent, name, err := u.parentOf(path)
	if err != nil {
		return wire.Entry{}, refuseWrite(wire.Commit, path, err)
	}
	defer parent.Close()
	// A look before the flush spares the disk; the one that counts is in place.
	if err := checkTarget(parent, name, path, args.Precondition); err != nil {
		return wire.Entry{}, err
	}
	if err := setExecutable(u.data, executableAfter(parent, name, args.Executable)); err != nil {
		return wire.Entry{}, fmt.Errorf("set the mode: %w", err)
	}
	if err := u.stamp(args.Digest); err != nil {
		return wire.Entry{}, err
	}
	if err := u.data.Sync(); err != nil {
		// What the disk did not take it may forget without another word.
		return wire.Entry{}, fmt.Errorf("flush the file: %w", errors.Join(err, u.drop(u.id)))
	}
	info, replaced, err := u.install(ctx, parent, name, args.Precondition)
	if err != nil {
		return wire.Entry{}, err
	}
	if err := u.settle(parent, replaced); err != nil {
		return wire.Entry{}, err
	}
	entry := entryOf(name, info)
	if storedDigest(u.data, info) == nil {
		u.disk.facts.put(entry.Version, &facts{digest: args.Digest}, 1)
	}
	return entry, nil
}

// executableAfter returns the executable bit of a file that is committed to a
// name: the one that the client wants, or that of the file which has the name.
func executableAfter(parent *os.Root, name wire.Name, wanted *bool) bool {
	if wanted != nil {
		return *wanted
	}
	info, err := parent.Lstat(string(name))
	return err == nil && isExecutable(info)
}

// stamp gives the staged file its mtime and its digest. A file system without
// attributes is no reason to fail: the digest is remembered instead.
func (u *upload) stamp(d wire.Digest) error {
	if err := u.staged.Chtimes(dataName(u.id), time.Time{}, storable(u.record.ModTime)); err != nil {
		return fmt.Errorf("set the time: %w", err)
	}
	info, err := u.data.Stat() // what the file system made of the time
	if err != nil {
		return err
	}
	if err := writeAttribute(u.data, formatAttribute(d, info)); err != nil {
		u.disk.log.Debug("the digest is not kept with the file", "drive", u.folder, "error", err)
	}
	return nil
}

// storable is the time nearest to t that fits into nanoseconds since 1970, as
// systems count: from 1677 to 2262.
func storable(t time.Time) time.Time {
	if first := time.Unix(0, math.MinInt64); t.Before(first) {
		return first
	}
	if last := time.Unix(0, math.MaxInt64); t.After(last) {
		return last
	}
	return t
}

// install renames the staged file to its name and says what it is now, and
// whether it has replaced anything.
func (u *upload) install(ctx context.Context, parent *os.Root, name wire.Name, pre wire.Precondition) (info fs.FileInfo, replaced bool, err error) {
	err = u.place(ctx, parent, name, arrival{
		from: u.staged, name: dataName(u.id), path: u.record.Path, pre: pre,
		placed: func(old int64) {
			u.ledger.commit(u.id, u.record.Size, old)
			replaced = old >= 0
		},
	})
	if isMissing(err) { // the file is in hand, so it is the folder that was removed
		return nil, false, refuseWrite(wire.Commit, u.record.Path, err)
	}
	if err != nil {
		return nil, false, err
	}
	info, err = u.data.Stat() // the rename has set another ctime, and so the version
	return info, replaced, err
}

// settle makes the rename outlive a power cut and removes what is left of the upload.
func (u *upload) settle(parent *os.Root, replaced bool) error {
	if err := syncRoot(parent); err != nil {
		return fmt.Errorf("flush the folder: %w", err)
	}
	if replaced { // it is in the trash
		if err := syncRoot(u.trash); err != nil {
			return fmt.Errorf("flush the trash: %w", err)
		}
	}
	u.dropSurplus(u.record.Path)
	if err := u.drop(u.id); err != nil {
		// The file is in place; what remains is cleared at the next start.
		u.disk.log.Warn("the record of a committed upload can not be removed", "drive", u.folder, "error", err)
	}
	return syncRoot(u.staged)
}
