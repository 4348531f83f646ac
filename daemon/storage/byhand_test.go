package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

func writeFile(tb testing.TB, name string, data []byte) {
	tb.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func appendFile(tb testing.TB, name string, data []byte) {
	tb.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		tb.Fatal(err)
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		tb.Fatal(err)
	}
}

// flipByte changes one byte in place and sets the mtime back, as rot does.
func flipByte(tb testing.TB, name string, offset int64) {
	tb.Helper()
	info, err := os.Stat(name)
	if err != nil {
		tb.Fatal(err)
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		tb.Fatal(err)
	}
	var b [1]byte
	_, rerr := f.ReadAt(b[:], offset)
	b[0] ^= 1
	_, werr := f.WriteAt(b[:], offset)
	if err := errors.Join(rerr, werr, f.Close(), os.Chtimes(name, time.Time{}, info.ModTime())); err != nil {
		tb.Fatal(err)
	}
}

func TestFilePutThereByHand(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	data := storagetest.Bytes(wire.BlockSize+1, 1)
	sum, blocks := storagetest.Sum(data)
	writeFile(t, d.host("ann", "f"), data)

	before, err := ann.Stat(t.Context(), "/f")
	if err != nil || before.Digest != nil || before.Entry.Size != int64(len(data)) || before.Entry.Version == "" {
		t.Fatalf("stat says %+v (%v), want the size, a version and no digest", before, err)
	}
	c, err := ann.Open(t.Context(), "/f", before.Entry.Version)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	got, gotBlocks, err := c.Blocks(t.Context(), int64(len(data)))
	if err != nil || got != sum || !slices.Equal(gotBlocks, blocks) {
		t.Fatalf("digest %v (%v), want %v", got, err, sum)
	}
	after, err := ann.Stat(t.Context(), "/f")
	if err != nil || after.Entry != before.Entry {
		t.Errorf("asking for blocks has changed the file from %+v to %+v (%v)", before.Entry, after.Entry, err)
	}
	if after.Digest == nil || *after.Digest != sum {
		t.Errorf("the digest is not remembered: %v", after.Digest)
	}
}

func TestChangeByHandIsAnotherVersion(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	tests := []struct {
		name   string
		change func(name string) error
	}{
		{"grown", func(name string) error { appendFile(t, name, []byte("x")); return nil }},
		{"cut", func(name string) error { return os.Truncate(name, 3) }},
		{"same size and mtime", func(name string) error { flipByte(t, name, 2); return nil }},
		{"replaced", func(name string) error {
			writeFile(t, name+".new", []byte("content"))
			return os.Rename(name+".new", name)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			put := storagetest.Put(t, ann, "/f", []byte("content"), storagetest.IfAny)
			if err := tt.change(d.host("ann", "f")); err != nil {
				t.Fatal(err)
			}
			got, err := ann.Stat(t.Context(), "/f")
			if err != nil || got.Entry.Version == put.Entry.Version {
				t.Errorf("the version is %s (%v) as before", got.Entry.Version, err)
			}
			if _, err := ann.Open(t.Context(), "/f", put.Entry.Version); !errors.Is(err, wire.Conflict) {
				t.Errorf("open of the old version: %v, want conflict", err)
			}
			if sum, _ := storagetest.Sum(storagetest.Read(t, ann, "/f")); tt.name != "same size and mtime" && got.Digest != nil && *got.Digest != sum {
				t.Errorf("the digest is still that of the old content")
			}
		})
	}
}

func TestChangeInPlaceEndsTheRead(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	for _, change := range []string{"grown", "cut"} {
		t.Run(change, func(t *testing.T) {
			put := storagetest.Put(t, ann, "/f", storagetest.Bytes(1000, 1), storagetest.IfAny)
			c, err := ann.Open(t.Context(), "/f", put.Entry.Version)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			buf := make([]byte, 500)
			if _, err := c.ReadAt(buf, 0); err != nil {
				t.Fatal(err)
			}
			switch change {
			case "grown":
				appendFile(t, d.host("ann", "f"), []byte("more"))
			case "cut":
				if err := os.Truncate(d.host("ann", "f"), 900); err != nil {
					t.Fatal(err)
				}
			}
			if n, err := c.ReadAt(buf, 500); !errors.Is(err, wire.Conflict) || n != 0 {
				t.Errorf("read of %d bytes after the change: %v, want conflict and none", n, err)
			}
			if _, _, err := c.Blocks(t.Context(), 1000); !errors.Is(err, wire.Conflict) {
				t.Errorf("blocks after the change: %v, want conflict", err)
			}
		})
	}
}

// TestCreateRacesWithHands: an upload that may only create never replaces what
// somebody puts there at the same moment, although they take no lock of ours.
func TestCreateRacesWithHands(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	ours, theirs := []byte("ours"), []byte("theirs")
	sum, _ := storagetest.Sum(ours)
	won := 0
	for i := range 200 {
		path := wire.Path(fmt.Sprintf("/f%d", i))
		args := storagetest.PutArgs(path, ours, storagetest.IfAbsent)
		storagetest.Stage(t, ann, args, ours, len(ours))
		by := make(chan error, 1)
		go func() {
			for range 20 * i { // a commit takes some time before it renames: come sooner and later
				_, _ = os.Lstat(d.dir)
			}
			f, err := os.OpenFile(d.host("ann", string(path.Base())), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if err == nil {
				_, err = f.Write(theirs)
				err = errors.Join(err, f.Close())
			}
			by <- err
		}()
		_, err := ann.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: storagetest.IfAbsent})
		hands := <-by
		if (err == nil) == (hands == nil) {
			t.Fatalf("round %d: the commit got %v, the hands %v: one must win", i, err, hands)
		}
		want := theirs
		if err == nil {
			want = ours
			won++
		} else if err := ann.Discard(t.Context(), args.Upload); err != nil {
			t.Fatal(err)
		}
		if got := storagetest.Read(t, ann, path); !bytes.Equal(got, want) {
			t.Fatalf("round %d: %q is there, want %q", i, got, want)
		}
	}
	t.Logf("the commit has won %d of 200", won)
}

