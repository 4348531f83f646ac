package storage_test

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// TestPowerCutOfTrash does one thing after the other with the trash and copies
// the image of the disk as soon as each is acknowledged.
func TestPowerCutOfTrash(t *testing.T) {
	plainOnly(t)
	if os.Getuid() != 0 {
		t.Skip("only root can mount an image")
	}
	image := filepath.Join(t.TempDir(), "disk")
	writeFile(t, image, nil)
	if err := os.Truncate(image, 64<<20); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mkfs.ext4", "-q", image).CombinedOutput(); err != nil {
		t.Skipf("no image can be made here: %v %s", err, out)
	}
	ann := openDisk(t, loop(t, image)).drive(t, "ann")
	storagetest.Mkdir(t, ann, "/d")
	storagetest.Put(t, ann, "/d/x", []byte("x"), storagetest.IfAbsent)
	storagetest.Put(t, ann, "/f", []byte("old"), storagetest.IfAbsent)
	var folder wire.ItemID
	for _, step := range []struct {
		name string
		do   func()
		want map[string]string
	}{
		{"replace", func() { storagetest.Put(t, ann, "/f", []byte("new"), storagetest.IfAny) }, map[string]string{
			"/f": "new", "trash:/f": "old", "/d/x": "x",
		}},
		{"move", func() {
			if _, err := ann.Move(t.Context(), wire.MoveArgs{From: "/f", To: "/d/g"}); err != nil {
				t.Fatal(err)
			}
		}, map[string]string{"/d/g": "new", "trash:/f": "old", "/d/x": "x"}},
		{"remove", func() { folder = remove(t, ann, "/d").Item }, map[string]string{
			"trash:/d/g": "new", "trash:/f": "old", "trash:/d/x": "x",
		}},
		{"restore", func() {
			if _, err := ann.Restore(t.Context(), wire.RestoreArgs{Item: folder, Path: "/new/e", Precondition: storagetest.IfAbsent}); err != nil {
				t.Fatal(err)
			}
		}, map[string]string{"/new/e/g": "new", "trash:/f": "old", "/new/e/x": "x"}},
		{"copy", func() {
			for from, to := range map[wire.Path]wire.Path{"/new/e": "/copy", "/new/e/x": "/new/x"} {
				if _, err := ann.Copy(t.Context(), wire.CopyArgs{From: from, To: to}, nil); err != nil {
					t.Fatal(err)
				}
			}
		}, map[string]string{"/new/e/g": "new", "trash:/f": "old", "/new/e/x": "x", "/copy/g": "new", "/copy/x": "x", "/new/x": "x"}},
		{"purge", func() {
			if _, err := ann.Purge(t.Context(), wire.PurgeArgs{}); err != nil {
				t.Fatal(err)
			}
		}, map[string]string{"/new/e/g": "new", "/new/e/x": "x", "/copy/g": "new", "/copy/x": "x", "/new/x": "x"}},
	} {
		step.do()
		t.Run(step.name, func(t *testing.T) {
			got := storagetest.Contents(t, openDisk(t, cut(t, image)).drive(t, "ann"))
			if !maps.Equal(got, step.want) {
				t.Errorf("after the cut there is %q, want %q", got, step.want)
			}
		})
	}
}

// TestRemoveOnAFullDisk: whoever wants to make room is not told that there is none.
func TestRemoveOnAFullDisk(t *testing.T) {
	d := openDisk(t, mount(t, "none", "tmpfs", 0, "size=8m"))
	ann := d.drive(t, "ann")
	storagetest.Put(t, ann, "/f", storagetest.Bytes(4<<20, 1), storagetest.IfAbsent)
	fill := d.host("ann", "by hand")
	for size := 8 << 20; size >= 1; size /= 2 {
		for appendAll(fill, size) == nil { // until not one byte more has room
		}
	}
	item := remove(t, ann, "/f")
	if got := storagetest.Items(t, ann, 0); len(got) != 1 || got[0] != item || item.Path != "/f" {
		t.Fatalf("the trash is %+v, want %+v", got, item)
	}
	if _, err := ann.Purge(t.Context(), wire.PurgeArgs{}); err != nil {
		t.Fatal(err)
	}
	storagetest.Put(t, ann, "/f", storagetest.Bytes(3<<20, 1), storagetest.IfAbsent)
}

func appendAll(name string, size int) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, size))
	return errors.Join(err, f.Close())
}

// TestCopyOnAFullDisk: what has no room is refused before the disk is full, and
// leaves nothing.
func TestCopyOnAFullDisk(t *testing.T) {
	d := openDisk(t, mount(t, "none", "tmpfs", 0, "size=8m"))
	ann := d.drive(t, "ann")
	storagetest.Mkdir(t, ann, "/d")
	storagetest.Put(t, ann, "/d/1", storagetest.Bytes(3<<20, 1), storagetest.IfAbsent)
	storagetest.Put(t, ann, "/d/2", storagetest.Bytes(3<<20, 2), storagetest.IfAbsent)
	for _, args := range []wire.CopyArgs{{From: "/d", To: "/e"}, {From: "/d/1", To: "/d/3"}} {
		if _, err := ann.Copy(t.Context(), args, nil); !errors.Is(err, wire.NoSpace) {
			t.Errorf("%+v: %v, want no_space", args, err)
		}
		if left := hostNames(t, d.staged("ann")); len(left) != 0 {
			t.Errorf("%q is left", left)
		}
	}
}
