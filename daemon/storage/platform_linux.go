package storage

import (
	"syscall"

	"golang.org/x/sys/unix"
)

func ctim(st *syscall.Stat_t) syscall.Timespec { return st.Ctim }

func renameNoReplace(fromFD int, name string, toFD int, target string) error {
	return unix.Renameat2(fromFD, name, toFD, target, unix.RENAME_NOREPLACE)
}

func renameExchange(oneFD int, name string, otherFD int, target string) error {
	return unix.Renameat2(oneFD, name, otherFD, target, unix.RENAME_EXCHANGE)
}
