package storage_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// background is the context of what outlives a test.
var background = context.Background()

// mount mounts a file system at a new folder until the end of the test, or skips.
func mount(t *testing.T, source, kind string, flags uintptr, data string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := unix.Mount(source, dir, kind, flags, data); err != nil {
		t.Skipf("%s can not be mounted here: %v", kind, err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

func TestDiskFull(t *testing.T) {
	d := openDisk(t, mount(t, "none", "tmpfs", 0, "size=8m"))
	ann := d.drive(t, "ann")
	big := storagetest.PutArgs("/big", nil, storagetest.IfAny)
	big.Size = 9 << 20
	if _, err := ann.Stage(t.Context(), big); !errors.Is(err, wire.NoSpace) {
		t.Fatalf("stage of more than there is room for: %v, want no_space", err)
	}
	if left := hostNames(t, d.staged("ann")); len(left) != 0 {
		t.Fatalf("%q is left of what was refused", left)
	}

	// Each has room for itself, both together have not.
	data := storagetest.Bytes(5<<20, 1)
	sum, _ := storagetest.Sum(data)
	one, two := storagetest.PutArgs("/one", data, storagetest.IfAny), storagetest.PutArgs("/two", data, storagetest.IfAny)
	first, err := ann.Stage(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	second, err := ann.Stage(t.Context(), two)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Write(data); err != nil {
		t.Fatal(err)
	}
	for part := range slices.Chunk(data, wire.ChunkSize) {
		if _, err = second.Write(part); err != nil {
			break
		}
	}
	if !errors.Is(err, wire.NoSpace) {
		t.Fatalf("write: %v, want no_space", err)
	}
	kept := second.End()
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Fatal(err)
	}
	if kept == 0 || kept >= int64(len(data)) {
		t.Fatalf("%d bytes are kept of what did not fit", kept)
	}
	if err := ann.Discard(t.Context(), one.Upload); err != nil {
		t.Fatalf("discard on a full disk: %v", err)
	}
	two.Offset = kept
	storagetest.Stage(t, ann, two, data, len(data))
	if _, err := ann.Commit(t.Context(), wire.CommitArgs{Upload: two.Upload, Digest: sum, Precondition: storagetest.IfAny}); err != nil {
		t.Fatalf("commit when there is room again: %v", err)
	}
	if !bytes.Equal(storagetest.Read(t, ann, "/two"), data) {
		t.Error("what was gone on with after the disk was full is not what was sent")
	}
}

// TestDiskFullInRanges: two ranges of one upload fill the disk that had room for
// it. What was taken of each can be gone on with.
func TestDiskFullInRanges(t *testing.T) {
	d := openDisk(t, mount(t, "none", "tmpfs", 0, "size=24m"))
	ann := d.drive(t, "ann")
	data := storagetest.Bytes(20<<20, 1)
	args := storagetest.PutArgs("/f", data, storagetest.IfAny)
	storagetest.Stage(t, ann, args, data, 0)
	var outcomes [2]error
	var both sync.WaitGroup
	for i, r := range [][2]int64{{0, 12 << 20}, {12 << 20, args.Size}} {
		args.Offset, args.Length = r[0], new(r[1]-r[0])
		staging, err := ann.Stage(t.Context(), args)
		if err != nil {
			t.Fatal(err)
		}
		both.Go(func() {
			for part := range slices.Chunk(data[r[0]:r[1]], wire.ChunkSize) {
				if _, outcomes[i] = staging.Write(part); outcomes[i] != nil {
					break
				}
				if i == 0 && staging.End() == 2<<20 {
					outcomes[i] = os.WriteFile(d.host("ann", "in the way"), make([]byte, 10<<20), 0o600)
				}
			}
			outcomes[i] = cmp.Or(outcomes[i], staging.Close())
		})
	}
	both.Wait()
	for _, err := range outcomes {
		if err != nil && !errors.Is(err, wire.NoSpace) {
			t.Fatalf("a range: %v, want no_space", err)
		}
	}
	uploads, err := ann.Uploads(t.Context())
	if err != nil || len(uploads) != 1 || uploads[0].Received < 2<<20 || uploads[0].Received >= args.Size {
		t.Fatalf("uploads: %+v (%v), want a part of one", uploads, err)
	}
	if err := os.Remove(d.host("ann", "in the way")); err != nil {
		t.Fatal(err)
	}
	if sent := storagetest.Mend(t, ann, args, data); int64(sent) != args.Size-uploads[0].Received {
		t.Errorf("%d bytes were sent again, want the %d missing", sent, args.Size-uploads[0].Received)
	}
	sum, _ := storagetest.Sum(data)
	if _, err := ann.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: storagetest.IfAny}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(storagetest.Read(t, ann, "/f"), data) {
		t.Error("what was gone on with is not what was sent")
	}
}

// TestPowerCut does one thing after the other on a disk and copies the image of
// the disk as soon as each is acknowledged, as if the power went then. All that
// was acknowledged must be on the copy.
func TestPowerCut(t *testing.T) {
	plainOnly(t)
	if os.Getuid() != 0 {
		t.Skip("only root can mount an image")
	}
	image := newImage(t)
	d := openDisk(t, loop(t, image))
	d.SetFlushEvery(wire.BlockSize)
	ann := d.drive(t, "ann")
	small, big := storagetest.Bytes(1000, 1), storagetest.Bytes(3*wire.BlockSize+1000, 2)
	staged := storagetest.PutArgs("/staged", big, storagetest.IfAbsent)
	want := make(map[wire.Path][]byte)
	put := func(path wire.Path, data []byte) func() {
		return func() {
			storagetest.Put(t, ann, path, data, storagetest.IfAny)
			want[path] = data
		}
	}
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"small file", put("/small", small)},
		{"replaced by a shorter one", put("/small", small[:500])},
		{"folder", func() { storagetest.Mkdir(t, ann, "/folder"); want["/folder"] = nil }},
		{"file in a folder", put("/folder/small", small)},
		{"big file", put("/folder/big", big)},
		{"staged", func() { storagetest.Stage(t, ann, staged, big, len(big)-10) }},
	} {
		step.do()
		t.Run(step.name, func(t *testing.T) {
			drive := openDisk(t, cut(t, image)).drive(t, "ann")
			for path, data := range want {
				if data == nil {
					if _, err := drive.List(t.Context(), wire.ListArgs{Path: path}); err != nil {
						t.Errorf("%s: %v", path, err)
					}
					continue
				}
				if got := storagetest.Read(t, drive, path); !bytes.Equal(got, data) {
					t.Errorf("%s has %d other bytes than the %d acknowledged", path, len(got), len(data))
				}
				stat, err := drive.Stat(t.Context(), path)
				if sum, _ := storagetest.Sum(data); err != nil || stat.Digest == nil || *stat.Digest != sum || !stat.Entry.ModTime.Equal(storagetest.Time) {
					t.Errorf("%s: %+v (%v), want the digest %v and the time %v", path, stat, err, sum, storagetest.Time)
				}
			}
			if step.name == "staged" {
				goOn(t, drive, staged, big, 3*wire.BlockSize)
			}
		})
	}
}

