package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"wangpan/wire"
)

// openAnn opens a store and a drive in it until the end of the test.
func openAnn(t *testing.T) *drive {
	t.Helper()
	d, err := Open(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ann, err := d.Drive("ann")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(ann.Close(), d.Close()); err != nil {
			t.Error(err)
		}
	})
	return ann.(*drive)
}

// TestFolderGoneMeanwhile: a request that has opened a folder finds out that it
// was removed, moved or replaced since. Else its file would land in the trash,
// where nothing counts it any more, or elsewhere than the reply says.
func TestFolderGoneMeanwhile(t *testing.T) {
	mkdir := func(t *testing.T, d *drive, path wire.Path) {
		t.Helper()
		if _, err := d.Mkdir(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	gone := []struct {
		name string
		do   func(t *testing.T, d *drive) error
		want wire.Code
	}{
		{"removed", func(t *testing.T, d *drive) error {
			t.Helper()
			_, err := d.Remove(t.Context(), wire.RemoveArgs{Path: "/d"})
			return err
		}, wire.NotFound},
		{"moved", func(t *testing.T, d *drive) error {
			t.Helper()
			_, err := d.Move(t.Context(), wire.MoveArgs{From: "/d", To: "/e"})
			return err
		}, wire.NotFound},
		{"replaced", func(t *testing.T, d *drive) error {
			t.Helper()
			_, err := d.Move(t.Context(), wire.MoveArgs{From: "/d", To: "/e"})
			mkdir(t, d, "/d")
			return err
		}, wire.Busy},
	}
	uses := []struct {
		name string
		do   func(d *drive, parent *os.Root, info os.FileInfo) error
	}{
		{"commit", func(d *drive, parent *os.Root, _ os.FileInfo) error {
			return d.place(context.Background(), parent, "new", arrival{
				from: d.staged, name: "staged", path: "/d/new", pre: wire.Precondition{If: wire.IfAny}, placed: func(int64) {},
			})
		}},
		{"remove", func(d *drive, parent *os.Root, info os.FileInfo) error {
			err := d.take(parent, "f", info, newItemID(), trashed{Path: "/d/f", Size: info.Size(), Files: 1})
			return refuse(wire.Remove, "/d/f", err)
		}},
		{"move from", func(d *drive, parent *os.Root, _ os.FileInfo) error {
			_, err := d.move(parent, "f", d.files, "f", wire.MoveArgs{From: "/d/f", To: "/f"}, nil)
			return refuse(wire.Move, "/d/f", err)
		}},
		{"move to", func(d *drive, parent *os.Root, _ os.FileInfo) error {
			_, err := d.move(d.files, "g", parent, "g", wire.MoveArgs{From: "/g", To: "/d/g"}, nil)
			return refuse(wire.Move, "/g", err)
		}},
	}
	for _, g := range gone {
		for _, use := range uses {
			t.Run(use.name+" with the folder "+g.name, func(t *testing.T) {
				d := openAnn(t)
				mkdir(t, d, "/d")
				for root, name := range map[*os.Root]string{d.files: "g", d.staged: "staged"} {
					if err := root.WriteFile(name, []byte("x"), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if err := d.files.WriteFile("d/f", []byte("hello"), 0o600); err != nil {
					t.Fatal(err)
				}
				parent, info, err := d.lookup("/d/f")
				if err != nil {
					t.Fatal(err)
				}
				defer parent.Close()
				if err := d.readTrash(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := g.do(t, d); err != nil {
					t.Fatal(err)
				}
				if err := use.do(d, parent, info); !errors.Is(err, g.want) {
					t.Errorf("%v, want %s", err, g.want)
				}
				if names, err := parent.FS().(interface {
					ReadDir(string) ([]os.DirEntry, error)
				}).ReadDir("."); err != nil || len(names) != 1 || names[0].Name() != "f" {
					t.Errorf("the folder holds %v (%v), want f as before", names, err)
				}
			})
		}
	}
}

// TestTrashIsReadBesideRequests: while many items are read, nobody holds a lock
// that others need, and who leaves need not wait.
func TestTrashIsReadBesideRequests(t *testing.T) {
	d := openAnn(t)
	r := &reading{over: make(chan struct{})}
	d.bin.reading = r
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := d.Trash(gone, wire.TrashArgs{}); !errors.Is(err, context.Canceled) {
		t.Errorf("trash: %v, want that the caller has left", err)
	}
	if _, err := d.Remove(gone, wire.RemoveArgs{Path: "/d"}); !errors.Is(err, context.Canceled) {
		t.Errorf("remove: %v, want that the caller has left", err)
	}
	d.dropSurplus("/d")
	d.bin.mu.Lock()
	d.bin.reading = nil
	d.bin.mu.Unlock()
	close(r.over)
	if reply, err := d.Trash(t.Context(), wire.TrashArgs{}); err != nil || len(reply.Items) != 0 {
		t.Errorf("%+v (%v)", reply, err)
	}
}

// TestCountOfALargeDrive: a count that takes long keeps nobody waiting, however
// often something changes meanwhile, and what hands have done is found when the
// drive rests.
func TestCountOfALargeDrive(t *testing.T) {
	d := openAnn(t)
	if _, err := d.Usage(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.disk.WaitForCounts()
	d.disk.quick = 0 // any drive is large
	for i := range 1000 {
		if err := d.files.WriteFile(fmt.Sprint(i), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	count := func() (counted bool) {
		d.disk.AgeCounts()
		before := d.ledger.countsBefore()
		<-d.count()
		return d.ledger.countsBefore() > before
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			d.renames.Lock()
			d.ledger.move(sum{})
			d.renames.Unlock()
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	for tries := 1; count(); tries++ { // a count may meet no change
		if tries == 100 {
			t.Fatal("every count has made the others wait")
		}
	}
	if _, old := d.countedBefore(time.Now().Add(-time.Minute)); old {
		t.Error("the next who asks counts again at once")
	}
	close(stop)
	<-stopped
	if files := d.ledger.usage().Files; !count() || d.ledger.usage().Files != 1000 {
		t.Errorf("%d files were counted, and %d at rest, want 1000", files, d.ledger.usage().Files)
	}
}
