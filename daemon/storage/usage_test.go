package storage_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

func usageOf(t *testing.T, d storage.Drive) storage.Usage {
	t.Helper()
	u, err := d.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u.Free, u.Entries = 0, 0
	return u
}

// TestUsageOfFilesByHand: everything that is a file counts, whatever it is
// called and however deep it lies, and nothing that a link leads to.
func TestUsageOfFilesByHand(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	d.drive(t, "bob")
	writeFile(t, d.host("bob", "secret"), make([]byte, 1000))
	deep := d.host("ann") + strings.Repeat("/d", 70)
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, deep+"/f", make([]byte, 10))
	writeFile(t, d.host("ann", "no name for the protocol \u202e"), make([]byte, 5))
	for name, target := range map[string]string{"folder": d.host("bob"), "file": d.host("bob", "secret"), "circle": d.host("ann")} {
		if err := os.Symlink(target, d.host("ann", name)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	ann := d.drive(t, "ann")
	if got, want := usageOf(t, ann), (storage.Usage{Used: 15, Files: 2}); got != want {
		t.Errorf("usage is %+v, want %+v", got, want)
	}
}

// TestRoomMadeByHand: who removed files on the server itself is not told that
// the account is full.
func TestRoomMadeByHand(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	storagetest.Put(t, ann, "/old", storagetest.Bytes(900, 1), storagetest.IfAny)
	ann.Limit(1000)
	args := storagetest.PutArgs("/new", storagetest.Bytes(500, 2), storagetest.IfAny)
	if err := os.Remove(d.host("ann", "old")); err != nil {
		t.Fatal(err)
	}
	d.AgeCounts()
	storagetest.Stage(t, ann, args, storagetest.Bytes(500, 2), 500)
	if got, want := usageOf(t, ann), (storage.Usage{Staged: 500}); got != want {
		t.Errorf("usage is %+v, want %+v", got, want)
	}
}

// TestExpiredUploadsAreNotCounted: the sweeper gives their room back.
func TestExpiredUploadsAreNotCounted(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	data := storagetest.Bytes(900, 1)
	storagetest.Stage(t, ann, storagetest.PutArgs("/f", data, storagetest.IfAny), data, 10)
	if got := usageOf(t, ann); got.Staged != 900 {
		t.Fatalf("usage is %+v, want 900 staged", got)
	}
	d.Sweep(storagetest.Time.AddDate(1, 0, 0))
	if got, want := usageOf(t, ann), (storage.Usage{}); got != want {
		t.Errorf("usage is %+v, want %+v", got, want)
	}
}

// TestCountsWhileFilesCome: what is added to the count and what a count finds
// are never the same file twice, and never none.
func TestCountsWhileFilesCome(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	for i := range 3000 { // so that a count takes as long as some commits
		writeFile(t, d.host("ann", fmt.Sprint("by hand ", i)), nil)
	}
	for round := range 10 {
		d.AgeCounts()
		usageOf(t, ann) // begins to count
		for i := 0; i < 200 && d.Counting(); i++ {
			data := storagetest.Bytes(10+i, byte(round))
			storagetest.Put(t, ann, wire.Path(fmt.Sprintf("/%d", i/2)), data, storagetest.IfAny)
		}
		d.WaitForCounts()
		live := usageOf(t, ann)
		d.AgeCounts()
		usageOf(t, ann)
		d.WaitForCounts()
		if anew := usageOf(t, ann); live != anew {
			t.Fatalf("round %d: usage is %+v and, counted anew, %+v", round, live, anew)
		}
	}
}
