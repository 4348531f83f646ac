package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

func removeIt(tb testing.TB, d storage.Drive, path wire.Path) wire.Item {
	tb.Helper()
	item, err := d.Remove(tb.Context(), wire.RemoveArgs{Path: path})
	if err != nil {
		tb.Fatalf("remove %s: %v", path, err)
	}
	return counted(tb.Context(), d, item)
}

// Items returns all that is in the trash, page by page.
func Items(tb testing.TB, d storage.Drive, limit int) (items []wire.Item) {
	tb.Helper()
	args := wire.TrashArgs{Limit: limit}
	for {
		page, err := d.Trash(tb.Context(), args)
		if err != nil {
			tb.Fatalf("trash: %v", err)
		}
		for _, item := range page.Items {
			items = append(items, counted(tb.Context(), d, item))
		}
		if !page.More {
			return items
		}
		args.After = page.Items[len(page.Items)-1].Item
	}
}

// counted is an item when what is in it was counted, which a drive may do later.
func counted(ctx context.Context, d storage.Drive, item wire.Item) wire.Item {
	for item.Uncounted {
		page, err := d.Trash(ctx, wire.TrashArgs{})
		at := slices.IndexFunc(page.Items, func(other wire.Item) bool { return other.Item == item.Item })
		if err != nil || at < 0 {
			break
		}
		item = page.Items[at]
	}
	return item
}

// Contents are what is in the files of a drive and, behind "trash:", of its
// trash, which is restored for that.
func Contents(tb testing.TB, d storage.Drive) map[string]string {
	tb.Helper()
	all := make(map[string]string)
	readBelow(tb, d, wire.Root, "", all)
	for i, item := range Items(tb, d, 0) {
		top := wire.Path(fmt.Sprintf("/back-%d", i))
		_, err := d.Restore(tb.Context(), wire.RestoreArgs{Item: item.Item, Path: top, Precondition: IfAbsent})
		if err != nil {
			tb.Fatalf("restore of %+v: %v", item, err)
		}
		before := len(all)
		readBelow(tb, d, top, "trash:"+string(item.Path), all)
		if got := int64(len(all) - before); got != item.Files {
			tb.Errorf("%d files are in %+v, or are there twice", got, item)
		}
	}
	return all
}

// readBelow reads the files at and below path, which are called name and so on.
func readBelow(tb testing.TB, d storage.Drive, path wire.Path, name string, into map[string]string) {
	tb.Helper()
	stat, err := d.Stat(tb.Context(), path)
	if err != nil {
		tb.Fatalf("stat of %s: %v", path, err)
	}
	if !stat.Entry.IsDir {
		into[name] = string(Read(tb, d, path))
		return
	}
	for _, below := range listAll(tb, d, path, 0) {
		at, err := path.Join(below)
		if err != nil {
			tb.Fatal(err)
		}
		readBelow(tb, d, at, name+"/"+below, into)
	}
}

func testTrashPages(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	if items := Items(t, d, 0); len(items) != 0 {
		t.Fatalf("the trash of a new drive is %+v", items)
	}
	// Paths that JSON makes six times as long, so that a frame holds few.
	long := wire.Path("/" + strings.Repeat("<", 200))
	above := long
	for range 4 {
		Mkdir(t, d, above)
		above += long
	}
	var want []wire.ItemID
	for i := range 300 {
		path := above.Dir() + wire.Path(fmt.Sprintf("/%d", i))
		Put(t, d, path, nil, IfAbsent)
		want = slices.Insert(want, 0, removeIt(t, d, path).Item)
	}
	for _, limit := range []int{0, 1, 7, wire.MaxItems} {
		var got []wire.ItemID
		for _, item := range Items(t, d, limit) {
			got = append(got, item.Item)
		}
		if !slices.Equal(got, want) {
			t.Errorf("with a limit of %d the trash is %d items, want the %d, the newest first", limit, len(got), len(want))
		}
	}
	page, err := d.Trash(t.Context(), wire.TrashArgs{})
	if err != nil || !page.More {
		t.Errorf("%d items of such paths are one page (%v)", len(page.Items), err)
	}
	if item, err := d.Item(t.Context(), page.Items[1].Item); err != nil || item != page.Items[1] {
		t.Errorf("one item is %+v (%v), want %+v", item, err, page.Items[1])
	}
	_, err = d.Item(t.Context(), unknownItem)
	wantCode(t, "an item that is gone", err, wire.NotFound)
	_, err = d.Trash(t.Context(), wire.TrashArgs{After: unknownItem})
	wantCode(t, "behind what is gone", err, wire.Conflict)
	_, err = d.Trash(t.Context(), wire.TrashArgs{Limit: wire.MaxItems + 1})
	wantCode(t, "too many at once", err, wire.Invalid)
}

