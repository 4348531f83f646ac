//go:build linux || darwin

package transfer

import (
	"errors"

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
