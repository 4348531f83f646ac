package storage

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func ctim(st *syscall.Stat_t) syscall.Timespec { return st.Ctim }

func renameNoReplace(fromFD int, name string, toFD int, target string) error {
	return unix.Renameat2(fromFD, name, toFD, target, unix.RENAME_NOREPLACE)
}

// syncsAll: syncAll does something here.
const syncsAll = true

// syncAll brings everything on the disk that was written to the file system on
// which f is.
func syncAll(f *os.File) error {
	return control(f, unix.Syncfs)
}

func renameExchange(oneFD int, name string, otherFD int, target string) error {
	return unix.Renameat2(oneFD, name, otherFD, target, unix.RENAME_EXCHANGE)
}

// cloneFile makes dst share the bytes of src, which takes no time and no room,
// where the file system can.
func cloneFile(src, dst *os.File) error {
	return control(src, func(srcFD int) error {
		return control(dst, func(dstFD int) error { return unix.IoctlFileClone(dstFD, srcFD) })
	})
}
