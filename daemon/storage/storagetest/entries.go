package storagetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

func wantEntries(tb testing.TB, d storage.Drive, want int64) {
	tb.Helper()
	got, err := d.Usage(tb.Context())
	if err != nil || got.Entries != want {
		tb.Fatalf("%d entries (%v), want %d", got.Entries, err, want)
	}
}

// testEntryLimit: empty files and folders need no bytes, and count all the same.
func testEntryLimit(t *testing.T, open Open) {
	t.Helper()
	d := drive(t, store(t, open), "ann")
	d.LimitEntries(6)
	Mkdir(t, d, "/d", "/d/e")
	Put(t, d, "/d/empty", nil, IfAbsent)
	wantEntries(t, d, 3)
	args := PutArgs("/staged", nil, IfAny)
	Stage(t, d, args, nil, 0)
	Stage(t, d, args, nil, 0) // begun again is not one more
	wantEntries(t, d, 4)
	item, err := d.Remove(t.Context(), wire.RemoveArgs{Path: "/d"})
	if err != nil {
		t.Fatal(err)
	}
	wantEntries(t, d, 4) // the trash counts
	Mkdir(t, d, "/x", "/y")
	for name, refused := range map[string]func() error{
		"mkdir": func() error { _, err := d.Mkdir(t.Context(), "/z"); return err },
		"stage": func() error { _, err := d.Stage(t.Context(), PutArgs("/z", nil, IfAny)); return err },
		"copy": func() error {
			_, err := d.Copy(t.Context(), wire.CopyArgs{From: "/x", To: "/z"}, nil)
			return err
		},
		"restore below a new folder": func() error {
			_, err := d.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Path: "/new/d", Precondition: IfAbsent})
			return err
		},
	} {
		err := refused()
		e, _ := errors.AsType[*wire.Error](err)
		if e == nil || e.Code != wire.QuotaExceeded || e.Details == nil || *e.Details != (wire.Details{Unit: wire.UnitEntries, Needed: 1, Limit: 6}) {
			t.Errorf("%s: %#v, want quota_exceeded with details", name, err)
		}
	}
	if _, err := d.Mkdir(t.Context(), "/x"); Code(err) != wire.Exists {
		t.Errorf("mkdir of a folder that exists: %v, want exists", err)
	}
	if err := commit(t, d, args, nil); err != nil {
		t.Errorf("commit of what was counted when it was begun: %v", err)
	}
	wantEntries(t, d, 6)
	if _, err := d.Purge(t.Context(), wire.PurgeArgs{}); err != nil {
		t.Fatal(err)
	}
	wantEntries(t, d, 3)
}

// testEntryLimitAtOnce: of requests side by side, as many succeed as there is room for.
func testEntryLimitAtOnce(t *testing.T, open Open) {
	t.Helper()
	drives := competitors(t, open)
	const limit = 10
	drives[0].LimitEntries(limit)
	var made atomic.Int64
	var all sync.WaitGroup
	for i, d := range drives {
		all.Go(func() {
			for n := range limit {
				path := wire.Path(fmt.Sprintf("/%d-%d", i, n))
				var err error
				if n%2 == 0 {
					_, err = d.Mkdir(t.Context(), path)
				} else {
					var s storage.Staging
					if s, err = d.Stage(t.Context(), PutArgs(path, nil, IfAny)); err == nil {
						err = s.Close()
					}
				}
				switch {
				case err == nil:
					made.Add(1)
				case Code(err) != wire.QuotaExceeded:
					t.Errorf("%s: %v, want quota_exceeded", path, err)
				}
			}
		})
	}
	all.Wait()
	if got := made.Load(); got != limit {
		t.Errorf("%d were made, want %d", got, limit)
	}
	wantEntries(t, drives[0], limit)
}
