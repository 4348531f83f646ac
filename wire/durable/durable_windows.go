package durable

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// SyncFolder does nothing: NTFS journals names, and Windows has no call that
// flushes a folder.
func SyncFolder(string) error { return nil }

// RenameNew renames from to to in one step. It fails with fs.ErrExist when a file
// or folder has the name to.
func RenameNew(from, to string) error {
	f, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	t, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(f, t, windows.MOVEFILE_WRITE_THROUGH)
}

// TryLock locks f exclusively until f is closed. It reports false when another
// process, or another open file of this process, holds the lock. On a file system
// without locks it reports true. It locks a byte after the end of any file,
// because Windows does not let others read locked bytes.
func TryLock(f *os.File) (locked bool, err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return false, err
	}
	var lockErr error
	err = raw.Control(func(fd uintptr) {
		lockErr = windows.LockFileEx(windows.Handle(fd),
			windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
			&windows.Overlapped{OffsetHigh: 1 << 30})
	})
	held := errors.Is(lockErr, windows.ERROR_LOCK_VIOLATION) || errors.Is(lockErr, windows.ERROR_IO_PENDING)
	return err == nil && !held, err
}

// FreeSpace returns the bytes that the disk of folder has left for this user. It
// is negative when the system does not report it.
func FreeSpace(folder string) int64 {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return -1
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return -1
	}
	return int64(min(free, 1<<62)) //nolint:gosec // bounded
}
