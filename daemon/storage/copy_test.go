package storage_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// What a crash has left of a copy is gone at the next start, whatever it is.
func TestHalfCopiesAreSwept(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	d.drive(t, "ann")
	half := d.staged("ann", "00112233445566778899aabbccddeeff.copy")
	if err := os.MkdirAll(filepath.Join(half, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(half, "a", "b", "f"), []byte("x"))
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	openDisk(t, dir)
	if _, err := os.Lstat(half); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a copy is there still (%v)", err)
	}
}

// A copy holds what the drive shows, and never what a link leads to.
func TestLinksAreNotCopied(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	dir := t.TempDir()
	d := openDisk(t, dir)
	ann := d.drive(t, "ann")
	storagetest.Mkdir(t, ann, "/a", "/a/b")
	secret := filepath.Join(dir, "secret")
	writeFile(t, secret, []byte("secret"))
	folder := filepath.Join(dir, "drives", "ann", "a")
	for name, to := range map[string]string{"link": secret, "b/folder": dir} {
		if err := os.Symlink(to, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ann.Copy(t.Context(), wire.CopyArgs{From: "/a", To: "/c"}, nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link", "b/folder"} {
		if _, err := os.Lstat(filepath.Join(dir, "drives", "ann", "c", name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s was copied (%v)", name, err)
		}
	}
	if _, err := ann.Stat(t.Context(), "/c/b"); err != nil {
		t.Error(err)
	}
}
