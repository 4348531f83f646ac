package storage

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func ctim(st *syscall.Stat_t) syscall.Timespec { return st.Ctim }

func renameNoReplace(fromFD int, name string, toFD int, target string) error {
	return unix.Renameat2(fromFD, name, toFD, target, unix.RENAME_NOREPLACE)
}

// outOfRoot is the folder f under another descriptor, to read what is in it. A
// file that os.Root has opened looks at each entry, once a name; of a folder of
// 100,000 that is three quarters of the time.
func outOfRoot(f *os.File) (*os.File, error) {
	again := 0
	err := control(f, func(fd int) (err error) {
		again, err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	// Where a file system does not say what an entry is, the name leads there.
	return os.NewFile(uintptr(again), fmt.Sprintf("/proc/self/fd/%d", again)), nil
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
