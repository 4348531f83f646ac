package transfer

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"wangpan/wire/durable"
)

// A partial belongs to whoever has locked it, and its record is locked as
// well, since it outlives the partial for a moment: when the partial has got
// its name, the next one may take its place, and the record is still to be
// removed. Whatever is done to a path is done by the holder of the lock on
// what stands there.

// createPartial makes an empty partial at path, where nothing of use may be
// yet: else fs.ErrExist.
func createPartial(path string, h *header) (*partial, error) {
	f, err := createLocked(path)
	if errors.Is(err, fs.ErrExist) && reclaim(path) {
		f, err = createLocked(path)
	}
	if err != nil {
		return nil, err
	}
	p := &partial{path: path, header: h, f: f, pieces: &pieces{size: h.Size}}
	if !freeRecord(path) {
		_ = os.Remove(path) // ours, and empty
		_ = f.Close()
		return nil, fs.ErrExist
	}
	if p.record, _, err = writeRecord(recordPath(path), h, p.pieces); err != nil {
		p.drop()
		return nil, err
	}
	return p, nil
}

// createLocked makes an empty file and locks it. It is fs.ErrExist when
// somebody else has locked or taken it in between.
func createLocked(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|openNoFollow, 0o600)
	if err != nil {
		return nil, err
	}
	err = f.Chmod(0o600) // whatever the umask took
	if err == nil {
		err = lockFile(f)
	}
	if err == nil && !stands(f, path) || errors.Is(err, ErrInUse) {
		err = fs.ErrExist
	}
	if err != nil {
		_ = f.Close() // it is empty
		return nil, err
	}
	return f, nil
}

// lockFile locks f until it is closed. It fails with ErrInUse when another
// process, or another transfer of this one, holds the lock.
func lockFile(f *os.File) error {
	locked, err := durable.TryLock(f)
	if err == nil && !locked {
		err = ErrInUse
	}
	return err
}

// openLocked opens what stands at path and locks it.
func openLocked(path string) (*os.File, error) {
	f, _, err := openChecked(path, os.O_RDWR|openNoFollow)
	if err != nil {
		return nil, err
	}
	err = lockFile(f)
	if err == nil && !stands(f, path) {
		err = fs.ErrNotExist // its last holder has finished it: what is open is the target
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	return f, nil
}

// A check whether a file is locked holds the lock for a moment.
const (
	lockTries = 5
	lockPause = 10 * time.Millisecond
)

// openLockedSoon is openLocked that tries again, since the holder of the lock may
// only be checking it.
func openLockedSoon(path string) (f *os.File, err error) {
	for range lockTries {
		if f, err = openLocked(path); !errors.Is(err, ErrInUse) {
			break
		}
		time.Sleep(lockPause)
	}
	return f, err
}

// stands reports whether f is what has the name path now.
func stands(f *os.File, path string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(path)
	return err == nil && os.SameFile(open, named)
}

// reclaim removes a partial whose maker was killed before it had a record: it
// is empty, and nobody has it.
func reclaim(path string) bool {
	if info, err := os.Lstat(path); err != nil || info.Size() > 0 {
		return false // without a lock, which its owner may be about to take
	}
	f, err := openLocked(path)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() > 0 {
		return false
	}
	if _, err := os.Lstat(recordPath(path)); !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	erase(f, path)
	return true
}

// freeRecord reports whether nobody has the record of the partial at path, so
// that it may be replaced or removed.
func freeRecord(path string) bool {
	f, err := openLocked(recordPath(path))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	_ = f.Close() // the lock on the partial keeps others away
	return true
}

// erase removes the partial f, which is locked and stands at path, with its
// record. It is emptied first: if this is cut short, what is left can be
// reclaimed.
func erase(f *os.File, path string) {
	_ = f.Truncate(0)
	_ = os.Remove(recordPath(path)) // what is not there is gone already
	_ = os.Remove(path + rewriteSuffix)
	if closeToRename {
		_ = f.Close() // an open file cannot be removed
	}
	_ = os.Remove(path)
}

// dropPartial removes a partial and reports whether it did: not while a
// transfer has it.
func dropPartial(path string) bool {
	f, err := openLocked(path)
	if err != nil {
		return false
	}
	erase(f, path)
	_ = f.Close() // it is gone
	return true
}

// dropRecord removes a record whose partial is gone: it got its name, and the
// machine stopped then.
func dropRecord(path string) {
	f, err := openLocked(recordPath(path))
	if err != nil {
		return
	}
	defer f.Close()
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(recordPath(path))
	}
}
