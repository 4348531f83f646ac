//go:build linux || darwin

package durable

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// SyncFolder flushes the names in folder, so that files created, renamed or
// removed there stay so after a power cut.
func SyncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		err = nil // this file system cannot flush a folder
	}
	return errors.Join(err, f.Close())
}

// TryLock locks f exclusively until f is closed. It reports false when another
// process, or another open file of this process, holds the lock. On a file system
// without locks it reports true.
func TryLock(f *os.File) (locked bool, err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return false, err
	}
	var lockErr error
	err = raw.Control(func(fd uintptr) {
		lockErr = unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB)
	})
	return err == nil && !errors.Is(lockErr, unix.EWOULDBLOCK), err
}

// FreeSpace returns the bytes that the disk of folder has left for this user. It
// is negative when the system does not report it.
func FreeSpace(folder string) int64 {
	var st unix.Statfs_t
	if err := unix.Statfs(folder, &st); err != nil {
		return -1
	}
	free := st.Bavail * uint64(st.Bsize) //nolint:gosec // sizes are not negative; the type differs from system to system
	return int64(min(free, 1<<62))
}

// linkNew implements RenameNew for file systems without an atomic rename that never
// replaces. It makes a hard link, which never replaces a file, and removes the old
// name. On file systems without hard links it checks the new name and then renames: a
// file that another program creates between the two calls is replaced.
func linkNew(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}