// TestPowerCutWhileMending cuts the power when a recorded block has been written
// over, on the disk, and nothing was flushed: its digest must not vouch for it.
func TestPowerCutWhileMending(t *testing.T) {
	plainOnly(t)
	if os.Getuid() != 0 {
		t.Skip("only root can mount an image")
	}
	image := newImage(t)
	dir := loop(t, image)
	data := storagetest.Bytes(3*wire.BlockSize+1000, 1)
	args := storagetest.PutArgs("/f", data, storagetest.IfAny)
	stageBlocks(t, dir, args, data, true)
	d := openDisk(t, dir)
	openRange(t, d.drive(t, "ann"), args, storagetest.Bytes(len(data), 2), wire.BlockSize, wire.BlockSize+5000)
	f, err := os.OpenFile(d.staged("ann", string(args.Upload)), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil { // as the system does some time
		t.Fatal(err)
	}
	ann := openDisk(t, cut(t, image)).drive(t, "ann")
	_, got, err := storagetest.UploadBlocks(t.Context(), ann, args.Upload)
	if err != nil {
		t.Fatal(err)
	}
	_, want := storagetest.Sum(data)
	if got[1] == want[1] || got[0] != want[0] || got[2] != want[2] {
		t.Fatalf("the blocks are %v, want those of %v but for the second", got, want)
	}
	storagetest.Mend(t, ann, args, data)
	sum, _ := storagetest.Sum(data)
	if _, err := ann.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: storagetest.IfAny}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(storagetest.Read(t, ann, "/f"), data) {
		t.Error("what was mended is not what was sent")
	}
}

// newImage makes an image of an ext4 file system, or skips.
func newImage(t *testing.T) string {
	t.Helper()
	image := filepath.Join(t.TempDir(), "disk")
	writeFile(t, image, nil)
	if err := os.Truncate(image, 64<<20); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mkfs.ext4", "-q", image).CombinedOutput(); err != nil {
		t.Skipf("no image can be made here: %v %s", err, out)
	}
	return image
}

// diskImage makes one of an empty ext4 file system.
func diskImage(t *testing.T) (image string) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can mount an image")
	}
	image = filepath.Join(t.TempDir(), "disk")
	writeFile(t, image, nil)
	if err := os.Truncate(image, 64<<20); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mkfs.ext4", "-q", image).CombinedOutput(); err != nil {
		t.Skipf("no image can be made here: %v %s", err, out)
	}
	return image
}

// cut mounts a copy of the image as it is now.
func cut(t *testing.T, image string) (dir string) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "cut")
	if out, err := exec.CommandContext(t.Context(), "cp", "--sparse=always", image, copied).CombinedOutput(); err != nil {
		t.Fatalf("copy the image: %v %s", err, out)
	}
	return loop(t, copied)
}

// goOn continues an upload after a power cut, of which at least so many bytes
// were flushed.
func goOn(t *testing.T, drive storage.Drive, args wire.PutArgs, data []byte, least int64) {
	t.Helper()
	uploads, err := drive.Uploads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range uploads {
		if u.Upload != args.Upload {
			continue
		}
		if u.Received < least {
			t.Errorf("%d bytes are left of %s, want the %d that were flushed", u.Received, u.Path, least)
		}
		_, blocks, err := storagetest.UploadBlocks(t.Context(), drive, u.Upload)
		if err != nil {
			t.Fatal(err)
		}
		_, want := storagetest.Sum(data[:least])
		for i := range want {
			if blocks[i] != want[i] {
				t.Errorf("block %d of %s is not what was sent", i, u.Path)
			}
		}
		storagetest.Mend(t, drive, args, data)
		return
	}
	t.Errorf("the upload of %s is gone", args.Path)
}

// loop mounts the image of an ext4 file system.
func loop(t *testing.T, image string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-o", "loop", image, dir).CombinedOutput(); err != nil {
		t.Skipf("an image can not be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.CommandContext(background, "umount", dir).CombinedOutput(); err != nil {
			t.Errorf("unmount: %v %s", err, out)
		}
	})
	return dir
}
