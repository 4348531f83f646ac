// Package durable holds the file operations that must survive a crash or a
// power cut. The client and the daemon share it.
//
// [WriteFile] replaces a small file atomically: after a crash the path holds the
// old or the new content, never a mixture. A caller that writes a large file
// itself does the same in four steps: it creates a temporary file in the target's
// folder, writes it and calls Sync, renames it with os.Rename or [RenameNew], and
// calls [SyncFolder].
//
// [TryLock] locks an open file against other programs. [FreeSpace] returns the free
// bytes of a disk. Each of these functions has one implementation per system, in the
// file with that system's name.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// tempPattern names temporary files. It does not contain the name of the target,
// which may already have the greatest length that the file system allows.
const tempPattern = ".wangpan-*.tmp"

// WriteFile replaces the file at path, or creates it, with exactly the
// permission bits perm, regardless of the umask. It writes a temporary file in
// the same folder, flushes it, renames it and flushes the folder. When WriteFile
// fails, it removes the temporary file. The content of path is then unchanged,
// unless only the flush of the folder failed.
func WriteFile(path string, content []byte, perm fs.FileMode) error {
	folder := filepath.Dir(path)
	temp, err := os.CreateTemp(folder, tempPattern)
	if err != nil {
		return err
	}
	if err = fill(temp, content, perm); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return SyncFolder(folder)
}

// fill writes content to the new file f, flushes it and closes it.
func fill(f *os.File, content []byte, perm fs.FileMode) error {
	err := f.Chmod(perm)
	if err == nil {
		_, err = f.Write(content)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
