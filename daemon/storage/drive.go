package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"wangpan/wire"
)

// drive is an open account. Its methods are spread over files by what they do:
// list.go, content.go, move.go, stage.go, commit.go, uploads.go, trash.go and
// restore.go.
type drive struct {
	*account
	closing sync.Once
}

var _ Drive = (*drive)(nil)

// Close implements Drive.
func (d *drive) Close() (err error) {
	d.closing.Do(func() { err = d.release() })
	return err
}

// Stat implements Drive.
func (d *drive) Stat(_ context.Context, path wire.Path) (wire.StatReply, error) {
	reply, err := d.stat(path)
	return reply, refuse(wire.Stat, path, err)
}

func (d *drive) stat(path wire.Path) (wire.StatReply, error) {
	parent, info, err := d.lookup(path)
	if err != nil {
		return wire.StatReply{}, err
	}
	defer parent.Close()
	if info.IsDir() {
		return wire.StatReply{Entry: entryOf(path.Base(), info)}, nil
	}
	f, opened, err := openFile(parent, string(path.Base()))
	if errors.Is(err, fs.ErrPermission) {
		// Put there by hand and not for the daemon to read: it can be seen.
		return wire.StatReply{Entry: entryOf(path.Base(), info)}, nil
	}
	if err != nil {
		return wire.StatReply{}, err
	}
	defer f.Close()
	entry := entryOf(path.Base(), opened)
	return wire.StatReply{Entry: entry, Digest: d.disk.knownDigest(f, opened, entry.Version)}, nil
}

// Mkdir implements Drive.
func (d *drive) Mkdir(ctx context.Context, path wire.Path) (wire.Entry, error) {
	entry, err := d.mkdir(ctx, path)
	return entry, refuseWrite(wire.Mkdir, path, err)
}

func (d *drive) mkdir(ctx context.Context, path wire.Path) (wire.Entry, error) {
	if path == wire.Root {
		return wire.Entry{}, errTaken(path)
	}
	parent, name, err := d.parentOf(path)
	if err != nil {
		return wire.Entry{}, err
	}
	defer parent.Close()
	if _, err := parent.Lstat(string(name)); err == nil {
		return wire.Entry{}, errTaken(path)
	}
	reservation := newReservationID()
	if err := d.reserve(ctx, reservation, room{entries: 1}); err != nil {
		return wire.Entry{}, err
	}
	defer d.ledger.release(reservation)
	if err := d.addFolder(reservation, parent, path); err != nil {
		return wire.Entry{}, err
	}
	if err := syncRoot(parent); err != nil {
		return wire.Entry{}, fmt.Errorf("flush the folder: %w", err)
	}
	info, err := parent.Lstat(string(name))
	if err != nil {
		return wire.Entry{}, err
	}
	return entryOf(name, info), nil
}

// addFolder makes the folder at path in parent, for which the caller has reserved
// room.
func (d *drive) addFolder(reservation wire.UploadID, parent *os.Root, path wire.Path) error {
	name := string(path.Base())
	d.renames.Lock()
	defer d.renames.Unlock()
	if err := d.stands(parent, path); err != nil {
		return err
	}
	if err := d.lands(path, nil); err != nil {
		return err
	}
	if err := parent.Mkdir(name, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			err = errTaken(path)
		}
		return err
	}
	d.ledger.arrivePart(reservation, sum{folders: 1})
	d.disk.watches.changed(d.folder, path, true)
	return parent.Chmod(name, 0o700) // the umask may have taken some
}

func errTaken(path wire.Path) error {
	return wire.Errorf(wire.Exists, "%s is there already: choose another name", path)
}

// refuseWrite is refuse for what makes something at path: it is the folder
// above that is missing.
func refuseWrite(request wire.RequestName, path wire.Path, err error) error {
	if isMissing(err) {
		return errNoFolder(path)
	}
	return refuse(request, path, err)
}

// errNoFolder says that there is no folder to make path in.
func errNoFolder(path wire.Path) error {
	return wire.Errorf(wire.NotFound, "there is no folder %s: make it first", path.Dir())
}
