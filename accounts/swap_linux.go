package accounts

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// exchange puts temp in the place of path unless somebody has put another file there since it was last
// looked at: an editor may save at any moment, also in the one before a rename. So the two change places,
// and when what came out is not what was expected, they change back.
func exchange(temp, path string, since fs.FileInfo) error {
	err := unix.Renameat2(unix.AT_FDCWD, temp, unix.AT_FDCWD, path, unix.RENAME_EXCHANGE)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) { // not every file system can
		return os.Rename(temp, path)
	}
	if err != nil {
		return err
	}
	info, err := os.Lstat(temp)
	if err != nil || unchanged(since, info) {
		return err
	}
	if err := unix.Renameat2(unix.AT_FDCWD, temp, unix.AT_FDCWD, path, unix.RENAME_EXCHANGE); err != nil {
		return err
	}
	return errEdited
}
