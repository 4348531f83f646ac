package storage_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// What is kept free of the disk is there for the account book, also when uploads
// that are admitted one by one would together fill it.
func TestDiskReserve(t *testing.T) {
	const kept = 2 << 20
	dir := mount(t, "none", "tmpfs", 0, "size=10m")
	d := openDisk(t, dir)
	d.KeepFree(kept)
	ann := d.drive(t, "ann")
	big := storagetest.PutArgs("/big", nil, storagetest.IfAny)
	big.Size = 9 << 20
	if _, err := ann.Stage(t.Context(), big); !errors.Is(err, wire.NoSpace) {
		t.Fatalf("more than there is beside what is kept: %v, want no_space", err)
	}
	data := storagetest.Bytes(5<<20, 1)
	stopped := 0
	first, err := ann.Stage(t.Context(), storagetest.PutArgs("/one", data, storagetest.IfAny))
	if err != nil {
		t.Fatal(err)
	}
	second, err := ann.Stage(t.Context(), storagetest.PutArgs("/two", data, storagetest.IfAny))
	if err != nil {
		t.Fatal(err)
	}
	for part := range slices.Chunk(data, wire.ChunkSize) {
		for _, s := range []io.Writer{first, second} {
			if _, err := s.Write(part); errors.Is(err, wire.NoSpace) {
				stopped++
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(first.Close(), second.Close()); err != nil || stopped == 0 {
		t.Fatalf("%d writes were refused (%v)", stopped, err)
	}
	var left unix.Statfs_t
	if err := unix.Statfs(dir, &left); err != nil {
		t.Fatal(err)
	}
	if free := int64(left.Bavail) * left.Bsize; free < kept/2 { // each may write a MiB before it asks again
		t.Errorf("%d bytes are free, want %d at least", free, kept/2)
	}
	if u := usageOf(t, ann); u.Staged == 0 {
		t.Errorf("usage is %+v", u)
	}
	if err := os.WriteFile(filepath.Join(dir, "accounts.xlsx"), make([]byte, kept/2), 0o600); err != nil {
		t.Error(err)
	}
}
