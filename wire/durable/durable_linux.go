package durable

import (
	"errors"

	"golang.org/x/sys/unix"
)

// RenameNew renames from to to in one step. It fails with fs.ErrExist when a file
// or folder has the name to. It does not flush the folder.
func RenameNew(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return linkNew(from, to) // the file system does not support the flag
	}
	return err
}
