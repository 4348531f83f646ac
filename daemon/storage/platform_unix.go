//go:build linux || darwin

package storage

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"wangpan/wire"
)

// A FIFO or a device that takes the place of a file between the look and the
// open must not hang the daemon.
const openFlags = unix.O_NONBLOCK

// attributeName is where the digest of a file is kept.
const attributeName = "user.wangpan.digest"

func isNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// isBadName reports that the file system refuses a name that wire allows.
func isBadName(err error) bool {
	return errors.Is(err, syscall.ENAMETOOLONG) || errors.Is(err, syscall.EILSEQ)
}

// isFolderInTheWay reports that a file can not be renamed over a folder.
func isFolderInTheWay(err error) bool { return errors.Is(err, syscall.EISDIR) }

// checkHostName refuses names that mean something else to the system; unix has
// none beyond those that wire refuses.
func checkHostName(wire.Name) error { return nil }

func inodeOf(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ino
	}
	return 0
}

// linksOf is how many names a file has.
func linksOf(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Nlink) //nolint:unconvert // it is shorter on some systems
	}
	return 1
}

// changeTime is the ctime in nanoseconds, which nobody can set.
func changeTime(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		at := ctim(st)
		return at.Nano()
	}
	return 0
}

func readAttribute(f *os.File) ([]byte, error) {
	var buf [256]byte
	var n int
	err := control(f, func(fd int) (err error) {
		n, err = unix.Fgetxattr(fd, attributeName, buf[:])
		return err
	})
	if err != nil {
		return nil, err
	}
	return buf[:n], nil
}

func writeAttribute(f *os.File, value []byte) error {
	return control(f, func(fd int) error { return unix.Fsetxattr(fd, attributeName, value, 0) })
}

// freeSpace is how many bytes this process may still write next to f.
func freeSpace(f *os.File) (int64, error) {
	var st unix.Statfs_t
	if err := control(f, func(fd int) error { return unix.Fstatfs(fd, &st) }); err != nil {
		return 0, err
	}
	free := st.Bavail * uint64(st.Bsize) //nolint:gosec // the size of a block is positive
	return int64(min(free, wire.MaxSize)), nil
}

// moveFile renames from/name to to/target. Without replace it fails with
// fs.ErrExist when anything is there, in one step.
func moveFile(from *os.File, name string, to *os.File, target string, replace bool) error {
	return between("rename", from, name, to, target, func(fromFD, toFD int) error {
		if replace {
			return unix.Renameat(fromFD, name, toFD, target)
		}
		err := renameNoReplace(fromFD, name, toFD, target)
		if !isNoSuchRename(err) {
			return err
		}
		// A link does not replace either.
		if err := unix.Linkat(fromFD, name, toFD, target, 0); err != nil {
			return err
		}
		return unix.Unlinkat(fromFD, name, 0)
	})
}

// isNoSuchRename reports that the file system has no rename that does not replace.
func isNoSuchRename(err error) bool {
	return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.ENOTSUP)
}

// moveFolder is moveFile for a folder and replaces nothing either.
func moveFolder(from *os.File, name string, to *os.File, target string) error {
	return between("rename", from, name, to, target, func(fromFD, toFD int) error {
		err := renameNoReplace(fromFD, name, toFD, target)
		if !isNoSuchRename(err) {
			return err
		}
		// A rename replaces an empty folder, so the name is taken with one of our own.
		if err := unix.Mkdirat(toFD, target, 0o700); err != nil {
			return err
		}
		if err := unix.Renameat(fromFD, name, toFD, target); err != nil {
			return errors.Join(err, unix.Unlinkat(toFD, target, unix.AT_REMOVEDIR))
		}
		return nil
	})
}

// linkFile gives the file from/name a second name.
func linkFile(from *os.File, name string, to *os.File, target string) error {
	return between("link", from, name, to, target, func(fromFD, toFD int) error {
		return unix.Linkat(fromFD, name, toFD, target, 0)
	})
}

// exchangeFiles gives two files one another's names.
func exchangeFiles(one *os.File, name string, other *os.File, target string) error {
	return between("exchange", one, name, other, target, func(oneFD, otherFD int) error {
		return renameExchange(oneFD, name, otherFD, target)
	})
}

// between calls do with the descriptors of two folders.
func between(op string, from *os.File, name string, to *os.File, target string, do func(fromFD, toFD int) error) error {
	err := control(from, func(fromFD int) error {
		return control(to, func(toFD int) error { return do(fromFD, toFD) })
	})
	if err != nil {
		return &os.LinkError{Op: op, Old: name, New: target, Err: err}
	}
	return nil
}

// syncFolder makes the names in a folder outlive a power cut.
func syncFolder(f *os.File) error { return f.Sync() }

// control calls do with the descriptor of f, which stays open meanwhile, again
// after EINTR.
func control(f *os.File, do func(fd int) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var done error
	if err := raw.Control(func(fd uintptr) {
		for {
			if done = do(int(fd)); !errors.Is(done, unix.EINTR) {
				return
			}
		}
	}); err != nil {
		return err
	}
	return done
}
