package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/unicode/norm"

	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/durable"
)

// ErrName means that this system does not allow a file name.
var ErrName = errors.New("this system does not allow the name")

// CheckName returns ErrName when a name is not a valid name of an entry of a folder: it
// is blank, contains a NUL, or would be a path to another folder.
func CheckName(name string) error {
	if name == "" || strings.ContainsRune(name, 0) || transfer.CheckName(wire.Name(name)) != nil {
		return ErrName
	}
	return nil
}

// Mkdir makes a folder that only the user can read (mode 0700). It fails with
// fs.ErrExist when the name exists.
func Mkdir(path wire.Path) error { return os.Mkdir(Host(path), 0o700) }

// Rename gives a file or folder another name in its folder. It fails with ErrName, and
// with fs.ErrExist when the new name exists.
func Rename(path wire.Path, name string) error {
	if err := CheckName(name); err != nil {
		return fmt.Errorf("rename to %q: %w", name, err)
	}
	from := Host(path)
	to := filepath.Join(filepath.Dir(from), name)
	if a, err := os.Lstat(from); err == nil && strings.EqualFold(norm.NFC.String(filepath.Base(from)), norm.NFC.String(name)) {
		// On a file system that ignores case or Unicode form, the new name may be
		// another spelling of the old one: both are the same file.
		if b, err := os.Lstat(to); err == nil && os.SameFile(a, b) && from != to {
			return os.Rename(from, to)
		}
	}
	return durable.RenameNew(from, to)
}
