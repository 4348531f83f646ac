package transfer

import (
	"io/fs"
	"syscall"
)

// changeTime is when the file or its facts last changed, in nanoseconds. No
// program can set it.
func changeTime(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ctimespec.Nano()
	}
	return 0
}