// testKeptVersions saves a file again and again.
func testKeptVersions(t *testing.T, open Open) {
	t.Helper()
	s := store(t, open)
	d := drive(t, s, "ann")
	Put(t, d, "/other", []byte("x"), IfAny)
	Put(t, d, "/other", []byte("y"), IfAny)
	for i := range 15 {
		Put(t, d, "/f", Bytes(100+i, byte(i)), IfAny)
	}
	items := Items(t, d, 0)
	if len(items) != keptVersions+1 {
		t.Fatalf("%d items are kept, want %d of the one and one of the other", len(items), keptVersions)
	}
	for i, item := range items[:keptVersions] {
		if item.Path != "/f" || !item.Replaced || item.Size != int64(113-i) {
			t.Errorf("item %d is %+v, want the %d bytes replaced before", i, item, 113-i)
		}
	}
	// Of the same name and removed, not replaced: that counts apart.
	removeIt(t, d, "/f")
	if items := Items(t, d, 0); len(items) != keptVersions+2 {
		t.Errorf("%d items are kept beside what was removed", len(items)-1)
	}
}

// testReplacedIsReadable: who has begun to read goes on with what it was.
func testReplacedIsReadable(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	for _, end := range []struct {
		name string
		do   func()
	}{
		{"replaced", func() { Put(t, d, "/f", []byte("other"), IfAny) }},
		{"moved", func() {
			if _, err := d.Move(t.Context(), wire.MoveArgs{From: "/f", To: "/g"}); err != nil {
				t.Fatal(err)
			}
		}},
		{"removed", func() { removeIt(t, d, "/f") }},
		{"dropped", func() {
			if _, err := d.Purge(t.Context(), wire.PurgeArgs{Item: removeIt(t, d, "/f").Item}); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(end.name, func(t *testing.T) {
			data := Bytes(100_000, 1)
			put := Put(t, d, "/f", data, IfAny)
			c, err := d.Open(t.Context(), "/f", put.Entry.Version)
			if err != nil {
				t.Fatal(err)
			}
			defer closing(t, c)
			end.do()
			if !bytes.Equal(readAll(t, c), data) {
				t.Error("the rest is not of the version that it began with")
			}
			if got, _, err := c.Blocks(t.Context(), int64(len(data))); err != nil || put.Digest == nil || got != *put.Digest {
				t.Errorf("the digest is %v (%v), want %v", got, err, put.Digest)
			}
		})
	}
}

// testRemovedFolderOfUpload: an upload outlives its folder, and is committed
// when that is back.
func testRemovedFolderOfUpload(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/d")
	data := Bytes(1000, 1)
	args := PutArgs("/d/f", data, IfAbsent)
	Stage(t, d, args, data, len(data))
	item := removeIt(t, d, "/d")
	sum, _ := Sum(data)
	commit := wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: IfAbsent}
	_, err := d.Commit(t.Context(), commit)
	wantCode(t, "commit into a removed folder", err, wire.NotFound)
	wantUsage(t, d, storage.Usage{Staged: 1000})
	if _, err := d.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Precondition: IfAbsent}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Commit(t.Context(), commit); err != nil {
		t.Fatal(err)
	}
	wantContent(t, d, "/d/f", data)
	item = removeIt(t, d, "/d")
	if item.Size != 1000 || item.Files != 1 || !item.IsDir {
		t.Errorf("the folder in the trash is %+v, want 1000 bytes in one file", item)
	}
	wantUsage(t, d, storage.Usage{Trash: 1000})
}

// contest is everything that can be done to one path, by many at once. Contents
// tell all that was ever put there.
type contest struct {
	drives  []storage.Drive
	path    wire.Path
	pre     wire.Precondition
	version wire.Version // of what is at path; "" if that is not to matter
	all     []string
}

