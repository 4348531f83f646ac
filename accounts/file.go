package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Everything we write may hold hashes of passwords: for the owner only, under any umask.
const (
	fileMode   fs.FileMode = 0o600
	folderMode fs.FileMode = 0o700
)

// tempPattern names unfinished files. The lock is held whenever one exists, so that Open may clear
// away what a crash left.
const tempPattern = ".accounts-*.tmp"

var errNotRegular = errors.New("not a regular file")

// replaceFile puts data at path so that a crash at any moment leaves the old file or the new one,
// whole. The check runs last, when the new file is on the disk and only the rename is missing; its
// error stops everything and leaves the old file alone.
func replaceFile(path string, data []byte, check func() error) error {
	return putFile(path, data, check, func(temp string) error { return os.Rename(temp, path) })
}

// putFile is replaceFile with another way to rename.
func putFile(path string, data []byte, check func() error, rename func(temp string) error) error {
	temp, err := os.CreateTemp(filepath.Dir(path), tempPattern)
	if err != nil {
		return fmt.Errorf("make a temporary file: %w", err)
	}
	defer os.Remove(temp.Name()) // without effect once it was renamed
	err = fillFile(temp, data)
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = check()
	}
	if err != nil {
		return err
	}
	if err := rename(temp.Name()); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func fillFile(f *os.File, data []byte) error {
	// CreateTemp asks for 0600, and a umask may have taken even that away.
	if err := f.Chmod(fileMode); err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

// always is the check of a replaceFile that needs none.
func always() error { return nil }

// makeFolder makes a folder for the owner only.
func makeFolder(path string) error {
	if err := os.MkdirAll(path, folderMode); err != nil {
		return err
	}
	return os.Chmod(path, folderMode)
}

// readRegular reads a file of at most limit bytes. Anything but a regular file is refused before it
// is opened, because opening a FIFO waits for ever.
func readRegular(path string, limit int64) ([]byte, fs.FileInfo, error) {
	if info, err := os.Lstat(path); err != nil {
		return nil, nil, err
	} else if !info.Mode().IsRegular() {
		return nil, nil, errNotRegular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	// The same file, and not what was put in its place since.
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	var data bytes.Buffer
	data.Grow(int(min(info.Size(), limit)) + bytes.MinRead)
	if _, err := data.ReadFrom(io.LimitReader(f, limit+1)); err != nil {
		return nil, nil, err
	}
	if int64(data.Len()) > limit {
		return nil, nil, fmt.Errorf("the file is larger than %d MiB", limit>>20)
	}
	return data.Bytes(), info, nil
}

// exists tells whether anything at all stands at path.
func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
