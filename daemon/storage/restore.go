package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"wangpan/wire"
)

// Restore implements Drive. It is a commit of what is in the trash: see place.
func (d *drive) Restore(ctx context.Context, args wire.RestoreArgs) (wire.RestoreReply, error) {
	if err := args.Check(); err != nil {
		return wire.RestoreReply{}, err
	}
	if err := d.readTrash(ctx); err != nil {
		return wire.RestoreReply{}, fmt.Errorf("restore: look through the trash: %w", err)
	}
	if err := d.bin.settled(ctx, args.Item); err != nil {
		return wire.RestoreReply{}, err
	}
	t, ok := d.bin.get(args.Item)
	if !ok {
		return wire.RestoreReply{}, errNoItem()
	}
	path := cmp.Or(args.Path, t.Path)
	var entry wire.Entry
	err := d.deepen(ctx, d.trash, itemName(args.Item), t.Path, path, func(l *look) (err error) {
		entry, err = d.restore(ctx, args, t, path, l)
		return err
	})
	if err != nil {
		return wire.RestoreReply{}, refuse(wire.Restore, path, err)
	}
	d.dropSurplus(path)
	return wire.RestoreReply{Path: path, Entry: entry}, nil
}

func (d *drive) restore(ctx context.Context, args wire.RestoreArgs, t trashed, path wire.Path, l *look) (wire.Entry, error) {
	item, err := d.trash.Lstat(itemName(args.Item))
	if errors.Is(err, fs.ErrNotExist) || err == nil && (!servable(item.Mode()) || item.IsDir() != t.IsDir) {
		return wire.Entry{}, errNoItem() // hands were at it
	}
	if err != nil {
		return wire.Entry{}, err
	}
	parent, name, err := d.makeParents(ctx, path, args.If == wire.IfVersion)
	if err != nil {
		return wire.Entry{}, err
	}
	defer parent.Close()
	err = d.place(ctx, parent, name, arrival{
		from: d.trash, name: itemName(args.Item), isDir: t.IsDir, path: path, pre: args.Precondition, look: l,
		alone: t.IsDir || args.If == wire.IfAbsent,
		gone:  func() bool { _, ok := d.bin.get(args.Item); return !ok },
		placed: func(replaced int64) {
			came := t.all()
			if replaced >= 0 {
				came = sum{bytes: t.Size - replaced}
			}
			d.ledger.move(came) // first, so that nobody gets the room of both
			d.takeItem(args.Item)
		},
	})
	if err != nil {
		return wire.Entry{}, err
	}
	if err := errors.Join(syncRoot(parent), syncRoot(d.trash)); err != nil {
		return wire.Entry{}, fmt.Errorf("flush the folders: %w", err)
	}
	d.forgetItem(args.Item)
	after, err := parent.Lstat(string(name))
	if err != nil {
		return wire.Entry{}, fmt.Errorf("look at what was restored: %w", err)
	}
	return entryOf(name, after), nil
}

// makeParents is parentOf that makes the folders which are missing, unless a
// version is named: then nothing can have it.
func (d *drive) makeParents(ctx context.Context, path wire.Path, version bool) (*os.Root, wire.Name, error) {
	parent, name, err := d.parentOf(path)
	switch {
	case !isMissing(err):
		return parent, name, err
	case version:
		return nil, "", errVersion(path)
	}
	folders := path.Dir().Names()
	missing, err := d.missing(folders)
	if err != nil {
		return nil, "", err
	}
	reservation := newReservationID()
	if err := d.reserve(ctx, reservation, room{entries: missing}); err != nil {
		return nil, "", err
	}
	defer d.ledger.release(reservation)
	at, err := d.files.OpenRoot(".")
	if err != nil {
		return nil, "", err
	}
	above := wire.Root
	for _, folder := range folders {
		var next *os.Root
		above, err = above.Join(string(folder))
		if err == nil {
			next, err = d.enterOrAdd(reservation, at, above)
		}
		if cerr := at.Close(); err == nil {
			err = cerr
		}
		if errors.Is(err, errNotFolder) {
			err = wire.Errorf(wire.Invalid, "something that is no folder stands above %s: choose another path", path)
		}
		if err != nil {
			return nil, "", err
		}
		at = next
	}
	return at, path.Base(), nil
}

// missing is how many of these folders, one in the other, are not there.
func (d *drive) missing(folders []wire.Name) (int64, error) {
	for n := range folders {
		at, err := enterAll(d.files, folders[:n+1])
		if errors.Is(err, fs.ErrNotExist) {
			return int64(len(folders) - n), nil
		}
		if errors.Is(err, errNotFolder) {
			return 0, nil // enterOrAdd refuses it
		}
		if err == nil {
			err = at.Close()
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// enterOrAdd opens the folder at path in parent, which it makes if it is missing.
func (d *drive) enterOrAdd(reservation wire.UploadID, parent *os.Root, path wire.Path) (*os.Root, error) {
	name := path.Base()
	if err := checkHostName(name); err != nil {
		return nil, err
	}
	next, err := enter(parent, string(name))
	if !errors.Is(err, fs.ErrNotExist) {
		return next, err
	}
	if err := d.addFolder(reservation, parent, path); err != nil && !errors.Is(err, wire.Exists) {
		return nil, err
	}
	if err := syncRoot(parent); err != nil {
		return nil, err
	}
	return enter(parent, string(name))
}
