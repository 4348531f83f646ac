package daemon

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Occupied reports whether the data folder dir has anything in the folder of an
// account: files, unfinished uploads or trash. What cannot be looked at is taken
// for occupied, since it may be somebody's.
func Occupied(dir, folder string) bool {
	for _, part := range []string{"drives", "uploads", "trash"} {
		f, err := os.Open(filepath.Join(dir, part, folder))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return true
		}
		_, err = f.Readdirnames(1)
		_ = f.Close() // it was only read
		if !errors.Is(err, io.EOF) {
			return true
		}
	}
	return false
}
