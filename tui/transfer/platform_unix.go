//go:build linux || darwin

package transfer

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

const (
	// openNoHang keeps an open from waiting for the other end of a pipe.
	openNoHang = unix.O_NONBLOCK
	// openNoFollow refuses a symbolic link that was put there meanwhile.
	openNoFollow = unix.O_NOFOLLOW
	// closeToRename says that an open file cannot get another name.
	closeToRename = false
)

// linkNew is RenameNew by way of a hard link, which is never made over
// something. Where there are no hard links it is a look and then a rename: a
// file that appears between them is lost.
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

// syncFolder makes the names in folder durable.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOTSUP) {
		return err
	}
	return nil // EINVAL: a file system that has nothing to sync there
}

// lockFile makes f ours until it is closed. It fails with ErrInUse when
// another process, or another transfer of this one, has it.
func lockFile(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var lockErr error
	if err := raw.Control(func(fd uintptr) {
		lockErr = unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB)
	}); err != nil {
		return err
	}
	if errors.Is(lockErr, unix.EWOULDBLOCK) {
		return ErrInUse
	}
	return nil // a file system without locks: go on without
}

// freeSpace is how many bytes folder's disk has left for us, negative when
// that is unknown.
func freeSpace(folder string) int64 {
	var st unix.Statfs_t
	if err := unix.Statfs(folder, &st); err != nil {
		return -1
	}
	free := st.Bavail * uint64(st.Bsize) //nolint:gosec // sizes are not negative; the type differs from system to system
	return int64(min(free, 1<<62))
}

func isDiskFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT)
}
