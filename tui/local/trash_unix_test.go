//go:build !windows && !darwin

package local

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
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

func TestTrashOn(t *testing.T) {
	uid := os.Getuid()
	own := strconv.Itoa(uid)
	tests := []struct {
		name string
		make func(t *testing.T, top string) error
		uid  int
		want string // below the top; blank: none
	}{
		{"nothing there", func(*testing.T, string) error { return nil }, uid, ".Trash-" + own},
		{"shared", func(_ *testing.T, top string) error {
			folder := filepath.Join(top, ".Trash")
			return errors.Join(os.Mkdir(folder, 0o700), os.Chmod(folder, 0o777|os.ModeSticky))
		}, uid, ".Trash/" + own},
		{"shared without the sticky bit", func(_ *testing.T, top string) error {
			return os.Mkdir(filepath.Join(top, ".Trash"), 0o777)
		}, uid, ".Trash-" + own},
		{"shared is a link", func(t *testing.T, top string) error {
			t.Helper()
			elsewhere := t.TempDir()
			return errors.Join(os.Chmod(elsewhere, 0o777|os.ModeSticky), os.Symlink(elsewhere, filepath.Join(top, ".Trash")))
		}, uid, ".Trash-" + own},
		{"own is a link", func(t *testing.T, top string) error {
			t.Helper()
			return os.Symlink(t.TempDir(), filepath.Join(top, ".Trash-"+own))
		}, uid, ""},
		{"a link in it", func(t *testing.T, top string) error {
			t.Helper()
			folder := filepath.Join(top, ".Trash-"+own)
			return errors.Join(os.Mkdir(folder, 0o700), os.Symlink(t.TempDir(), filepath.Join(folder, "files")))
		}, uid, ""},
		{"somebody else's", func(*testing.T, string) error { return nil }, uid + 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			top := t.TempDir()
			if err := tt.make(t, top); err != nil {
				t.Fatal(err)
			}
			c, err := trashOn(top, tt.uid)
			if tt.want == "" {
				if !errors.Is(err, ErrNoTrash) {
					t.Errorf("the trash is %q, %v", c.folder, err)
				}
				return
			}
			if err != nil || c.folder != filepath.Join(top, tt.want) {
				t.Errorf("the trash is %q, %v, want %q", c.folder, err, tt.want)
			}
		})
	}
}
