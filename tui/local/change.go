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

// ErrName means that a name is none for a file of this system.
var ErrName = errors.New("this system has no such names")

// CheckName returns ErrName when a name is none for something in a folder:
// blank, with a zero in it, or one that leads elsewhere.
func CheckName(name string) error {
	if name == "" || strings.ContainsRune(name, 0) || transfer.CheckName(wire.Name(name)) != nil {
		return ErrName
	}
	return nil
}

// Mkdir makes a folder, which nobody else may read. It is fs.ErrExist when
// something has that name.
func Mkdir(path wire.Path) error { return os.Mkdir(Host(path), 0o700) }

// Rename gives something another name in its folder. It is fs.ErrExist when
// something has that name already.
func Rename(path wire.Path, name string) error {
	if err := CheckName(name); err != nil {
		return fmt.Errorf("rename to %q: %w", name, err)
	}
	from := Host(path)
	to := filepath.Join(filepath.Dir(from), name)
	if a, err := os.Lstat(from); err == nil && strings.EqualFold(norm.NFC.String(filepath.Base(from)), norm.NFC.String(name)) {
		// Where letters of either case or form are the same, only that may change.
		if b, err := os.Lstat(to); err == nil && os.SameFile(a, b) && from != to {
			return os.Rename(from, to)
		}
	}
	return durable.RenameNew(from, to)
}
