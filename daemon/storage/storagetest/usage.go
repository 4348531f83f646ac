package storagetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// wantUsage fails unless the account takes these bytes and has these files; what
// is free is the disk's affair.
func wantUsage(tb testing.TB, d storage.Drive, want storage.Usage) {
	tb.Helper()
	got, err := d.Usage(tb.Context())
	want.Free, want.Entries = got.Free, got.Entries
	if err != nil || got != want || got.Free <= 0 {
		tb.Fatalf("usage is %+v (%v), want %+v", got, err, want)
	}
}

func testUsage(t *testing.T, open Open) {
	t.Helper()
	s := store(t, open)
	ann, bob := drive(t, s, "ann"), drive(t, s, "bob")
	wantUsage(t, ann, storage.Usage{})
	Mkdir(t, ann, "/d", "/d/e")
	Put(t, ann, "/a", Bytes(1000, 1), IfAny)
	Put(t, ann, "/d/e/b", Bytes(200, 2), IfAny)
	Put(t, ann, "/empty", nil, IfAny)
	wantUsage(t, ann, storage.Usage{Used: 1200, Files: 3})
	Put(t, ann, "/a", Bytes(10, 3), IfAny)
	wantUsage(t, ann, storage.Usage{Used: 210, Files: 3, Trash: 1000})
	if _, err := ann.Purge(t.Context(), wire.PurgeArgs{}); err != nil {
		t.Fatal(err)
	}
	wantUsage(t, ann, storage.Usage{Used: 210, Files: 3})

	data := Bytes(5000, 4)
	staged := PutArgs("/c", data, IfAny)
	Stage(t, ann, staged, data, 7)
	wantUsage(t, ann, storage.Usage{Used: 210, Files: 3, Staged: 5000})
	staged.Offset = 7
	Stage(t, ann, staged, data, 70)
	wantUsage(t, ann, storage.Usage{Used: 210, Files: 3, Staged: 5000})
	staged.Offset = 0
	Stage(t, ann, staged, data, 50) // sent again
	wantUsage(t, ann, storage.Usage{Used: 210, Files: 3, Staged: 5000})
	wantUsage(t, bob, storage.Usage{})

	closing(t, ann)
	again := drive(t, s, "ann")
	wantUsage(t, again, storage.Usage{Used: 210, Files: 3, Staged: 5000})
	if err := again.Discard(t.Context(), staged.Upload); err != nil {
		t.Fatal(err)
	}
	wantUsage(t, again, storage.Usage{Used: 210, Files: 3})
}

func testLimit(t *testing.T, open Open) {
	t.Helper()
	s := store(t, open)
	ann, bob := drive(t, s, "ann"), drive(t, s, "bob")
	Put(t, ann, "/a", Bytes(2000, 1), IfAny)
	data := Bytes(9000, 2)
	staged := PutArgs("/staged", data[:3000], IfAny)
	Stage(t, ann, staged, data, 10)
	ann.Limit(10_000)
	tests := []struct {
		name string
		size int64
		want wire.Code
	}{
		{"one byte more", 5001, wire.QuotaExceeded},
		{"all that there is", wire.MaxSize, wire.QuotaExceeded},
		{"exactly", 5000, ""},
		{"nothing", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := PutArgs("/b", nil, IfAny)
			args.Size = tt.size
			staging, err := ann.Stage(t.Context(), args)
			if tt.size == wire.MaxSize && Code(err) == wire.NoSpace {
				return // the disk is asked first
			}
			wantCode(t, "stage", err, tt.want)
			if err != nil {
				if !strings.Contains(err.Error(), "5.0 kB") && !strings.Contains(err.Error(), "5,001 bytes and 5,000 bytes are free") {
					t.Errorf("it says %q, and not what is free", err)
				}
				return
			}
			closing(t, staging)
			if err := ann.Discard(t.Context(), args.Upload); err != nil {
				t.Fatal(err)
			}
		})
	}
	t.Run("the same upload with another size", func(t *testing.T) {
		args := staged
		args.Size = 8000
		_, err := ann.Stage(t.Context(), args)
		wantCode(t, "stage", err, wire.Conflict)
		wantUsage(t, ann, storage.Usage{Used: 2000, Files: 1, Staged: 3000})
	})
	t.Run("discarded and begun again", func(t *testing.T) {
		if err := ann.Discard(t.Context(), staged.Upload); err != nil {
			t.Fatal(err)
		}
		args := staged
		args.Size = 8001
		_, err := ann.Stage(t.Context(), args)
		wantCode(t, "stage", err, wire.QuotaExceeded)
		wantUsage(t, ann, storage.Usage{Used: 2000, Files: 1})
		Stage(t, ann, staged, data, 10)
	})
	t.Run("a lower limit acts at once, on what goes on too", func(t *testing.T) {
		ann.Limit(4999)
		args := staged
		args.Offset = 10
		_, err := ann.Stage(t.Context(), args)
		wantCode(t, "go on", err, wire.QuotaExceeded)
		ann.Limit(5000)
		Stage(t, ann, args, data, 3000)
		ann.Limit(1)
		sum, _ := Sum(data[:3000])
		if _, err := ann.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: IfAny}); err != nil {
			t.Errorf("what has arrived is not committed: %v", err)
		}
	})
	t.Run("another account", func(t *testing.T) { Put(t, bob, "/b", data, IfAny) })
	t.Run("no limit", func(t *testing.T) {
		ann.Limit(0)
		Put(t, ann, "/b", data, IfAny)
		wantUsage(t, ann, storage.Usage{Used: 14_000, Files: 3})
	})
}

// testLimitAtOnce: uploads that each have room for themselves do not together
// become more than the account may have.
func testLimitAtOnce(t *testing.T, open Open) {
	t.Helper()
	drives := competitors(t, open)
	drives[0].Limit(350)
	var begun atomic.Int32
	var all sync.WaitGroup
	for i, d := range drives {
		all.Go(func() {
			data := Bytes(100, byte(i))
			args := PutArgs(wire.Path(fmt.Sprintf("/%d", i)), data, IfAny)
			staging, err := d.Stage(t.Context(), args)
			if err != nil {
				if Code(err) != wire.QuotaExceeded {
					t.Errorf("stage: %v, want quota_exceeded", err)
				}
				return
			}
			begun.Add(1)
			closing(t, staging)
		})
	}
	all.Wait()
	if begun.Load() != 3 {
		t.Errorf("%d uploads of 100 bytes have room in 350", begun.Load())
	}
}

// testUsageMeanwhile: a store that is opened while files come counts each once.
func testUsageMeanwhile(t *testing.T, open Open) {
	t.Helper()
	for round := range 20 {
		s, err := open()
		if err != nil {
			t.Fatal(err)
		}
		d, err := s.Drive("ann") // begins to count
		if err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			Put(t, d, wire.Path(fmt.Sprintf("/%d-%d", round, i)), Bytes(10, 1), IfAny)
		}
		wantUsage(t, d, storage.Usage{Used: int64(50 * (round + 1)), Files: int64(5 * (round + 1))})
		closing(t, d)
		closing(t, s)
	}
}
