package storage_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// What is not listed is named in the log at its usual level, once, on one line.
func TestUnlistedIsLoggedOnce(t *testing.T) {
	var logged bytes.Buffer
	dir := t.TempDir()
	d, err := storage.Open(dir, slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ann, err := d.Drive("ann")
	if err != nil {
		t.Fatal(err)
	}
	defer ann.Close()
	storagetest.Put(t, ann, "/good", nil, storagetest.IfAbsent)
	const broken = "line\nbreak"
	if err := os.WriteFile(filepath.Join(dir, "drives", "ann", broken), nil, 0o600); err != nil {
		t.Skip("the file system takes no bad names")
	}
	for range 3 {
		if _, err := ann.List(t.Context(), wire.ListArgs{Path: wire.Root}); err != nil {
			t.Fatal(err)
		}
	}
	said := logged.String()
	if got := strings.Count(said, "can not be listed"); got != 1 {
		t.Errorf("it is said %d times, want once: %s", got, said)
	}
	if !strings.Contains(said, `line\\nbreak`) || !strings.Contains(said, "count=1") {
		t.Errorf("it does not say what: %s", said)
	}
}
