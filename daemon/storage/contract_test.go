package storage_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
)

func TestMain(m *testing.M) {
	if args := os.Getenv(victimVariable); args != "" {
		os.Exit(victim(args))
	}
	goleak.VerifyTestMain(m)
}

func TestContract(t *testing.T) {
	storagetest.Run(t, func(tb testing.TB) storagetest.Open {
		tb.Helper()
		dir := tb.TempDir()
		return func() (storage.Store, error) { return storage.Open(dir, silent()) }
	})
}

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

// disk is an open store and where it lies on the host.
type disk struct {
	*storage.Disk
	dir string
}

// openDisk opens a store that is closed at the end of the test.
func openDisk(tb testing.TB, dir string) *disk {
	tb.Helper()
	d, err := storage.Open(dir, silent())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
	})
	return &disk{d, dir}
}

func (d *disk) drive(tb testing.TB, folder string) storage.Drive {
	tb.Helper()
	drive, err := d.Drive(folder)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := drive.Close(); err != nil {
			tb.Error(err)
		}
	})
	return drive
}

// host is the host's path of a file in a drive.
func (d *disk) host(elements ...string) string {
	return filepath.Join(append([]string{d.dir, "drives"}, elements...)...)
}

// staged is the host's path of a file of an upload.
func (d *disk) staged(elements ...string) string {
	return filepath.Join(append([]string{d.dir, "uploads"}, elements...)...)
}
