package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"wangpan/wire"
)

// Move implements Drive. It is one rename that does not replace, and both
// folders are flushed before anybody is told.
func (d *drive) Move(ctx context.Context, args wire.MoveArgs) (wire.Entry, error) {
	if err := args.Check(); err != nil {
		return wire.Entry{}, err
	}
	parent, name, err := d.parentOf(args.From)
	if err != nil {
		return wire.Entry{}, refuse(wire.Move, args.From, err)
	}
	defer parent.Close()
	to, target, err := d.parentOf(args.To)
	if err != nil {
		return wire.Entry{}, refuseWrite(wire.Move, args.To, err)
	}
	defer to.Close()
	var entry wire.Entry
	err = d.deepen(ctx, parent, string(name), args.From, args.To, func(l *look) (err error) {
		entry, err = d.move(parent, name, to, target, args, l)
		return err
	})
	if err == nil {
		err = errors.Join(syncRoot(to), syncRoot(parent))
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return wire.Entry{}, errTaken(args.To)
	case errors.Is(err, syscall.EINVAL): // where names that look different are one folder
		return wire.Entry{}, wire.Errorf(wire.Invalid, "%s cannot be moved to %s, which lies within it", args.From, args.To)
	case isBadName(err):
		return wire.Entry{}, refuse(wire.Move, args.To, err)
	}
	return entry, refuse(wire.Move, args.From, err)
}

func (d *drive) move(from *os.Root, name wire.Name, to *os.Root, target wire.Name, args wire.MoveArgs, l *look) (wire.Entry, error) {
	folders, closing, err := openAll(from, to)
	if err != nil {
		return wire.Entry{}, err
	}
	defer closing()
	d.renames.Lock()
	defer d.renames.Unlock()
	if err := d.stands(from, args.From); err != nil {
		return wire.Entry{}, err
	}
	if err := d.stands(to, args.To); err != nil {
		return wire.Entry{}, refuseWrite(wire.Move, args.To, err)
	}
	before, err := meant(from, name, args.From, args.Version)
	if err != nil {
		return wire.Entry{}, err
	}
	if err := d.lands(args.To, l); err != nil {
		return wire.Entry{}, err
	}
	rename := func(name, target string) error {
		if before.IsDir() {
			return moveFolder(folders[0], name, folders[1], target)
		}
		return moveFile(folders[0], name, folders[1], target, false)
	}
	err = rename(string(name), string(target))
	if errors.Is(err, fs.ErrExist) && sameName(from, name, to, target) {
		err = from.Rename(string(name), string(target))
	}
	if err != nil {
		return wire.Entry{}, err
	}
	d.disk.watches.changed(d.folder, args.From, before.IsDir())
	d.disk.watches.changed(d.folder, args.To, before.IsDir())
	d.ledger.move(sum{}) // a count that is under way may have missed it
	after, err := to.Lstat(string(target))
	if err != nil {
		return wire.Entry{}, fmt.Errorf("look at what was moved: %w", err)
	}
	entry := entryOf(target, after)
	d.disk.keepFacts(versionOf(before), entry)
	return entry, nil
}

// keepFacts remembers under its new version what is known of a file that was
// only given another name.
func (d *Disk) keepFacts(before wire.Version, now wire.Entry) {
	if known, ok := d.facts.get(before); ok && !now.IsDir {
		d.facts.put(now.Version, known, 1+len(known.blocks))
	}
}

// meant looks at what lies under name, which a request is about: it can be
// served and, if a version is named, is a file of that version.
func meant(parent *os.Root, name wire.Name, path wire.Path, version wire.Version) (fs.FileInfo, error) {
	info, err := parent.Lstat(string(name))
	switch {
	case err != nil:
		return nil, err
	case !servable(info.Mode()):
		return nil, fs.ErrNotExist
	case version != "" && (info.IsDir() || version != versionOf(info)):
		return nil, errVersion(path)
	}
	return info, nil
}

// sameName reports whether two names in one folder differ in case or normal
// form only and are the same entry of it, as they are where the file system
// takes such names for one: then target itself is not in the folder.
func sameName(from *os.Root, name wire.Name, to *os.Root, target wire.Name) bool {
	if !strings.EqualFold(string(name), string(target)) {
		return false
	}
	one, err1 := from.Lstat(string(name))
	other, err2 := to.Lstat(string(target))
	folder, err3 := from.Lstat(".")
	same, err4 := to.Lstat(".")
	if errors.Join(err1, err2, err3, err4) != nil || !os.SameFile(one, other) || !os.SameFile(folder, same) {
		return false
	}
	f, err := from.Open(".")
	if err != nil {
		return false
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	return err == nil && !slices.Contains(names, string(target))
}
