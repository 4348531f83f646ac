//go:build !windows && !darwin

package local

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"
)

// trashIn makes the trash one of the test's own.
func trashIn(t *testing.T) string {
	t.Helper()
	t.Setenv("XDG_DATA_HOME", filepath.Join(t.TempDir(), "share"))
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	return filepath.Join(xdg.DataHome, "Trash")
}

func TestTrash(t *testing.T) {
	trash := trashIn(t)
	folder := fill(t, "50% 论文.pdf", "sub/")
	path := Join(folder, "50% 论文.pdf")
	first, err := Trash(path)
	if err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(filepath.Join(trash, "info", "50% 论文.pdf.trashinfo"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(note), "\n")
	if want := "Path=" + string(folder) + "/50%25%20%E8%AE%BA%E6%96%87.pdf"; lines[0] != "[Trash Info]" || lines[1] != want || !strings.HasPrefix(lines[2], "DeletionDate=20") {
		t.Errorf("the note is %q, want %q in it", note, want)
	}
	// Another one of the same name lies beside it.
	if err := os.WriteFile(Host(path), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Trash(path); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(trash, "files", "50% 论文.2.pdf")); err != nil || string(content) != "another" {
		t.Errorf("the second is %q, %v", content, err)
	}
	if err := first.Restore(); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(Host(path)); err != nil || string(content) != "50% 论文.pdf" {
		t.Errorf("restored is %q, %v", content, err)
	}
	left, err := filepath.Glob(filepath.Join(trash, "*", "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("the trash holds %q, %v", left, err)
	}
}

func TestRestoreOverNothing(t *testing.T) {
	trashIn(t)
	path := Join(fill(t, "sub/"), "sub")
	gone, err := Trash(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(Host(path), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := gone.Restore(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the error is %v", err)
	}
}

func TestTrashLeavesNoNote(t *testing.T) {
	trash := trashIn(t)
	folder := fill(t)
	if _, err := Trash(Join(folder, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error is %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(trash, "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left over: %q, %v", left, err)
	}
	if _, err := Trash(Path(filepath.Join(trash, "files"))); !errors.Is(err, ErrNoTrash) {
		t.Errorf("the trash into itself: %v", err)
	}
}
