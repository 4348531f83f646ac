//go:build unix

package transfer_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"wangpan/tui/transfer"
	"wangpan/wire"
)

// What is downloaded has the mode of a new file, or of the one that it
// replaces, and the executable bit goes both ways.
func TestModesOfTransfers(t *testing.T) {
	mask := unix.Umask(0)
	unix.Umask(mask)
	umask := fs.FileMode(mask)
	a := newAccount(t)
	q := a.queue(t)
	dir := t.TempDir()
	create := func(name, content string, mode fs.FileMode) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run := func(job transfer.Job) transfer.Transfer {
		t.Helper()
		id := q.Add(job)[0]
		if err := q.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, tr := range q.Snapshot().Transfers {
			if tr.ID == id {
				if tr.State != transfer.Done {
					t.Fatalf("%+v ended as %v: %v", job, tr.State, tr.Err)
				}
				return tr
			}
		}
		t.Fatal("the transfer is gone")
		return transfer.Transfer{}
	}
	up := func(local string, remote wire.Path, keep bool) wire.Entry {
		t.Helper()
		return run(transfer.Job{Direction: transfer.Upload, Local: local, Remote: remote, IfExists: transfer.StartOver, KeepMode: keep}).Result.Entry
	}
	script := create("script", "#!/bin/sh", 0o755)
	plain := create("plain", "text", 0o644)
	for _, tt := range []struct {
		name  string
		local string
		mode  fs.FileMode
		keep  bool
		want  bool
	}{
		{"a script", script, 0o755, false, true},
		{"the same content without the bit", script, 0o644, false, false},
		{"and with it again", script, 0o755, false, true},
		{"a temporary file in its place", plain, 0o600, true, true},
		{"a plain file in its place", plain, 0o644, false, false},
		{"the script once more", script, 0o755, false, true},
	} {
		if err := os.Chmod(tt.local, tt.mode); err != nil {
			t.Fatal(err)
		}
		if got := up(tt.local, "/script", tt.keep).Executable; got != tt.want {
			t.Errorf("%s: executable is %v, want %v", tt.name, got, tt.want)
		}
	}
	up(plain, "/plain", false)
	for _, tt := range []struct {
		name   string
		remote wire.Path
		old    fs.FileMode // of the file that is replaced; 0: none
		want   fs.FileMode
	}{
		{"a new file", "/plain", 0, 0o666 &^ umask},
		{"a new script", "/script", 0, 0o777 &^ umask},
		{"in the place of a private file", "/plain", 0o600, 0o600},
		{"in the place of a shared file", "/plain", 0o664, 0o664},
		{"a script in the place of a private file", "/script", 0o600, 0o700},
		{"in the place of a script", "/plain", 0o755, 0o755},
	} {
		t.Run(tt.name, func(t *testing.T) {
			local := filepath.Join(dir, "down")
			_ = os.Remove(local)
			if tt.old != 0 {
				create("down", "former", tt.old)
			}
			run(transfer.Job{Local: local, Remote: tt.remote, IfExists: transfer.StartOver})
			info, err := os.Lstat(local)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != tt.want {
				t.Errorf("the mode is %v, want %v", got, tt.want)
			}
		})
	}
	t.Run("a folder", func(t *testing.T) {
		tree := filepath.Join(dir, "tree", "sub")
		if err := os.MkdirAll(tree, 0o700); err != nil {
			t.Fatal(err)
		}
		create("tree/sub/run", "#!/bin/sh", 0o755)
		run(transfer.Job{Direction: transfer.Upload, Local: filepath.Join(dir, "tree"), Remote: "/tree", Folder: true})
		run(transfer.Job{Local: filepath.Join(dir, "back"), Remote: "/tree", Folder: true})
		for name, want := range map[string]fs.FileMode{"back": 0o777 &^ umask, "back/sub": 0o777 &^ umask, "back/sub/run": 0o777 &^ umask} {
			info, err := os.Lstat(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != want {
				t.Errorf("the mode of %s is %v, want %v", name, got, want)
			}
		}
	})
}
