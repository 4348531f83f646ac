package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWriteFile(t *testing.T) {
	tests := []struct {
		name string
		old  string // content before; blank: no file
		perm fs.FileMode
		want string
	}{
		{"new", "", 0o600, "a"},
		{"replaces a longer one", "before", 0o600, "a"},
		{"empty", "before", 0o600, ""},
		{"exactly these bits", "before", 0o666, "b"}, // whatever the umask is
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f")
			if tt.old != "" {
				must(t, os.WriteFile(path, []byte(tt.old), 0o644))
			}
			must(t, WriteFile(path, []byte(tt.want), tt.perm))
			got, err := os.ReadFile(path)
			must(t, err)
			if string(got) != tt.want {
				t.Errorf("the content is %q, want %q", got, tt.want)
			}
			info, err := os.Stat(path)
			must(t, err)
			if runtime.GOOS != "windows" && info.Mode().Perm() != tt.perm {
				t.Errorf("the mode is %v, want %v", info.Mode().Perm(), tt.perm)
			}
			wantNames(t, filepath.Dir(path), "f")
		})
	}
}

// A failed WriteFile leaves no temporary file and does not touch the target.
func TestWriteFileFails(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "folder")
	must(t, os.MkdirAll(filepath.Join(target, "in it"), 0o700))
	if err := WriteFile(target, []byte("a"), 0o600); err == nil {
		t.Error("a folder was replaced by a file")
	}
	wantNames(t, dir, "folder")
	wantNames(t, target, "in it")
	if err := WriteFile(filepath.Join(dir, "missing", "f"), nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a folder that does not exist: %v, want fs.ErrNotExist", err)
	}
}

// A name may have the greatest length that the file system allows.
func TestWriteFileLongName(t *testing.T) {
	dir, name := t.TempDir(), strings.Repeat("a", 255)
	must(t, WriteFile(filepath.Join(dir, name), []byte("a"), 0o600))
	wantNames(t, dir, name)
}

// A relative path without a folder names a file in the current folder.
func TestWriteFileHere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	must(t, WriteFile("f", []byte("a"), 0o600))
	wantNames(t, dir, "f")
}

func TestRenameNew(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	must(t, os.WriteFile(from, []byte("a"), 0o600))
	must(t, RenameNew(from, to))
	wantNames(t, dir, "to")
	must(t, os.WriteFile(from, []byte("b"), 0o600))
	if err := RenameNew(from, to); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v, want fs.ErrExist", err)
	}
	wantNames(t, dir, "from", "to")
	if got, _ := os.ReadFile(to); string(got) != "a" {
		t.Errorf("the target holds %q, want a", got)
	}
}

func TestTryLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	open := func() *os.File {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		must(t, err)
		return f
	}
	first, second := open(), open()
	defer second.Close()
	for _, step := range []struct {
		f    *os.File
		want bool
	}{{first, true}, {second, false}} {
		if got, err := TryLock(step.f); got != step.want || err != nil {
			t.Errorf("got %v, %v, want %v", got, err, step.want)
		}
	}
	must(t, first.Close())
	if got, err := TryLock(second); !got || err != nil {
		t.Errorf("after the first was closed: %v, %v, want true", got, err)
	}
}

func TestFreeSpace(t *testing.T) {
	dir := t.TempDir()
	if got := FreeSpace(dir); got <= 0 {
		t.Errorf("%d bytes are free in %s", got, dir)
	}
	if got := FreeSpace(filepath.Join(dir, "missing")); got >= 0 {
		t.Errorf("%d bytes are free in a folder that does not exist", got)
	}
}

func TestSyncFolder(t *testing.T) {
	dir := t.TempDir()
	must(t, SyncFolder(dir))
	if runtime.GOOS == "windows" {
		return
	}
	if err := SyncFolder(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that does not exist: %v, want fs.ErrNotExist", err)
	}
}

func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) != len(want) {
		t.Fatalf("%s holds %v, want %v", dir, entries, want)
	}
	for i, e := range entries {
		if e.Name() != want[i] {
			t.Errorf("%s holds %v, want %v", dir, entries, want)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
