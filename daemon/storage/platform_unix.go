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
	err := control(from, func(fromFD int) error {
		return control(to, func(toFD int) error {
			if replace {
				return unix.Renameat(fromFD, name, toFD, target)
			}
			err := renameNoReplace(fromFD, name, toFD, target)
			if !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.ENOTSUP) {
				return err
			}
			// The file system has no such rename. A link does not replace either.
			if err := unix.Linkat(fromFD, name, toFD, target, 0); err != nil {
				return err
			}
			return unix.Unlinkat(fromFD, name, 0)
		})
	})
	if err != nil {
		return &os.LinkError{Op: "rename", Old: name, New: target, Err: err}
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
