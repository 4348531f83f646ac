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
	parent, name, err := d.makeParents(path, args.If == wire.IfVersion)
	if err != nil {
		return wire.Entry{}, err
	}
	defer parent.Close()
	err = d.place(ctx, parent, name, arrival{
		from: d.trash, name: itemName(args.Item), isDir: t.IsDir, path: path, pre: args.Precondition, look: l,
		alone: t.IsDir || args.If == wire.IfAbsent,
		gone:  func() bool { _, ok := d.bin.get(args.Item); return !ok },
		placed: func(replaced int64) {
			d.takeItem(args.Item)
			if replaced < 0 {
				d.ledger.move(t.Size, t.Files)
			} else {
				d.ledger.move(t.Size-replaced, 0)
			}
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
func (d *drive) makeParents(path wire.Path, version bool) (*os.Root, wire.Name, error) {
	parent, name, err := d.parentOf(path)
	switch {
	case !isMissing(err):
		return parent, name, err
	case version:
		return nil, "", errVersion(path)
	}
	at, err := d.files.OpenRoot(".")
	if err != nil {
		return nil, "", err
	}
	for _, folder := range path.Dir().Names() {
		err := checkHostName(folder)
		var next *os.Root
		if err == nil {
			next, err = makeFolder(at, string(folder))
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
