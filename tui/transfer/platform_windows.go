package transfer

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/windows"

	"wangpan/wire"
)

const (
	openNoHang   = 0
	openNoFollow = 0
	// closeToRename says that an open file cannot be renamed.
	closeToRename = true
)

// changeTime returns 0: os.FileInfo does not contain the change time.
func changeTime(fs.FileInfo) int64 { return 0 }

func isDiskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// hasModes says that files have no Unix modes.
const hasModes = false

func umask() fs.FileMode { return 0 }

// executableOf returns nil: files have no executable bit.
func executableOf(fs.FileInfo) *bool { return nil }

// createWhole needs files without a name, which only Linux has.
func createWhole(string, []byte, wire.Entry) error { return errNoWhole }