// prepare makes the doers: each fourth moves, removes, commits and restores.
func (c *contest) prepare(t *testing.T) []func() error {
	t.Helper()
	doers := make([]func() error, 0, len(c.drives))
	for i, d := range c.drives {
		content := fmt.Sprintf("%s of %d", c.path, i)
		switch i % 4 {
		case 0:
			to := c.path + wire.Path(fmt.Sprintf("-%d", i))
			doers = append(doers, func() error {
				_, err := d.Move(t.Context(), wire.MoveArgs{From: c.path, To: to, Version: c.version})
				return err
			})
		case 1:
			doers = append(doers, func() error {
				_, err := d.Remove(t.Context(), wire.RemoveArgs{Path: c.path, Version: c.version})
				return err
			})
		case 2:
			args := PutArgs(c.path, []byte(content), IfAny)
			Stage(t, d, args, []byte(content), len(content))
			sum, _ := Sum([]byte(content))
			doers = append(doers, func() error {
				_, err := d.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: c.pre})
				if err != nil { // so that what was not committed is not lost
					err = errors.Join(err, d.Discard(t.Context(), args.Upload))
					Put(t, d, c.path+wire.Path(fmt.Sprintf("-%d", i)), []byte(content), IfAbsent)
				}
				return err
			})
			c.all = append(c.all, content)
		case 3:
			Put(t, d, "/item", []byte(content), IfAbsent)
			item := removeIt(t, d, "/item")
			doers = append(doers, func() error {
				_, err := d.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Path: c.path, Precondition: c.pre})
				return err
			})
			c.all = append(c.all, content)
		}
	}
	return doers
}

func (c *contest) run(doers []func() error) []error {
	outcomes := make([]error, len(doers))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, do := range doers {
		all.Go(func() {
			<-start
			outcomes[i] = do()
		})
	}
	close(start)
	all.Wait()
	return outcomes
}

// testContest lets 20 move, remove, replace and restore one path at once. With
// a version only one may win; and whoever wins, every content that there was is
// somewhere afterwards, once.
func testContest(t *testing.T, open Open) {
	t.Helper()
	for _, tt := range []struct {
		name    string
		version bool
	}{{"one version", true}, {"whatever is there", false}} {
		t.Run(tt.name, func(t *testing.T) {
			s := store(t, open)
			c := &contest{pre: IfAny}
			for range 20 {
				c.drives = append(c.drives, drive(t, s, fmt.Sprintf("ann-%t", tt.version)))
			}
			for round := range 5 {
				c.path = wire.Path(fmt.Sprintf("/f%d", round))
				first := fmt.Sprint("first ", round)
				c.all = append(c.all, first)
				put := Put(t, c.drives[0], c.path, []byte(first), IfAbsent)
				if tt.version {
					c.version, c.pre = put.Entry.Version, IfVersion(put.Entry.Version)
				}
				won := 0
				for i, err := range c.run(c.prepare(t)) {
					switch code := Code(err); {
					case err == nil:
						won++
					case code != wire.NotFound && code != wire.Conflict && code != wire.Busy:
						t.Errorf("competitor %d: %v, want not_found or conflict", i, err)
					}
				}
				if tt.version && won != 1 {
					t.Errorf("round %d: %d have won", round, won)
				}
			}
			c.wantAll(t)
		})
	}
}

// wantAll fails unless every content is there once, in the drive or its trash.
func (c *contest) wantAll(t *testing.T) {
	t.Helper()
	before, err := c.drives[0].Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for _, content := range c.all {
		size += int64(len(content))
	}
	if before.Used+before.Trash != size || before.Staged != 0 {
		t.Errorf("usage is %+v, want %d bytes in all", before, size)
	}
	all := make(map[string]string)
	for _, item := range Items(t, c.drives[0], 0) {
		top := wire.Path("/" + item.Item)
		if _, err := c.drives[0].Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Path: top, Precondition: IfAbsent}); err != nil {
			t.Fatal(err)
		}
	}
	readBelow(t, c.drives[0], wire.Root, "", all)
	got := slices.Sorted(maps.Values(all))
	slices.Sort(c.all)
	if !slices.Equal(got, c.all) {
		t.Errorf("there are %d contents:\n%q\nwant %d:\n%q", len(got), got, len(c.all), c.all)
	}
}
