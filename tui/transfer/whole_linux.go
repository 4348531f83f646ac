package transfer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"wangpan/wire"
)

// createWhole makes a file that gets its name after its content is on the disk: a kill
// leaves no file behind. It fails with fs.ErrExist if path exists, and with errNoWhole
// if the file system cannot do it. It does not flush the folder.
func createWhole(path string, content []byte, entry wire.Entry) error {
	fd, err := unix.Open(filepath.Dir(path), unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	if err != nil {
		if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EISDIR) || errors.Is(err, unix.EINVAL) {
			return errNoWhole
		}
		return &os.PathError{Op: "create", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close()
	if err := setMode(f, nil, entry.Executable); err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	self := fmt.Sprintf("/proc/self/fd/%d", fd)
	_ = os.Chtimes(self, time.Time{}, entry.ModTime) // some file systems do not store it
	if err := f.Sync(); err != nil {
		return err
	}
	err = unix.Linkat(unix.AT_FDCWD, self, unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EXDEV) {
		return errNoWhole // without /proc, or without hard links
	}
	if err != nil {
		return &os.LinkError{Op: "link", Old: self, New: path, Err: err}
	}
	return nil
}
