package transfer

import (
	"io/fs"
	"os"

	"wangpan/wire"
)

// Modes of new files and folders before the umask.
const (
	newFile   fs.FileMode = 0o666
	newFolder fs.FileMode = 0o777
)

// modeOf returns the permissions of a finished download. A new file follows the umask.
// A file that replaces another one keeps its permissions. An executable file gets the
// executable bit wherever it has the read bit; a file that is not executable keeps the
// bits of the replaced file.
func modeOf(replaced fs.FileInfo, executable bool, umask fs.FileMode) fs.FileMode {
	mode := newFile
	if replaced != nil {
		mode, umask = replaced.Mode().Perm(), 0
	}
	if executable {
		mode |= mode & 0o444 >> 2
	}
	return mode &^ umask
}

// executable returns the executable bit that an upload sends; nil if the system has
// none or the source is a temporary file.
func (u *upload) executable() *bool {
	if u.job.KeepMode {
		return nil
	}
	return executableOf(u.src.stamp.info)
}

// storesExecutable reports whether the server stores executable bits.
func (l *link) storesExecutable() bool {
	s, ok := l.server.(interface{ Welcome() wire.Welcome })
	return ok && s.Welcome().Has(wire.FeatureExecutable)
}

// setMode sets the mode of a complete download.
func setMode(f *os.File, replaced fs.FileInfo, executable bool) error {
	if !hasModes {
		return nil
	}
	return f.Chmod(modeOf(replaced, executable, umask()))
}
