//go:build unix

package transfer

import (
	"io/fs"
	"sync"

	"golang.org/x/sys/unix"
)

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