func TestRotIsDamage(t *testing.T) {
	dir := t.TempDir()
	var logged bytes.Buffer
	store, err := storage.Open(dir, slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{store, dir}
	t.Cleanup(func() { _ = d.Close() })
	ann := d.drive(t, "ann")
	storagetest.Mkdir(t, ann, "/d")
	put := storagetest.Put(t, ann, "/d/f", storagetest.Bytes(1000, 1), storagetest.IfAny)
	storagetest.Put(t, ann, "/d/edited", storagetest.Bytes(1000, 2), storagetest.IfAny)
	appendFile(t, d.host("ann", "d", "edited"), []byte("more")) // by the administrator
	flipByte(t, d.host("ann", "d", "f"), 500)
	stat, err := ann.Stat(t.Context(), "/d/f")
	if err != nil {
		t.Fatal(err)
	}
	if stat.Digest == nil || *stat.Digest != *put.Digest {
		t.Skip("this file system keeps no attributes, so nobody can know")
	}
	c, err := ann.Open(t.Context(), "/d/f", "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, _, err := c.Blocks(t.Context(), 1000); !errors.Is(err, wire.Damaged) {
		t.Errorf("blocks of a rotten file: %v, want damaged", err)
	}
	for _, from := range []wire.Path{"/d/f", "/d"} {
		if _, err := ann.Copy(t.Context(), wire.CopyArgs{From: from, To: "/copy"}, nil); !errors.Is(err, wire.Damaged) {
			t.Errorf("copy of %s: %v, want damaged", from, err)
		}
		if _, err := ann.Stat(t.Context(), "/copy"); !errors.Is(err, wire.NotFound) {
			t.Errorf("after the copy of %s there is something (%v)", from, err)
		}
	}
	if _, err := ann.Copy(t.Context(), wire.CopyArgs{From: "/d/edited", To: "/copy"}, nil); err != nil {
		t.Errorf("copy of an edited file: %v", err)
	}
	if lines := strings.Count(logged.String(), "level=ERROR"); lines != 3 || strings.Count(logged.String(), "drive=ann path=/d/f ") != 3 || d.Damaged() != 3 {
		t.Errorf("%d are counted, want 3, each in the log with its path:\n%s", d.Damaged(), logged.String())
	}
}

func TestBadNamesAreCounted(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	storagetest.Put(t, ann, "/good", nil, storagetest.IfAbsent)
	bad := []string{"line\nbreak", "escape\x1b[31m", "\u202ereversed", "e\u0301", "lost\ufffd", "\xff\xfe"}
	made := 0
	for _, name := range bad {
		if os.WriteFile(d.host("ann", name), nil, 0o600) == nil {
			made++ // not every file system takes every name
		}
	}
	if made == 0 {
		t.Skip("the file system takes no bad names")
	}
	listing, err := ann.List(t.Context(), wire.ListArgs{Path: wire.Root})
	if err != nil || len(listing.Entries) != 1 || listing.Entries[0].Name != "good" || listing.Unlisted != made {
		t.Errorf("listing is %+v (%v), want one good name and %d unlisted", listing, err, made)
	}
}

// TestListFollowsChanges: names are remembered from page to page, and no longer
// than the folder stays as it is.
func TestListFollowsChanges(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	names := func() (all []string) {
		args := wire.ListArgs{Path: wire.Root, Limit: 2}
		for {
			listing, err := ann.List(t.Context(), args)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range listing.Entries {
				all = append(all, string(e.Name))
				args.After = e.Name
			}
			if !listing.More {
				return all
			}
		}
	}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		writeFile(t, d.host("ann", name), nil)
	}
	// Left alone for long, so that the names are remembered.
	if err := os.Chtimes(d.host("ann"), time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := names(); !slices.Equal(got, []string{"a", "b", "c", "d", "e"}) {
		t.Fatalf("names are %q", got)
	}
	for _, change := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"removed", func() error { return os.Remove(d.host("ann", "b")) }, []string{"a", "c", "d", "e"}},
		{"added", func() error { return os.WriteFile(d.host("ann", "aa"), nil, 0o600) }, []string{"a", "aa", "c", "d", "e"}},
		{"renamed", func() error { return os.Rename(d.host("ann", "e"), d.host("ann", "bb")) }, []string{"a", "aa", "bb", "c", "d"}},
	} {
		t.Run(change.name, func(t *testing.T) {
			if err := change.do(); err != nil {
				t.Fatal(err)
			}
			if got := names(); !slices.Equal(got, change.want) {
				t.Errorf("names are %q, want %q", got, change.want)
			}
		})
	}
}

func TestCommittedFileIsPlain(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	data := storagetest.Bytes(3000, 1)
	storagetest.Mkdir(t, ann, "/照片")
	storagetest.Put(t, ann, "/照片/x y.jpg", data, storagetest.IfAbsent)
	got, err := os.ReadFile(d.host("ann", "照片", "x y.jpg"))
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("the host sees %d other bytes (%v)", len(got), err)
	}
	left, err := os.ReadDir(d.staged("ann"))
	if err != nil || len(left) != 0 {
		t.Errorf("%d files are left of the upload (%v)", len(left), err)
	}
}
