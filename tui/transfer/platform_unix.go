//go:build linux || darwin

package transfer

import (
	"errors"
	"io/fs"
	"sync"

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

func isDiskFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT)
}

// hasModes says that files here have modes.
const hasModes = true

// umask returns the umask of the process. It can only be read by setting it, so
// it is read once; a file that another goroutine makes meanwhile is private.
var umask = sync.OnceValue(func() fs.FileMode {
	mask := unix.Umask(0o077)
	unix.Umask(mask)
	return fs.FileMode(mask) & fs.ModePerm
})

func executableOf(info fs.FileInfo) *bool {
	executable := info.Mode()&0o100 != 0
	return &executable
}
