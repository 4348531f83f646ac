package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"wangpan/wire"
)

// errNotFolder is what enter says of anything that is not a folder itself,
// a link to one included.
var errNotFolder = errors.New("not a folder")

// enter opens the folder name in parent. It goes through no link, also not one
// that takes the folder's place between the look and the open: os.Root would
// follow it as long as it stays inside.
func enter(parent *os.Root, name string) (*os.Root, error) {
	before, err := parent.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !before.IsDir() {
		return nil, errNotFolder
	}
	// With the slash and dot a FIFO can not hang the open.
	root, err := parent.OpenRoot(name + "/.")
	if err != nil && swapped(err) {
		return nil, errNotFolder
	}
	if err != nil {
		return nil, err
	}
	if now, err := root.Lstat("."); err != nil || !os.SameFile(before, now) {
		return nil, errors.Join(errNotFolder, root.Close())
	}
	return root, nil
}

// swapped reports whether an open failed as it does when a link, a socket or
// something else has taken the place of what was looked at before. That a link
// leads outside os.Root says in an error of its own, which is no Errno.
func swapped(err error) bool {
	errno, ok := errors.AsType[syscall.Errno](err)
	return !ok || errno == syscall.ELOOP || errno == syscall.ENOTDIR || errno == syscall.ENXIO
}

// enterAll opens the folder that the names lead to below top. The caller closes it.
func enterAll(top *os.Root, names []wire.Name) (*os.Root, error) {
	at, err := top.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := checkHostName(name); err != nil {
			return nil, errors.Join(err, at.Close())
		}
		next, err := enter(at, string(name))
		if cerr := at.Close(); err != nil || cerr != nil {
			return nil, errors.Join(err, cerr)
		}
		at = next
	}
	return at, nil
}

// parentOf opens the folder that holds path, which is checked, and returns it
// with the last name; "" is that of the top folder, which is its own parent.
func (a *account) parentOf(path wire.Path) (*os.Root, wire.Name, error) {
	if _, err := wire.ParsePath(string(path)); err != nil {
		return nil, "", err
	}
	base := path.Base()
	if base != "" {
		if err := checkHostName(base); err != nil {
			return nil, "", err
		}
	}
	root, err := enterAll(a.files, path.Dir().Names())
	return root, base, err
}

// stands demands that folder is still the one that holds path. A request opens
// it first and may flush a file for long; if it is moved or removed meanwhile,
// nothing must come into it or go out of it under the old path any more, least
// of all in the trash, where nobody would count it. The caller holds a.renames,
// which also moves and removals hold.
func (a *account) stands(folder *os.Root, path wire.Path) error {
	now, _, err := a.parentOf(path)
	if err != nil {
		return err
	}
	defer now.Close()
	one, err := folder.Lstat(".")
	if err != nil {
		return err
	}
	other, err := now.Lstat(".")
	if err != nil {
		return err
	}
	if !os.SameFile(one, other) {
		return wire.Errorf(wire.Busy, "the folder %s is being moved: try again soon", path.Dir())
	}
	return nil
}

// isMissing reports whether err says that something, or a folder above it, is
// not there for a client.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotFolder)
}

// lookup returns what lies at path if it is a file or a folder that can be
// served; everything else is not there.
func (a *account) lookup(path wire.Path) (*os.Root, fs.FileInfo, error) {
	parent, name, err := a.parentOf(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := parent.Lstat(hostName(name))
	if err == nil && !servable(info.Mode()) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, nil, errors.Join(err, parent.Close())
	}
	return parent, info, nil
}

// folderAt looks at the folder at path; wire.Invalid when that is a file.
func (a *account) folderAt(path wire.Path) (fs.FileInfo, error) {
	parent, info, err := a.lookup(path)
	if err != nil {
		return nil, err
	}
	defer parent.Close()
	if !info.IsDir() {
		return nil, wire.Errorf(wire.Invalid, "%s is a file", path)
	}
	return info, nil
}

// servable reports whether the protocol can name and move a file of this mode.
func servable(mode fs.FileMode) bool { return mode.IsRegular() || mode.IsDir() }

// hostName is name within its parent's os.Root.
func hostName(name wire.Name) string {
	if name == "" {
		return "."
	}
	return string(name)
}

// maxReplaced is how often openFile looks again when the file is being replaced.
const maxReplaced = 100

// openFile opens the regular file name in parent for reading and says what it
// is. Whatever else stands there, or gets there meanwhile, is not there.
func openFile(parent *os.Root, name string) (*os.File, fs.FileInfo, error) {
	for range maxReplaced {
		before, err := parent.Lstat(name)
		if err != nil {
			return nil, nil, err
		}
		if !before.Mode().IsRegular() {
			return nil, nil, fs.ErrNotExist
		}
		f, err := parent.OpenFile(name, os.O_RDONLY|openFlags, 0)
		if err != nil && swapped(err) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		info, err := f.Stat()
		if err == nil && os.SameFile(before, info) {
			return f, info, nil
		}
		// Replaced between the look and the open, or a link that os.Root has
		// followed: another look tells.
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, wire.Errorf(wire.Busy, "the file is being replaced: try again soon")
}

// syncRoot makes the names in a folder outlive a power cut.
func syncRoot(r *os.Root) error {
	f, err := r.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	return syncFolder(f)
}

// refuse turns what the operating system said about path into what the client
// may know; other errors stay, with the request's name around them.
func refuse(request wire.RequestName, path wire.Path, err error) error {
	switch {
	case err == nil:
		return nil
	case isMissing(err):
		return wire.Errorf(wire.NotFound, "there is no %s", path)
	case isNoSpace(err):
		return wire.Errorf(wire.NoSpace, "the server's disk is full")
	case isBadName(err):
		return wire.Errorf(wire.Invalid, "the server's file system does not allow the name %s", path.Base())
	}
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e
	}
	return fmt.Errorf("%s %s: %w", request, path, err)
}
