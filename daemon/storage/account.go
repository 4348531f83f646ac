package storage

import (
	"errors"
	"os"
	"sync"

	"wangpan/wire"
)

// account is one account's folders, shared by all that is open on them.
type account struct {
	disk   *Disk
	folder string
	files  *os.Root // drives/FOLDER
	staged *os.Root // uploads/FOLDER
	trash  *os.Root // trash/FOLDER
	bin    bin      // what is in trash
	ledger *ledger
	uses   int // guarded by disk.mu

	mu   sync.Mutex
	open map[wire.UploadID]*opened // uploads that somebody is at

	// renames is held from the check of a precondition to the rename that
	// depends on it, so that of two commits only one sees the old file, and an
	// item of the trash is restored or dropped once. A rename takes
	// microseconds, so one lock serves all paths.
	renames sync.Mutex

	// looks are those that go on at trees which are about to be moved, see
	// deepen. It is guarded by renames.
	looks map[*look]struct{}
}

// share is one more use of a, to be released like the first.
func (a *account) share() {
	a.disk.mu.Lock()
	a.uses++
	a.disk.mu.Unlock()
}

// release ends one use of a; the last closes the folders.
func (a *account) release() error {
	a.disk.mu.Lock()
	defer a.disk.mu.Unlock()
	if a.uses--; a.uses > 0 {
		return nil
	}
	if a.disk.accounts[a.folder] == a {
		delete(a.disk.accounts, a.folder)
	}
	return errors.Join(a.files.Close(), a.staged.Close(), a.trash.Close())
}

func (a *account) key(id wire.UploadID) uploadKey { return uploadKey{a.folder, id} }
