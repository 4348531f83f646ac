package local

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"golang.org/x/sys/unix"
)

// openTrash returns the trash in the home folder. The Finder shows its files, but
// cannot restore them.
func openTrash() (trashFolder, error) {
	folder := filepath.Join(xdg.Home, ".Trash")
	return trashFolder{folder: folder, files: folder}, os.MkdirAll(folder, 0o700)
}

// openTopTrash fails with ErrNoTrash: only the Finder manages the trash of other volumes.
func openTopTrash(string) (trashFolder, string, error) { return trashFolder{}, "", ErrNoTrash }

func (c trashFolder) note(string, string) (string, error) { return "", nil }

func otherDisk(err error) bool { return errors.Is(err, unix.EXDEV) }
