//go:build !windows && !darwin

package local

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/adrg/xdg"
	"golang.org/x/sys/unix"
)

// openTrash returns the trash in the home folder (freedesktop.org Trash specification
// 1.0). It makes the folders if they do not exist.
func openTrash() (trashFolder, error) {
	folder := filepath.Join(xdg.DataHome, "Trash")
	c := trashAt(folder)
	for _, dir := range []string{c.files, c.notes} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return trashFolder{}, err
		}
	}
	return c, nil
}

func trashAt(folder string) trashFolder {
	return trashFolder{folder: folder, files: filepath.Join(folder, "files"), notes: filepath.Join(folder, "info")}
}

// openTopTrash returns the trash at the top folder of the file system of a file, and the
// path of the file without symbolic links in its folder. It fails with ErrNoTrash when
// no trash there is safe to use or can be made.
func openTopTrash(from string) (c trashFolder, path string, err error) {
	folder, err := filepath.EvalSymlinks(filepath.Dir(from))
	if err != nil {
		return trashFolder{}, "", err
	}
	top, err := topOf(folder)
	if err != nil {
		return trashFolder{}, "", err
	}
	c, err = trashOn(top, os.Getuid())
	return c, filepath.Join(folder, filepath.Base(from)), err
}

// topOf returns the highest folder above folder, or folder itself, that is on the same
// file system.
func topOf(folder string) (string, error) {
	var here unix.Stat_t
	if err := unix.Stat(folder, &here); err != nil {
		return "", err
	}
	for {
		above := filepath.Dir(folder)
		var there unix.Stat_t
		if err := unix.Stat(above, &there); err != nil {
			return "", err
		}
		if above == folder || there.Dev != here.Dev {
			return folder, nil
		}
		folder = above
	}
}

// trashOn returns the user's trash at the top folder of a file system. That is a folder
// in the shared .Trash, if an administrator has made that, or else .Trash-UID.
func trashOn(top string, uid int) (trashFolder, error) {
	own := strconv.Itoa(uid)
	shared := filepath.Join(top, ".Trash")
	places := []string{filepath.Join(top, ".Trash-"+own)}
	// Without the sticky bit, other users could move the files away. A symbolic link
	// could lead to a folder that they can read.
	if info, err := os.Lstat(shared); err == nil && info.IsDir() && info.Mode()&os.ModeSticky != 0 {
		places = slices.Insert(places, 0, filepath.Join(shared, own))
	}
	for _, folder := range places {
		c := trashAt(folder)
		c.top = top
		if ownFolder(c.folder, uid) && ownFolder(c.files, uid) && ownFolder(c.notes, uid) {
			return c, nil
		}
	}
	return trashFolder{}, ErrNoTrash
}

// ownFolder makes a folder if it does not exist. It reports whether the folder is safe to
// use: not a link, and owned by the user.
func ownFolder(folder string, uid int) bool {
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return false
	}
	var info unix.Stat_t
	err := unix.Lstat(folder, &info)
	return err == nil && info.Mode&unix.S_IFMT == unix.S_IFDIR && int(info.Uid) == uid
}

// note writes the .trashinfo file with the old path of a file, and returns its path. It
// is called before the file is moved, so that it reserves the name. It fails with
// fs.ErrExist when the name is taken.
func (c trashFolder) note(name, from string) (string, error) {
	path := filepath.Join(c.notes, name+".trashinfo")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	if c.top != "" {
		if from, err = filepath.Rel(c.top, from); err != nil {
			return "", errors.Join(err, f.Close(), os.Remove(path))
		}
	}
	place := url.URL{Path: from}
	_, err = f.WriteString("[Trash Info]\nPath=" + place.EscapedPath() + "\nDeletionDate=" + time.Now().Format("2006-01-02T15:04:05") + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(path))
	}
	return path, nil
}

func otherDisk(err error) bool { return errors.Is(err, unix.EXDEV) }
