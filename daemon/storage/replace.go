package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"wangpan/wire"
)

// arrival is something that gets a name in a drive: a staged upload that is
// committed, or an item of the trash that is restored.
type arrival struct {
	from   *os.Root // where it is
	name   string   // what it is called there
	isDir  bool
	alone  bool      // it replaces nothing, whatever pre says
	path   wire.Path // what it will be called
	pre    wire.Precondition
	placed func(replaced int64) // counts it, with renames held; replaced is negative when nothing was
	look   *look                // at how deep it is; nil where it is not made deeper
	gone   func() bool          // with renames held: somebody else has taken it; nil: nobody can
}

// errMeanwhile says that what stands at a path is not any more what was looked at.
var errMeanwhile = errors.New("the path was given to something else")

// place gives an arrival its name in parent, if the precondition holds. What it
// replaces goes to the trash, and there is no moment at which nothing has the
// name:
//
//	record     the item of the trash gets its record, flushed
//	link       the old file gets its second name, in the trash
//	rename     over the first name
//
// A crash before the rename leaves the old file under both names: readTrash
// takes the second one away. A crash after it leaves the new file, and the old
// one in the trash. Readers hold on to the inode that they have opened.
func (a *account) place(ctx context.Context, parent *os.Root, name wire.Name, n arrival) error {
	for range maxReplaced {
		old, err := targetOf(parent, name, n)
		if err != nil {
			return err
		}
		if old == nil {
			err = a.install(parent, name, n, nil)
		} else {
			err = a.replace(ctx, parent, name, n, old)
		}
		if !errors.Is(err, errMeanwhile) {
			return err
		}
	}
	return wire.Errorf(wire.Busy, "the file is being replaced: try again soon")
}

// targetOf returns what an arrival would replace, nil for nothing.
func targetOf(parent *os.Root, name wire.Name, n arrival) (fs.FileInfo, error) {
	info, err := parent.Lstat(string(name))
	switch {
	case err == nil && n.alone:
		return nil, errTaken(n.path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	missing := err != nil
	if err := checkTarget(parent, name, n.path, n.pre); err != nil || missing {
		return nil, err
	}
	return info, nil
}

// replace is place where there is an old file.
func (a *account) replace(ctx context.Context, parent *os.Root, name wire.Name, n arrival, old fs.FileInfo) error {
	if err := a.readTrash(ctx); err != nil {
		return fmt.Errorf("look through the trash: %w", err)
	}
	item := &replaced{info: old, trashed: trashed{Path: n.path, Size: old.Size(), Files: 1, Replaced: true, Since: a.disk.now()}}
	var err error
	if item.id, err = a.recordItem(item.trashed); err != nil {
		return err
	}
	if err = a.install(parent, name, n, item); err != nil {
		a.forgetItem(item.id)
	}
	return err
}

// replaced is an old file that will be an item of the trash.
type replaced struct {
	info fs.FileInfo // when it was looked at
	id   wire.ItemID
	trashed
}

// install renames an arrival to its name, which an old file has or, when that
// is nil, nothing.
func (a *account) install(parent *os.Root, name wire.Name, n arrival, old *replaced) error {
	folders, closing, err := openAll(n.from, parent, a.trash)
	if err != nil {
		return err
	}
	defer closing()
	from, to, trash := folders[0], folders[1], folders[2]

	a.renames.Lock()
	defer a.renames.Unlock()
	if n.gone != nil && n.gone() {
		return errNoItem()
	}
	if err := a.stands(parent, n.path); isMissing(err) {
		return errNoFolder(n.path)
	} else if err != nil {
		return err
	}
	now, err := targetOf(parent, name, n)
	if err != nil {
		return err
	}
	if (now == nil) != (old == nil) || now != nil && versionOf(now) != versionOf(old.info) {
		return errMeanwhile
	}
	if err := a.lands(n.path, n.look); err != nil {
		return err
	}
	size := int64(-1)
	switch {
	case old != nil:
		size = old.Size
		err = a.swap(spot{from, n.name}, spot{to, string(name)}, spot{trash, itemName(old.id)})
	case n.isDir:
		err = moveFolder(from, n.name, to, string(name))
	default:
		err = moveFile(from, n.name, to, string(name), false)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return errMeanwhile // by hand: another look tells what it is
	case err != nil && isFolderInTheWay(err):
		return wire.Errorf(wire.Invalid, "%s is a folder", n.path)
	case err != nil:
		return err
	}
	if old != nil {
		a.addItem(old.id, old.trashed) // first, so that nobody gets the room of both
	}
	n.placed(size)
	a.disk.watches.changed(a.folder, n.path, n.isDir)
	return nil
}

// spot is a name in an open folder.
type spot struct {
	folder *os.File
	name   string
}

// swap gives the file at target the name item and the file at from the name
// target.
func (a *account) swap(from, target, item spot) error {
	err := linkFile(target.folder, target.name, item.folder, item.name)
	if err == nil {
		if err = moveFile(from.folder, from.name, target.folder, target.name, true); err != nil {
			err = errors.Join(err, a.trash.Remove(item.name))
		}
		return err
	}
	if !errors.Is(err, syscall.EPERM) && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, syscall.EMLINK) {
		return err
	}
	return swapUnlinked(from, target, item)
}

// swapUnlinked is swap where a file can not have two names: on some file
// systems, and on Linux a file of another user (fs.protected_hardlinks). A
// crash in the middle leaves the old file, and the new one in the trash.
func swapUnlinked(from, target, item spot) error {
	if err := moveFile(from.folder, from.name, item.folder, item.name, true); err != nil {
		return err
	}
	err := exchangeFiles(item.folder, item.name, target.folder, target.name)
	if err == nil {
		return nil
	}
	if back := moveFile(item.folder, item.name, from.folder, from.name, true); back != nil {
		return errors.Join(err, back)
	}
	if !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	// Nothing is at the path for a moment; it is the best that is left.
	if err := moveFile(target.folder, target.name, item.folder, item.name, true); err != nil {
		return err
	}
	if err := moveFile(from.folder, from.name, target.folder, target.name, true); err != nil {
		return errors.Join(err, moveFile(item.folder, item.name, target.folder, target.name, true))
	}
	return nil
}

// openAll opens folders for what package os has no method for.
func openAll(roots ...*os.Root) (folders []*os.File, closing func(), err error) {
	closing = func() {
		for _, f := range folders {
			_ = f.Close() // nothing was written to it
		}
	}
	for _, root := range roots {
		f, err := root.Open(".")
		if err != nil {
			closing()
			return nil, nil, err
		}
		folders = append(folders, f)
	}
	return folders, closing, nil
}
