package local

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// mountMemory mounts a file system of its own on a folder, as long as the test runs.
func mountMemory(t *testing.T, folder string) {
	t.Helper()
	if err := unix.Mount("tmpfs", folder, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "size=1m"); err != nil {
		t.Skipf("another file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
}

func TestTrashOnAnotherDisk(t *testing.T) {
	home := trashIn(t)
	top := t.TempDir()
	mountMemory(t, top)
	folder := filepath.Join(top, "论文")
	file := filepath.Join(folder, "a b.txt")
	if err := errors.Join(os.Mkdir(folder, 0o700), os.WriteFile(file, []byte("kept"), 0o600)); err != nil {
		t.Fatal(err)
	}
	gone, err := Trash(Path(file))
	if err != nil {
		t.Fatal(err)
	}
	trash := filepath.Join(top, ".Trash-"+strconv.Itoa(os.Getuid()))
	if content, err := os.ReadFile(filepath.Join(trash, "files", "a b.txt")); err != nil || string(content) != "kept" {
		t.Errorf("the trash holds %q, %v", content, err)
	}
	note, err := os.ReadFile(filepath.Join(trash, "info", "a b.txt.trashinfo"))
	if want := "\nPath=%E8%AE%BA%E6%96%87/a%20b.txt\n"; err != nil || !strings.Contains(string(note), want) {
		t.Errorf("the note is %q, %v, want %q in it", note, err, want)
	}
	if _, err := Trash(Path(trash)); !errors.Is(err, ErrNoTrash) {
		t.Errorf("the trash into itself: %v", err)
	}
	if err := gone.Restore(); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != "kept" {
		t.Errorf("restored is %q, %v", content, err)
	}
	for _, can := range []string{home, trash} {
		if left, err := filepath.Glob(filepath.Join(can, "*", "*")); err != nil || len(left) > 0 {
			t.Errorf("left over: %q, %v", left, err)
		}
	}
}
