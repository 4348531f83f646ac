package transfer

import (
	"io/fs"
	"os"

	"wangpan/wire"
)

// Modes of what a download makes, before the umask: those of every program.
const (
	newFile   fs.FileMode = 0o666
	newFolder fs.FileMode = 0o777
)

// modeOf returns the permissions of a finished download. A new file follows the
// umask, and one that replaces another keeps the permissions of that. An
// executable file may be run by all who may read it; one that is not takes the
// bit from nobody.
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

// executable returns the bit that an upload sends; nil where the local file has
// none.
func (u *upload) executable() *bool {
	if u.job.KeepMode {
		return nil
	}
	return executableOf(u.src.stamp.info)
}

// differs reports whether the bit here is known and another one than there.
func differs(here *bool, there bool) bool { return here != nil && *here != there }

// storesExecutable reports whether the server stores executable bits.
func (l *link) storesExecutable() bool {
	s, ok := l.server.(interface{ Welcome() wire.Welcome })
	return ok && s.Welcome().Has(wire.FeatureExecutable)
}

// setMode gives a download that is complete the mode of its file.
func setMode(f *os.File, replaced fs.FileInfo, executable bool) error {
	if !hasModes {
		return nil
	}
	return f.Chmod(modeOf(replaced, executable, umask()))
}
