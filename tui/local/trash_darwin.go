package local

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"golang.org/x/sys/unix"
)

// openTrash returns the trash in the home folder. The Finder shows what lies in
// it, though it cannot put it back by itself.
func openTrash() (can, error) {
	folder := filepath.Join(xdg.Home, ".Trash")
	return can{folder: folder, files: folder}, os.MkdirAll(folder, 0o700)
}

// openTopTrash knows no trash: those of other volumes are the Finder's.
func openTopTrash(string) (can, string, error) { return can{}, "", ErrNoTrash }

func (c can) note(string, string) (string, error) { return "", nil }

func otherDisk(err error) bool { return errors.Is(err, unix.EXDEV) }
