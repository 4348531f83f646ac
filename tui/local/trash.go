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

// ErrNoTrash means that something cannot go to the trash: its file system has
// none and can get none, or this system has no trash that a program may fill.
var ErrNoTrash = errors.New("it cannot be moved to the trash")

// alike is how many things of one name the trash takes; nobody has more.
const alike = 10_000

// Trashed is something in the trash, and where it was.
type Trashed struct {
	Path  wire.Path // where it was
	place string    // where it is, on the host
	note  string    // what says so, for the desktop; blank: none
}

// Trash moves something to the trash of the person's desktop, or to the one of
// the file system that it lies on. It only ever renames: what would have to be
// copied is ErrNoTrash.
func Trash(path wire.Path) (Trashed, error) {
	home, err := openTrash()
	if err != nil {
		return Trashed{}, err
	}
	from := Host(path)
	place, note, err := home.take(from)
	if err != nil && otherDisk(err) {
		var top can
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

// take moves something into the trash, beside what has its name there.
func (c can) take(from string) (place, note string, err error) {
	if inside, err := filepath.Rel(c.folder, from); err == nil && filepath.IsLocal(inside) {
		return "", "", ErrNoTrash // it is there
	}
	name := filepath.Base(from)
	for n := 1; n <= alike; n++ {
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
			return "", "", fmt.Errorf("note what goes to the trash: %w", err)
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

// Restore puts something back where it was. It is fs.ErrExist when something
// has come there.
func (t Trashed) Restore() error {
	if err := durable.RenameNew(t.place, Host(t.Path)); err != nil {
		return err
	}
	if t.note == "" {
		return nil
	}
	return os.Remove(t.note)
}

// can is a trash.
type can struct {
	folder string // all of it
	files  string // where the files go
	notes  string // where it is written down what they were; blank: nowhere
	top    string // what the notes' paths start from; blank: the root
}
