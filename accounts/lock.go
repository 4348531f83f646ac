package accounts

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// beside returns the path of a file that belongs to the workbook at path: accounts.xlsx has
// accounts.journal.
func beside(path, extension string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + extension
}

func journalPath(path string) string { return beside(path, ".journal") }

// lockBook makes this process and this Book the only one that writes these accounts. The lock ends
// with the process, however it ends; the file stays.
func lockBook(path string) (*flock.Flock, error) {
	lock := flock.New(beside(path, ".lock"), flock.SetPermissions(fileMode), flock.SetFlag(os.O_CREATE|os.O_RDWR))
	locked, err := lock.TryLock()
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("lock accounts: %w", err)
	}
	if !locked {
		_ = lock.Close()
		return nil, errInUse
	}
	if err := os.Chmod(lock.Path(), fileMode); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("lock accounts: %w", err)
	}
	return lock, nil
}

// clearTemporary removes what a crash left unfinished. Call it with the lock held.
func clearTemporary(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, tempPattern))
	if err != nil {
		return err
	}
	for _, path := range left {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove an unfinished file: %w", err)
		}
	}
	return nil
}
