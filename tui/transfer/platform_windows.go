package transfer

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/windows"
)

const (
	openNoHang   = 0
	openNoFollow = 0
	// closeToRename says that an open file cannot get another name.
	closeToRename = true
)

// changeTime is unknown: the system does not tell it with a file's facts.
func changeTime(fs.FileInfo) int64 { return 0 }

func isDiskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// hasModes says that files here have none.
const hasModes = false

func umask() fs.FileMode { return 0 }

// executableOf is for systems that have such a bit.
func executableOf(fs.FileInfo) *bool { return nil }
