//go:build unix

package accounts

import (
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"
)

// TestUmask: the modes are ours, whatever the umask says.
func TestUmask(t *testing.T) {
	for _, c := range []struct {
		name  string
		umask int
	}{{"open", 0}, {"closed", 0o777}} {
		t.Run(c.name, func(t *testing.T) {
			path := newPath(t)
			before := syscall.Umask(c.umask)
			defer syscall.Umask(before)
			b := bookAt(t, path, Options{})
			mustRegister(t, b, "alice")
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			files := 0
			err := filepath.WalkDir(filepath.Dir(path), func(file string, d fs.DirEntry, err error) error {
				if err != nil || file == filepath.Dir(path) {
					return err
				}
				info, err := d.Info()
				want := fileMode
				if d.IsDir() {
					want = folderMode
				}
				if err == nil && info.Mode().Perm() != want {
					t.Errorf("%s is %v, want %v", d.Name(), info.Mode(), want)
				}
				files++
				return err
			})
			if err != nil || files != 5 {
				t.Errorf("%d files, %v", files, err)
			}
		})
	}
}

// TestFIFO: opening a FIFO waits for ever; it must be refused before.
func TestFIFO(t *testing.T) {
	path := newPath(t)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("no FIFOs here: %v", err)
	}
	if _, err := openAt(path, Options{}); err == nil {
		t.Error("opened")
	}
}
