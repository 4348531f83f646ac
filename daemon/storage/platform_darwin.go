package storage

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func ctim(st *syscall.Stat_t) syscall.Timespec { return st.Ctimespec }

func renameNoReplace(fromFD int, name string, toFD int, target string) error {
	return unix.RenameatxNp(fromFD, name, toFD, target, unix.RENAME_EXCL)
}

func renameExchange(oneFD int, name string, otherFD int, target string) error {
	return unix.RenameatxNp(oneFD, name, otherFD, target, unix.RENAME_SWAP)
}

// syncsAll: files are flushed one by one here.
const syncsAll = false

func syncAll(*os.File) error { return errors.ErrUnsupported }

// cloneFile: the system has none for a file that is there already.
func cloneFile(_, _ *os.File) error { return errors.ErrUnsupported }

// outOfRoot is what a folder is read through: f itself here.
func outOfRoot(f *os.File) (*os.File, error) { return f, nil }
