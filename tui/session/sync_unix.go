//go:build !windows

package session

import (
	"errors"
	"os"
)

// syncFolder makes a rename in a folder survive a power cut.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
