package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"wangpan/wire"
	"wangpan/wire/durable"
)

// ErrNoTrash means that a file cannot be moved to the trash: its file system has no
// trash and none can be made, or programs have no access to the trash of this system.
var ErrNoTrash = errors.New("the file cannot be moved to the trash")

// maxSameName is how many files of one name the trash can hold.
const maxSameName = 10_000

// Trashed is a file or folder in the trash.
type Trashed struct {
	Path  wire.Path // its path before
	place string    // its path in the trash, of the operating system
	note  string    // the path of its .trashinfo file; blank: none
}

// Trash moves a file or folder to the trash of the desktop or, if that is on another
// file system, to the trash of its own file system. It only renames: when it would have
// to copy, it fails with ErrNoTrash.
func Trash(path wire.Path) (Trashed, error) {
	home, err := openTrash()
	if err != nil {
		return Trashed{}, err
	}
	from := Host(path)
	place, note, err := home.take(from)
	if err != nil && otherDisk(err) {
		var top trashFolder
		if top, from, err = openTopTrash(from); err == nil {
			place, note, err = top.take(from)
		}
		if err != nil && otherDisk(err) { // one file system, mounted at two places
			err = ErrNoTrash
		}
	}
	if err != nil {
		return Trashed{}, err
	}
	return Trashed{path, place, note}, nil
}

// take moves a file or folder into the trash, under the first free name of the kind
// "name.2.txt".
func (c trashFolder) take(from string) (place, note string, err error) {
	if inside, err := filepath.Rel(c.folder, from); err == nil && filepath.IsLocal(inside) {
		return "", "", ErrNoTrash // it is in the trash already
	}
	name := filepath.Base(from)
	for n := 1; n <= maxSameName; n++ {
		free := name
		if n > 1 {
			extension := filepath.Ext(name)
			free = strings.TrimSuffix(name, extension) + "." + strconv.Itoa(n) + extension
		}
		note, err := c.note(free, from)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", "", fmt.Errorf("write trash info: %w", err)
		}
		place := filepath.Join(c.files, free)
		err = durable.RenameNew(from, place)
		if err == nil {
			return place, note, nil
		}
		if note != "" {
			err = errors.Join(err, os.Remove(note))
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", "", err
		}
	}
	return "", "", ErrNoTrash
}

// Restore moves the file or folder back to Path. It fails with fs.ErrExist when that
// path exists.
func (t Trashed) Restore() error {
	if err := durable.RenameNew(t.place, Host(t.Path)); err != nil {
		return err
	}
	if t.note == "" {
		return nil
	}
	return os.Remove(t.note)
}

// trashFolder is a trash, with paths of the operating system.
type trashFolder struct {
	folder string // contains files and notes
	files  string // the folder of the files
	notes  string // the folder of the .trashinfo files; blank: this trash has none
	top    string // the folder that the paths in .trashinfo files are relative to; blank: the root
}
