//go:build unix

package storage_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// The executable bit is stored, and kept by all that is not a commit of another.
func TestExecutable(t *testing.T) {
	dir := t.TempDir()
	disk := openDisk(t, dir)
	d := disk.drive(t, "ann")
	mode := func(name string) fs.FileMode {
		t.Helper()
		info, err := os.Lstat(filepath.Join(dir, "drives", "ann", name))
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	commit := func(path wire.Path, content string, executable *bool) wire.Entry {
		t.Helper()
		args := storagetest.PutArgs(path, []byte(content), storagetest.IfAny)
		storagetest.Stage(t, d, args, []byte(content), len(content))
		sum, _ := storagetest.Sum([]byte(content))
		reply, err := d.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: storagetest.IfAny, Executable: executable})
		if err != nil {
			t.Fatal(err)
		}
		return reply.Entry
	}
	yes, no := true, false
	for _, tt := range []struct {
		name    string
		content string
		bit     *bool
		want    bool
	}{
		{"a new file of an older client", "a", nil, false},
		{"set for the same content", "a", &yes, true},
		{"kept for an older client", "b", nil, true},
		{"taken away", "b", &no, false},
		{"set again", "c", &yes, true},
	} {
		entry := commit("/run", tt.content, tt.bit)
		stat, err := d.Stat(t.Context(), "/run")
		if err != nil {
			t.Fatal(err)
		}
		want := fs.FileMode(0o600)
		if tt.want {
			want = 0o700
		}
		if entry.Executable != tt.want || stat.Entry.Executable != tt.want || mode("run") != want {
			t.Errorf("%s: committed %v, listed %v, mode %v, want %v and %v", tt.name, entry.Executable, stat.Entry.Executable, mode("run"), tt.want, want)
		}
	}
	copied, err := d.Copy(t.Context(), wire.CopyArgs{From: "/run", To: "/copy"}, nil)
	if err != nil || !copied.Executable || mode("copy") != 0o700 {
		t.Errorf("a copy is %v with mode %v (%v)", copied, mode("copy"), err)
	}
	moved, err := d.Move(t.Context(), wire.MoveArgs{From: "/copy", To: "/moved"})
	if err != nil || !moved.Executable {
		t.Errorf("what was moved is %v (%v)", moved, err)
	}
	item, err := d.Remove(t.Context(), wire.RemoveArgs{Path: "/moved"})
	if err != nil {
		t.Fatal(err)
	}
	back, err := d.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Precondition: storagetest.IfAbsent})
	if err != nil || !back.Entry.Executable || mode("moved") != 0o700 {
		t.Errorf("what was restored is %v with mode %v (%v)", back, mode("moved"), err)
	}
}
