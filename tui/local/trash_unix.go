//go:build !windows && !darwin

package local

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"
	"golang.org/x/sys/unix"
)

// openTrash returns the trash in the home folder, as freedesktop.org's Trash
// specification 1.0 describes it.
func openTrash() (can, error) {
	folder := filepath.Join(xdg.DataHome, "Trash")
	c := can{folder, filepath.Join(folder, "files"), filepath.Join(folder, "info")}
	for _, dir := range []string{c.files, c.notes} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return can{}, err
		}
	}
	return c, nil
}

// note writes down where something was. The note is made before the file comes
// and keeps its name free from others.
func (c can) note(name, from string) (string, error) {
	path := filepath.Join(c.notes, name+".trashinfo")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	place := url.URL{Path: from}
	_, err = f.WriteString("[Trash Info]\nPath=" + place.EscapedPath() + "\nDeletionDate=" + time.Now().Format("2006-01-02T15:04:05") + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(path))
	}
	return path, nil
}

func otherDisk(err error) bool { return errors.Is(err, unix.EXDEV) }
