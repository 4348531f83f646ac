package storage_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// checked runs a check and returns what it has found, in order.
func checked(t *testing.T, ctx context.Context, c *storage.Check, dir string) (found []string, done storage.CheckedSoFar, err error) { //nolint:revive // the context is the attack
	t.Helper()
	c.Found = func(one storage.Damage) error {
		where := one.Folder + ":" + one.Path
		if one.Trash {
			where += " in the trash"
		}
		found = append(found, where)
		return nil
	}
	if c.Progress == nil {
		c.Progress = func(storage.CheckedSoFar) {}
	}
	done, err = c.Run(ctx, dir)
	return found, done, err
}

// rotten is an open store with some damage; the check runs beside it.
func rotten(t *testing.T) *disk {
	t.Helper()
	d := openDisk(t, t.TempDir())
	ann, bob := d.drive(t, "ann"), d.drive(t, "bob")
	storagetest.Mkdir(t, ann, "/d")
	for i, path := range []wire.Path{"/a", "/d/b", "/d/c", "/gone"} {
		storagetest.Put(t, ann, path, storagetest.Bytes(1000, byte(i)), storagetest.IfAny)
	}
	put := storagetest.Put(t, bob, "/f", storagetest.Bytes(10, 9), storagetest.IfAny)
	storagetest.Put(t, bob, "/edited", storagetest.Bytes(10, 8), storagetest.IfAny)
	flipByte(t, d.host("ann", "d", "b"), 500)
	flipByte(t, d.host("ann", "gone"), 0)
	flipByte(t, d.host("bob", "f"), 9)
	appendFile(t, d.host("bob", "edited"), []byte("more"))
	writeFile(t, d.host("bob", "by hand"), []byte("hello"))
	remove(t, ann, "/gone")
	stat, err := bob.Stat(t.Context(), "/f")
	if err != nil {
		t.Fatal(err)
	}
	if stat.Digest == nil || *stat.Digest != *put.Digest {
		t.Skip("this file system keeps no attributes, so nobody can know")
	}
	return d
}

var allDamage = []string{"ann:/d/b", "bob:/f", "ann:/gone in the trash"}

func TestCheck(t *testing.T) {
	d := rotten(t)
	found, done, err := checked(t, t.Context(), &storage.Check{}, d.dir)
	if err != nil || !slices.Equal(found, allDamage) {
		t.Errorf("found %q (%v), want %q", found, err, allDamage)
	}
	if want := (storage.CheckedSoFar{Files: 7, Bytes: 4029, Damaged: 3, NoDigest: 2}); done != want {
		t.Errorf("it has read %+v, want %+v", done, want)
	}
	if _, err := os.Stat(filepath.Join(d.dir, storage.CheckName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the state of a check that is over is left (%v)", err)
	}
}

// TestCheckIsContinued: wherever a check is cut, the next one finds all damage once
// and reads each file once.
func TestCheckIsContinued(t *testing.T) {
	d := rotten(t)
	for after := range int64(7) {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			cut := &storage.Check{Progress: func(done storage.CheckedSoFar) {
				if done.Files == after {
					cancel()
				}
			}}
			if _, _, err := checked(t, ctx, cut, d.dir); !errors.Is(err, context.Canceled) {
				t.Fatalf("a check that is cut after %d files ends with %v", after, err)
			}
			found, done, err := checked(t, t.Context(), &storage.Check{}, d.dir)
			if err != nil || !slices.Equal(found, allDamage) {
				t.Errorf("then it finds %q (%v), want %q", found, err, allDamage)
			}
			if done.Files != 7 || done.Bytes != 4029 || done.Damaged != 3 {
				t.Errorf("it has read %+v, want 7 files with 4,029 bytes", done)
			}
		})
	}
}

func TestCheckOfNothing(t *testing.T) {
	_, _, err := checked(t, t.Context(), &storage.Check{}, t.TempDir())
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is no data folder: %v, want that it does not exist", err)
	}
}
