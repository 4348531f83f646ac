package transfer

import (
	"io/fs"
	"syscall"

	"wangpan/wire"
)

// changeTime returns the time of the last change of content or metadata in nanoseconds.
// No program can set it.
func changeTime(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ctimespec.Nano()
	}
	return 0
}

// createWhole needs files without a name, which only Linux has.
func createWhole(string, []byte, wire.Entry) error { return errNoWhole }
