package transfer

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

const (
	openNoHang   = 0
	openNoFollow = 0
	// closeToRename says that an open file cannot get another name.
	closeToRename = true
)

// RenameNew gives from the name to in one step that fails with fs.ErrExist
// when something has that name, whoever made it.
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

// changeTime is unknown: the system does not tell it with a file's facts.
func changeTime(fs.FileInfo) int64 { return 0 }

// syncFolder does nothing: MOVEFILE_WRITE_THROUGH is as far as Windows goes.
func syncFolder(string) error { return nil }

// lockFile makes f ours until it is closed. It fails with ErrInUse when
// another process, or another transfer of this one, has it. The locked byte
// lies behind the end of any file, since locks keep others from reading.
func lockFile(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var lockErr error
	if err := raw.Control(func(fd uintptr) {
		lockErr = windows.LockFileEx(windows.Handle(fd),
			windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
			&windows.Overlapped{OffsetHigh: 1 << 30})
	}); err != nil {
		return err
	}
	if errors.Is(lockErr, windows.ERROR_LOCK_VIOLATION) || errors.Is(lockErr, windows.ERROR_IO_PENDING) {
		return ErrInUse
	}
	return nil // a file system without locks: go on without
}

// freeSpace is how many bytes folder's disk has left for us, negative when
// that is unknown.
func freeSpace(folder string) int64 {
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

func isDiskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
