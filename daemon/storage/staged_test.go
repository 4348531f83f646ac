package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

const week = 7 * 24 * time.Hour

func TestUploadsExpire(t *testing.T) {
	dir := t.TempDir()
	data := []byte("data")
	old, fresh := storagetest.PutArgs("/old", data, storagetest.IfAny), storagetest.PutArgs("/fresh", data, storagetest.IfAny)
	d := openDisk(t, dir)
	ann := d.drive(t, "ann")
	storagetest.Stage(t, ann, old, data, 2)
	storagetest.Stage(t, ann, fresh, data, 2)
	// The file's own time says nothing: a commit that failed may have set it.
	if err := os.Chtimes(d.staged("ann", string(fresh.Upload)), time.Time{}, time.Now().Add(-2*week)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(d.staged("ann", string(old.Upload)+".json"), time.Time{}, time.Now().Add(-week-time.Minute)); err != nil {
		t.Fatal(err)
	}
	ids := func(d storage.Drive) (ids []wire.UploadID) {
		uploads, err := d.Uploads(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range uploads {
			ids = append(ids, u.Upload)
		}
		return ids
	}
	d.Sweep(time.Now())
	if got := ids(ann); !slices.Equal(got, []wire.UploadID{fresh.Upload}) {
		t.Fatalf("after a sweep: %v, want the fresh one only", got)
	}
	// One that is being written is not dropped however long it takes.
	fresh.Offset = 2
	s, err := ann.Stage(t.Context(), fresh)
	if err != nil {
		t.Fatal(err)
	}
	d.Sweep(time.Now().Add(2 * week))
	if _, err := s.Write(data[2:]); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := ids(ann); !slices.Equal(got, []wire.UploadID{fresh.Upload}) {
		t.Fatalf("after a sweep while it was written: %v, want it still", got)
	}
	d.Sweep(time.Now().Add(week + time.Minute))
	left, err := os.ReadDir(d.staged("ann"))
	if err != nil || len(left) != 0 {
		t.Errorf("%d files are left (%v), want none", len(left), err)
	}
}

// TestOpenClearsLeftovers makes by hand what crashes leave.
func TestOpenClearsLeftovers(t *testing.T) {
	data := []byte("data")
	tests := []struct {
		name string
		harm func(id string) error // in the folder of the uploads
		want bool                  // the upload is still there
	}{
		{"nothing", func(string) error { return nil }, true},
		{"no data: after the rename of a commit", os.Remove, false},
		{"no record: while it was dropped", func(id string) error { return os.Remove(id + ".json") }, false},
		{"record cut", func(id string) error { return os.Truncate(id+".json", 20) }, false},
		{"record empty", func(id string) error { return os.Truncate(id+".json", 0) }, false},
		{"record of another kind", func(id string) error { return os.WriteFile(id+".json", []byte(`{"path":"/../../x","size":4}`), 0o600) }, false},
		{"record is a folder", func(id string) error { return errors.Join(os.Remove(id+".json"), os.Mkdir(id+".json", 0o700)) }, false},
		{"blocks alone", func(id string) error {
			return errors.Join(os.Remove(id), os.Remove(id+".json"), os.WriteFile(id+".blocks", nil, 0o600))
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			args := storagetest.PutArgs("/f", data, storagetest.IfAny)
			first, err := storage.Open(dir, silent())
			if err != nil {
				t.Fatal(err)
			}
			drive, err := first.Drive("ann")
			if err != nil {
				t.Fatal(err)
			}
			storagetest.Stage(t, drive, args, data, 2)
			if err := errors.Join(drive.Close(), first.Close()); err != nil {
				t.Fatal(err)
			}
			d := disk{dir: dir}
			keep := d.staged("ann", "notes.txt") // not ours to remove
			writeFile(t, keep, nil)
			if err := tt.harm(d.staged("ann", string(args.Upload))); err != nil {
				t.Fatal(err)
			}
			ann := openDisk(t, dir).drive(t, "ann")
			uploads, err := ann.Uploads(t.Context())
			if err != nil || (len(uploads) == 1) != tt.want {
				t.Fatalf("%d uploads (%v), want it there: %v", len(uploads), err, tt.want)
			}
			left, err := os.ReadDir(d.staged("ann"))
			if err != nil || (len(left) == 3) != tt.want || (len(left) == 1) == tt.want {
				t.Errorf("%v is left (%v)", left, err)
			}
			// The name can be used again in any case.
			storagetest.Stage(t, ann, args, data, len(data))
		})
	}
}

// stageBlocks stages data with a flush after every block, or none at all, and
// closes the store.
func stageBlocks(t *testing.T, dir string, args wire.PutArgs, data []byte, flush bool) {
	t.Helper()
	d, err := storage.Open(dir, silent())
	if err != nil {
		t.Fatal(err)
	}
	if flush {
		d.SetFlushEvery(wire.BlockSize)
	}
	drive, err := d.Drive("ann")
	if err != nil {
		t.Fatal(err)
	}
	storagetest.Stage(t, drive, args, data, len(data))
	if err := errors.Join(drive.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestBlocksAreRecordedBehindAFlush(t *testing.T) {
	data := storagetest.Bytes(3*wire.BlockSize+100, 1)
	_, blocks := storagetest.Sum(data)
	for _, flush := range []bool{true, false} {
		t.Run(fmt.Sprint("flush ", flush), func(t *testing.T) {
			dir := t.TempDir()
			args := storagetest.PutArgs("/f", data, storagetest.IfAny)
			stageBlocks(t, dir, args, data, flush)
			d := disk{dir: dir}
			var want []byte
			if flush {
				for _, b := range blocks[:3] {
					want = append(want, b[:]...)
				}
			}
			got, err := os.ReadFile(d.staged("ann", string(args.Upload)+".blocks"))
			if string(got) != string(want) || flush && err != nil {
				t.Errorf("%d bytes are recorded (%v), want %d", len(got), err, len(want))
			}
		})
	}
}

// TestWhatIsReadAgain flips a byte of staged data and opens the store again. In
// a block that was flushed nobody looks, as it is recorded; in what came after
// it is found before it is committed, as after a power cut it may be a hole.
func TestWhatIsReadAgain(t *testing.T) {
	data := storagetest.Bytes(2*wire.BlockSize+100, 1)
	sum, blocks := storagetest.Sum(data)
	tests := []struct {
		name   string
		flip   int64                   // offset of a byte, or -1 for none
		record func(name string) error // done to the blocks file, beside which the extents lie
		want   bool                    // the harm is noticed
	}{
		{"recorded block", 5, func(string) error { return nil }, false},
		{"behind the records", 2*wire.BlockSize + 5, func(string) error { return nil }, true},
		{"record lost", 5, os.Remove, true},
		{"half a record", wire.BlockSize + 5, func(name string) error { return os.Truncate(name, 40) }, true},
		{"zeros for a record", wire.BlockSize + 5, func(name string) error {
			return errors.Join(os.Truncate(name, 32), os.Truncate(name, 64))
		}, true},
		{"record and extents lost", 2*wire.BlockSize + 5, func(name string) error {
			return errors.Join(os.Remove(name), os.Remove(extentsBeside(name)))
		}, true},
		{"extents lost, and no harm", -1, func(name string) error { return os.Remove(extentsBeside(name)) }, false},
		{"extents cut within a block", -1, func(name string) error { return os.Truncate(extentsBeside(name), 6) }, false},
		{"extents that say too much", wire.BlockSize + 5, func(name string) error {
			return errors.Join(os.Remove(name), os.WriteFile(extentsBeside(name), bytes.Repeat([]byte{255}, 100), 0o600))
		}, true},
		{"zeros for a record, and no harm", -1, func(name string) error {
			return errors.Join(os.Truncate(name, 32), os.Truncate(name, 64))
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			d := disk{dir: dir}
			args := storagetest.PutArgs("/f", data, storagetest.IfAny)
			stageBlocks(t, dir, args, data, true)
			if tt.flip >= 0 {
				flipByte(t, d.staged("ann", string(args.Upload)), tt.flip)
			}
			if err := tt.record(d.staged("ann", string(args.Upload)+".blocks")); err != nil {
				t.Fatal(err)
			}
			ann := openDisk(t, dir).drive(t, "ann")
			_, got, err := storagetest.UploadBlocks(t.Context(), ann, args.Upload)
			if err != nil || len(got) != len(blocks) {
				t.Fatalf("%d blocks (%v)", len(got), err)
			}
			bad := tt.flip / wire.BlockSize
			for i := range blocks {
				// A block that nothing tells of is zero, which is as good.
				if differs := got[i] != blocks[i] && got[i] != (wire.Digest{}); differs != (tt.want && int64(i) == bad) {
					t.Errorf("block %d differs: %v", i, differs)
				}
			}
			missing := slices.Contains(got, wire.Digest{})
			commit := wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: storagetest.IfAny}
			_, err = ann.Commit(t.Context(), commit)
			if want := missing || tt.want; (err != nil) != want || want && !missing && !errors.Is(err, wire.Damaged) {
				t.Fatalf("commit: %v, want it refused: %v", err, want)
			}
			if err == nil {
				return
			}
			if sent := storagetest.Mend(t, ann, args, data); !missing && sent > wire.BlockSize {
				t.Errorf("%d bytes were sent again, want one block at most", sent)
			}
			if _, err = ann.Commit(t.Context(), commit); err != nil {
				t.Fatalf("commit of what was mended: %v", err)
			}
			if !bytes.Equal(storagetest.Read(t, ann, "/f"), data) {
				t.Error("what was mended is not what was sent")
			}
		})
	}
}

func extentsBeside(blocks string) string {
	return strings.TrimSuffix(blocks, ".blocks") + ".extents"
}

func TestNoRoom(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	args := storagetest.PutArgs("/f", nil, storagetest.IfAny)
	args.Size = wire.MaxSize // 9 PB
	if _, err := ann.Stage(t.Context(), args); !errors.Is(err, wire.NoSpace) {
		t.Errorf("stage of 9 PB: %v, want no_space", err)
	}
	left, err := os.ReadDir(d.staged("ann"))
	if err != nil || len(left) != 0 {
		t.Errorf("%d files are left (%v), want none", len(left), err)
	}
}

func TestTooManyUploads(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	args := storagetest.PutArgs("/f", nil, storagetest.IfAny)
	storagetest.Stage(t, ann, args, nil, 0)
	record, err := os.ReadFile(d.staged("ann", string(args.Upload)+".json"))
	if err != nil {
		t.Fatal(err)
	}
	for range storage.MaxUploads - 1 {
		name := d.staged("ann", string(storagetest.NewID()))
		writeFile(t, name, nil)
		writeFile(t, name+".json", record)
	}
	_, err = ann.Stage(t.Context(), storagetest.PutArgs("/g", nil, storagetest.IfAny))
	if !errors.Is(err, wire.QuotaExceeded) {
		t.Errorf("one upload more: %v, want quota_exceeded", err)
	}
	storagetest.Stage(t, ann, args, nil, 0)               // begun again is not one more
	storagetest.Stage(t, d.drive(t, "bob"), args, nil, 0) // each account has its own count
}
