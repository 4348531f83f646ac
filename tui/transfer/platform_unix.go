//go:build linux || darwin

package transfer

import (
	"errors"
	"io/fs"
	"sync"

	"golang.org/x/sys/unix"
)

const (
	// openNoHang makes an open of a pipe return at once.
	openNoHang = unix.O_NONBLOCK
	// openNoFollow makes an open of a symbolic link fail.
	openNoFollow = unix.O_NOFOLLOW
	// closeToRename says that an open file cannot be renamed.
	closeToRename = false
)

func isDiskFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT)
}

// hasModes says that files have Unix modes.
const hasModes = true

// umask returns the umask of the process. Reading it sets it for a moment, in which new
// files are private, so it is read once.
var umask = sync.OnceValue(func() fs.FileMode {
	mask := unix.Umask(0o077)
	unix.Umask(mask)
	return fs.FileMode(mask) & fs.ModePerm
})

func executableOf(info fs.FileInfo) *bool {
	executable := info.Mode()&0o100 != 0
	return &executable
}
