package transfer

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"wangpan/wire/durable"
)

// The holder of the lock on a partial owns it. The record has a lock too: when the
// partial is renamed, another process may create the next partial before the record
// is removed. Only the holder of the lock on the file at a path may change that path.

// createPartial makes an empty partial at path. It fails with fs.ErrExist if the path
// has data or another owner.
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
		_ = os.Remove(path) // it is empty
		_ = f.Close()
		return nil, fs.ErrExist
	}
	if p.record, _, err = writeRecord(recordPath(path), h, p.pieces); err != nil {
		p.drop()
		return nil, err
	}
	return p, nil
}

// createLocked makes an empty file and locks it. It fails with fs.ErrExist if the
// file exists, or another process locks or replaces it in between.
func createLocked(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|openNoFollow, 0o600)
	if err != nil {
		return nil, err
	}
	err = f.Chmod(0o600) // independent of the umask
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

// openLocked opens the regular file at path and locks it.
func openLocked(path string) (*os.File, error) {
	f, _, err := openChecked(path, os.O_RDWR|openNoFollow)
	if err != nil {
		return nil, err
	}
	err = lockFile(f)
	if err == nil && !stands(f, path) {
		err = fs.ErrNotExist // its last owner has renamed it to the target
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	return f, nil
}

// isLocked holds the lock of a file for a moment. openLockedWait waits that long.
const (
	lockTries = 5
	lockPause = 10 * time.Millisecond
)

// openLockedWait calls openLocked again while another process holds the lock, at most
// lockTries times. It returns the cause of ctx if ctx ends first.
func openLockedWait(ctx context.Context, path string) (f *os.File, err error) {
	for tries := 1; ; tries++ {
		if f, err = openLocked(path); !errors.Is(err, ErrInUse) || tries == lockTries {
			return f, err
		}
		if err := sleep(ctx, lockPause); err != nil {
			return nil, err
		}
	}
}

// stands reports whether path names the open file f.
func stands(f *os.File, path string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(path)
	return err == nil && os.SameFile(open, named)
}

// reclaim removes an unlocked, empty partial without a record: its process was killed
// before it wrote one.
func reclaim(path string) bool {
	if info, err := os.Lstat(path); err != nil || info.Size() > 0 {
		return false // do not take the lock, which its owner may need now
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

// freeRecord reports whether the record of the partial at path is not locked, so that
// the owner of the partial may replace it.
func freeRecord(path string) bool {
	f, err := openLocked(recordPath(path))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	_ = f.Close() // the lock on the partial keeps others away
	return true
}

// erase removes the locked partial f at path and its record. It truncates the partial
// first, so that reclaim can finish an interrupted erase.
func erase(f *os.File, path string) {
	_ = f.Truncate(0)
	_ = os.Remove(recordPath(path)) // it may not exist
	_ = os.Remove(path + rewriteSuffix)
	if closeToRename {
		_ = f.Close() // an open file cannot be removed
	}
	_ = os.Remove(path)
}

// dropPartial removes a partial that no transfer uses and reports whether it did.
func dropPartial(path string) bool {
	f, err := openLocked(path)
	if err != nil {
		return false
	}
	erase(f, path)
	_ = f.Close() // it is gone
	return true
}

// dropRecord removes a record without a partial. A crash after the rename leaves one.
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
