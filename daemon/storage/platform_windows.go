package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"

	"wangpan/wire"
)

// Windows keeps less of the promises than unix: a version does not see a change
// of content that keeps size and mtime, digests are not kept over a restart,
// folders are not flushed, and a file that is being read may refuse to be replaced.

// openFlags has nothing to add: opening a pipe below a folder is not possible.
const openFlags = 0

var errNoAttributes = errors.New("no extended attributes on this system")

func isNoSpace(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

func isBadName(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_NAME) || errors.Is(err, windows.ERROR_FILENAME_EXCED_RANGE)
}

func isFolderInTheWay(err error) bool { return errors.Is(err, windows.ERROR_ACCESS_DENIED) }

// checkHostName refuses what Windows would read as another name, a stream or a device.
func checkHostName(name wire.Name) error {
	s := string(name)
	if strings.ContainsAny(s, `\:*?"<>|`) || strings.HasSuffix(s, ".") || strings.HasSuffix(s, " ") || !filepath.IsLocal(s) {
		return wire.Errorf(wire.Invalid, "the server's file system does not allow the name %s", s)
	}
	return nil
}

// inodeOf is 0: the index of a file is not part of what a listing says.
func inodeOf(fs.FileInfo) uint64 { return 0 }

// linksOf is unknown: a listing does not say how many names a file has.
func linksOf(fs.FileInfo) uint64 { return 2 }

// changeTime is the time of creation, the best that a listing says.
func changeTime(info fs.FileInfo) int64 {
	if data, ok := info.Sys().(*syscall.Win32FileAttributeData); ok {
		return data.CreationTime.Nanoseconds()
	}
	return 0
}

func readAttribute(*os.File) ([]byte, error) { return nil, errNoAttributes }

func writeAttribute(*os.File, []byte) error { return errNoAttributes }

func freeSpace(f *os.File) (int64, error) {
	path, err := windows.UTF16PtrFromString(f.Name())
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, nil, nil); err != nil {
		return 0, err
	}
	return int64(min(free, wire.MaxSize)), nil
}

func moveFile(from *os.File, name string, to *os.File, target string, replace bool) error {
	old, err := windows.UTF16PtrFromString(filepath.Join(from.Name(), name))
	if err != nil {
		return err
	}
	fresh, err := windows.UTF16PtrFromString(filepath.Join(to.Name(), target))
	if err != nil {
		return err
	}
	flags := uint32(windows.MOVEFILE_WRITE_THROUGH)
	if replace {
		flags |= windows.MOVEFILE_REPLACE_EXISTING
	}
	err = windows.MoveFileEx(old, fresh, flags)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return wire.Errorf(wire.Busy, "the file is being read: try again soon")
	}
	if err != nil {
		return &os.LinkError{Op: "rename", Old: name, New: target, Err: err}
	}
	return nil
}

// moveFolder is moveFile for a folder, and replaces nothing either.
func moveFolder(from *os.File, name string, to *os.File, target string) error {
	return moveFile(from, name, to, target, false)
}

func linkFile(from *os.File, name string, to *os.File, target string) error {
	return os.Link(filepath.Join(from.Name(), name), filepath.Join(to.Name(), target))
}

func exchangeFiles(*os.File, string, *os.File, string) error { return errors.ErrUnsupported }

// syncFolder has nothing to do: MOVEFILE_WRITE_THROUGH waits for the rename.
func syncFolder(*os.File) error { return nil }

// syncsAll: files are flushed one by one here.
const syncsAll = false

func syncAll(*os.File) error { return errors.ErrUnsupported }

// cloneFile: the system has none for a file that is there already.
func cloneFile(_, _ *os.File) error { return errors.ErrUnsupported }

// outOfRoot is what a folder is read through: f itself here.
func outOfRoot(f *os.File) (*os.File, error) { return f, nil }
