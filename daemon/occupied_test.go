package daemon_test

import (
	"os"
	"path/filepath"
	"testing"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
)

func TestOccupied(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"drives/empty", "uploads/empty", "trash/empty", "drives/files/deep", "uploads/staged/x", "trash/trash/x", "drives/staged"} {
		if err := os.MkdirAll(filepath.Join(dir, path), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "drives", "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]bool{"none": false, "empty": false, "files": true, "staged": true, "trash": true, "file": true} {
		if got := daemon.Occupied(dir, folder); got != want {
			t.Errorf("%s: %t, want %t", folder, got, want)
		}
	}
}

// TestFilesOfNobody registers a name whose folder is there although the book
// is lost: what is in it is not the newcomer's.
func TestFilesOfNobody(t *testing.T) {
	s := daemontest.Start(t)
	old := filepath.Join(s.Dir, "drives", "alice")
	if err := os.MkdirAll(old, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(old, "secret.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Book().Register(t.Context(), "alice", "correct horse 9"); err != nil {
		t.Fatal(err)
	}
	if folder, err := s.Book().Folder("alice"); err != nil || folder != "alice~2" {
		t.Errorf("alice got the folder %s (%v), want alice~2", folder, err)
	}
	if _, err := s.Book().Add(t.Context(), "bob", "correct horse 9"); err != nil {
		t.Fatal(err)
	}
	if folder, err := s.Book().Folder("bob"); err != nil || folder != "bob" {
		t.Errorf("bob got the folder %s (%v), want bob", folder, err)
	}
}
