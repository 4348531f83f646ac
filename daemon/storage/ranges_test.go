package storage_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// openRange stages data[from:] up to a length in chunks and leaves the range
// open until the end of the test.
func openRange(t *testing.T, d storage.Drive, args wire.PutArgs, data []byte, from, to int) {
	t.Helper()
	args.Offset, args.Length = int64(from), new(int64(to-from))
	s, err := d.Stage(t.Context(), args)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for part := range slices.Chunk(data[from:to], 100_000) {
		if _, err := s.Write(part); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKilledLosesLittle copies the files of a store while ranges are being
// written, as they are when the daemon is killed.
func TestKilledLosesLittle(t *testing.T) {
	const block, lost = wire.BlockSize, 1<<20 + 100_000
	data := storagetest.Bytes(6*block, 1)
	args := storagetest.PutArgs("/f", data, storagetest.IfAny)
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	openRange(t, ann, args, data, 0, block+3_333_333)
	openRange(t, ann, args, data, 3*block, 3*block+1_999_999)
	openRange(t, ann, args, data, 5*block, 6*block)
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(d.dir)); err != nil {
		t.Fatal(err)
	}
	again := openDisk(t, copied).drive(t, "ann")
	want := 2*block + 3_333_333 + 1_999_999
	uploads, err := again.Uploads(t.Context())
	if err != nil || len(uploads) != 1 || uploads[0].Received > int64(want) || uploads[0].Received < int64(want-2*lost) {
		t.Fatalf("uploads: %+v (%v), want about %d bytes", uploads, err, want)
	}
	if sent, rest := storagetest.Mend(t, again, args, data), len(data)-want; sent < rest || sent > rest+2*lost {
		t.Errorf("%d bytes were sent again, want the %d that had not come and no more than %d beside", sent, rest, 2*lost)
	}
	sum, _ := storagetest.Sum(data)
	if _, err := again.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: storagetest.IfAny}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(storagetest.Read(t, again, "/f"), data) {
		t.Error("what was gone on with is not what was sent")
	}
}

// TestForgottenBeforeWritten: the digest of a block is off the disk as soon as
// one byte of it is written over.
func TestForgottenBeforeWritten(t *testing.T) {
	data := storagetest.Bytes(3*wire.BlockSize+100, 1)
	_, blocks := storagetest.Sum(data)
	dir := t.TempDir()
	args := storagetest.PutArgs("/f", data, storagetest.IfAny)
	stageBlocks(t, dir, args, data, true)
	d := openDisk(t, dir)
	ann := d.drive(t, "ann")
	openRange(t, ann, args, storagetest.Bytes(len(data), 2), wire.BlockSize, wire.BlockSize+1)
	want := slices.Concat(blocks[0][:], make([]byte, 32), blocks[2][:])
	got, err := os.ReadFile(d.staged("ann", string(args.Upload)+".blocks"))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the records are %x (%v), want %x", got, err, want)
	}
}

// TestTinyPutsTakeNoRoom sends a block byte by byte, each in a put of its own:
// what is noted beside the data does not grow with their number.
func TestTinyPutsTakeNoRoom(t *testing.T) {
	const puts = 2000
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	data := storagetest.Bytes(2*wire.BlockSize, 1)
	args := storagetest.PutArgs("/f", data, storagetest.IfAny)
	for i := range puts {
		if err := storagetest.StageRange(t, ann, args, data, i, i+1); err != nil {
			t.Fatal(err)
		}
	}
	for name, most := range map[string]int64{".extents": 8, ".blocks": 64, ".json": 1000} {
		info, err := os.Stat(d.staged("ann", string(args.Upload)+name))
		if err == nil && info.Size() > most || err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v (%v), want at most %d bytes", name, info, err, most)
		}
	}
	if sent := storagetest.Mend(t, ann, args, data); sent != len(data)-puts {
		t.Errorf("%d bytes are missing, want %d", sent, len(data)-puts)
	}
}

// FuzzStaged makes the files beside the data of an upload say anything: nothing
// breaks, no more is said to be there than can be, and what is mended is right.
func FuzzStaged(f *testing.F) {
	f.Add([]byte(nil), []byte(nil), uint32(wire.BlockSize+10))
	f.Add(bytes.Repeat([]byte{1}, 100), bytes.Repeat([]byte{255}, 100), uint32(wire.BlockSize))
	f.Add(make([]byte, 64), []byte{0, 0, 64, 0, 5, 0, 0}, uint32(10))
	f.Add([]byte(nil), []byte{1, 0, 0, 0, 0, 0, 1, 0}, uint32(1<<31))
	data := storagetest.Bytes(wire.BlockSize+1000, 1)
	f.Fuzz(func(t *testing.T, blocks, extents []byte, end uint32) {
		d := openDisk(t, t.TempDir())
		ann := d.drive(t, "ann")
		args := storagetest.PutArgs("/f", data, storagetest.IfAny)
		storagetest.Stage(t, ann, args, data, 0)
		name := d.staged("ann", string(args.Upload))
		if err := os.Truncate(name, int64(end)); err != nil {
			t.Fatal(err)
		}
		writeFile(t, name+".blocks", blocks)
		writeFile(t, name+".extents", extents)
		reply, got, err := storagetest.UploadBlocks(t.Context(), ann, args.Upload)
		if int(end) > len(data) {
			if !errors.Is(err, wire.NotFound) {
				t.Fatalf("blocks of more than was announced: %v, want not_found", err)
			}
			return
		}
		if err != nil || len(got) != 2 {
			t.Fatalf("%d blocks (%v)", len(got), err)
		}
		for _, one := range reply.Unfinished {
			if one.Bytes <= 0 || one.Block*wire.BlockSize+one.Bytes > int64(min(int(end), len(data)-1)) {
				t.Fatalf("%+v is said to be there of %d bytes", one, end)
			}
		}
		uploads, err := ann.Uploads(t.Context())
		if err != nil || len(uploads) != 1 || uploads[0].Received > int64(end) {
			t.Fatalf("uploads: %+v (%v), of which there are %d bytes", uploads, err, end)
		}
		storagetest.Mend(t, ann, args, data)
		if _, got, err = storagetest.UploadBlocks(t.Context(), ann, args.Upload); err != nil {
			t.Fatal(err)
		}
		if _, want := storagetest.Sum(data); !slices.Equal(got, want) {
			t.Fatalf("after mending the blocks are %v, want %v", got, want)
		}
	})
}
