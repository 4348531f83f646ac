package accounts

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestEditorHolds: while an editor has the workbook open, nothing is saved under it and nothing lost.
func TestEditorHolds(t *testing.T) {
	for _, c := range []struct {
		name       string
		hold, free func(path string) error
	}{
		{
			"Excel",
			func(path string) error {
				return os.WriteFile(filepath.Join(filepath.Dir(path), "~$accounts.xlsx"), nil, fileMode)
			},
			func(path string) error { return os.Remove(filepath.Join(filepath.Dir(path), "~$accounts.xlsx")) },
		},
		{
			"LibreOffice",
			func(path string) error {
				return os.WriteFile(filepath.Join(filepath.Dir(path), ".~lock.accounts.xlsx#"), nil, fileMode)
			},
			func(path string) error { return os.Remove(filepath.Join(filepath.Dir(path), ".~lock.accounts.xlsx#")) },
		},
		{
			"read-only",
			func(path string) error { return os.Chmod(path, 0o400) },
			func(path string) error { return os.Chmod(path, 0o600) },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := running(t, 1, Options{})
			before := must(os.ReadFile(b.path))
			if err := c.hold(b.path); err != nil {
				t.Fatal(err)
			}
			mustRegister(t, b, "alice")
			if err := b.fold(true); !errors.Is(err, errHeld) {
				t.Errorf("fold: %v", err)
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
			if !bytes.Equal(before, must(os.ReadFile(b.path))) {
				t.Error("the workbook was replaced")
			}
			b = bookAt(t, b.path, Options{})
			if _, err := b.Authenticate(t.Context(), "alice", goodPassword); err != nil {
				t.Errorf("after a restart: %v", err)
			}
			if err := c.free(b.path); err != nil {
				t.Fatal(err)
			}
			folded(t, b)
			if onDisk(t, b.path).roster.named("alice") == nil {
				t.Error("alice is not in the workbook")
			}
		})
	}
}

func TestStaleMark(t *testing.T) {
	b := running(t, 1, Options{})
	mark := filepath.Join(filepath.Dir(b.path), "~$accounts.xlsx")
	if err := os.WriteFile(mark, nil, fileMode); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * staleAfter)
	if err := os.Chtimes(mark, old, old); err != nil {
		t.Fatal(err)
	}
	mustRegister(t, b, "alice")
	folded(t, b)
}
