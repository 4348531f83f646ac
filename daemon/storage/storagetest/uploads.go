package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

func testStage(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Put(t, d, "/file", []byte("file"), IfAbsent)
	data := Bytes(100, 1)
	staged := PutArgs("/t", data, IfAbsent)
	Stage(t, d, staged, data, 40)
	tests := []struct {
		name   string
		change func(*wire.PutArgs)
		want   wire.Code
	}{
		{"no folder", func(a *wire.PutArgs) { *a = PutArgs("/x/y", data, IfAbsent) }, wire.NotFound},
		{"below a file", func(a *wire.PutArgs) { *a = PutArgs("/file/y", data, IfAbsent) }, wire.NotFound},
		{"root", func(a *wire.PutArgs) { *a = PutArgs("/", data, IfAny) }, wire.Invalid},
		{"no name", func(a *wire.PutArgs) { *a = PutArgs("/y", data, IfAny); a.Upload = "" }, wire.Invalid},
		{"a name that climbs", func(a *wire.PutArgs) { *a = PutArgs("/y", data, IfAny); a.Upload = "../../../../../../../../../../tmp" }, wire.Invalid},
		{"unknown upload", func(a *wire.PutArgs) { a.Upload, a.Offset = NewID(), 40 }, wire.NotFound},
		{"offset too small", func(a *wire.PutArgs) { a.Offset = 39 }, wire.Conflict},
		{"offset too big", func(a *wire.PutArgs) { a.Offset = 41 }, wire.Conflict},
		{"offset past the size", func(a *wire.PutArgs) { a.Offset = 101 }, wire.Invalid},
		{"negative offset", func(a *wire.PutArgs) { a.Offset = -1 }, wire.Invalid},
		{"negative size", func(a *wire.PutArgs) { a.Size = -1 }, wire.Invalid},
		{"another path", func(a *wire.PutArgs) { a.Offset, a.Path = 40, "/u" }, wire.Conflict},
		{"another size", func(a *wire.PutArgs) { a.Offset, a.Size = 40, 101 }, wire.Conflict},
		{"another time", func(a *wire.PutArgs) { a.Offset, a.ModTime = 40, Time.Add(1) }, wire.Conflict},
		{"another size from the start", func(a *wire.PutArgs) { a.Size = 101 }, wire.Conflict},
		{"range past the size", func(a *wire.PutArgs) { a.Offset, a.Length = 40, new(int64(61)) }, wire.Invalid},
		{"negative range", func(a *wire.PutArgs) { a.Offset, a.Length = 40, new(int64(-1)) }, wire.Invalid},
		{"the right offset", func(a *wire.PutArgs) { a.Offset = 40 }, ""},
		{"the same time in another zone", func(a *wire.PutArgs) { a.Offset, a.ModTime = 40, Time.In(time.FixedZone("", 3600)) }, ""},
		{"from the start", func(*wire.PutArgs) {}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := staged
			tt.change(&args)
			s, err := d.Stage(t.Context(), args)
			wantCode(t, "stage", err, tt.want)
			if err == nil {
				closing(t, s)
			}
		})
	}
	t.Run("what was refused has left nothing", func(t *testing.T) {
		uploads, err := d.Uploads(t.Context())
		if err != nil || len(uploads) != 1 || uploads[0].Received != 40 {
			t.Errorf("uploads: %+v (%v), want the one with 40 bytes", uploads, err)
		}
	})
	t.Run("more than announced", func(t *testing.T) {
		s, err := d.Stage(t.Context(), staged)
		if err != nil {
			t.Fatal(err)
		}
		defer closing(t, s)
		if _, err := s.Write(data[:99]); err != nil {
			t.Fatal(err)
		}
		_, err = s.Write(data[:2])
		wantCode(t, "write", err, wire.Invalid)
		if s.Received() != 99 {
			t.Errorf("received is %d after a refused write, want 99", s.Received())
		}
		if _, err := s.Write(data[99:]); err != nil {
			t.Errorf("write of the rest: %v", err)
		}
	})
}

// testResume cuts an upload here and there, with and without opening the store
// again in between.
func testResume(t *testing.T, open Open) {
	t.Helper()
	data := Bytes(2*wire.BlockSize+777, 3)
	sum, _ := Sum(data)
	cuts := []int{0, 1, wire.BlockSize - 1, wire.BlockSize, wire.BlockSize + 1, 2 * wire.BlockSize, len(data) - 1, len(data)}
	for _, again := range []bool{false, true} {
		for _, cut := range cuts {
			t.Run(fmt.Sprintf("at %d, opened again %v", cut, again), func(t *testing.T) {
				s, err := open()
				if err != nil {
					t.Fatal(err)
				}
				d, err := s.Drive("ann")
				if err != nil {
					t.Fatal(err)
				}
				args := PutArgs("/f", data, IfAny)
				Stage(t, d, args, data, cut)
				if again {
					closing(t, d)
					closing(t, s)
					if s, err = open(); err != nil {
						t.Fatal(err)
					}
					if d, err = s.Drive("ann"); err != nil {
						t.Fatal(err)
					}
				}
				defer closing(t, s)
				defer closing(t, d)
				args.Offset = int64(cut)
				Stage(t, d, args, data, len(data))
				if _, err := d.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: IfAny}); err != nil {
					t.Fatal(err)
				}
				wantContent(t, d, "/f", data)
			})
		}
	}
}

func testBusy(t *testing.T, open Open) {
	t.Helper()
	s := store(t, open)
	d, same := drive(t, s, "ann"), drive(t, s, "ann")
	other := drive(t, s, "bob")
	args := PutArgs("/f", []byte("data"), IfAny)
	sum, _ := Sum([]byte("data"))
	staging, err := d.Stage(t.Context(), args)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range []storage.Drive{d, same} {
		_, err = d.Stage(t.Context(), args)
		wantCode(t, fmt.Sprint("stage on drive ", i), err, wire.Busy)
		_, err = d.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: IfAny})
		wantCode(t, fmt.Sprint("commit on drive ", i), err, wire.Busy)
		_, _, err = d.UploadBlocks(t.Context(), args.Upload)
		wantCode(t, fmt.Sprint("blocks on drive ", i), err, wire.Busy)
		wantCode(t, fmt.Sprint("discard on drive ", i), d.Discard(t.Context(), args.Upload), wire.Busy)
	}
	theirs, err := other.Stage(t.Context(), args)
	if err != nil {
		t.Fatalf("another account may use the same name: %v", err)
	}
	closing(t, theirs)
	closing(t, staging)
	if staging, err = same.Stage(t.Context(), args); err != nil {
		t.Fatalf("stage after the first was closed: %v", err)
	}
	closing(t, staging)
}

func testUploads(t *testing.T, open Open) {
	t.Helper()
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Drive("ann")
	if err != nil {
		t.Fatal(err)
	}
	data := Bytes(1000, 4)
	began := time.Now().Add(-time.Minute)
	var want []wire.PutArgs
	for i := range 3 {
		args := PutArgs(wire.Path(fmt.Sprintf("/文件 %d", i)), data, IfAny)
		Stage(t, d, args, data, 100*(i+1))
		want = append(want, args)
	}
	slices.SortFunc(want, func(a, b wire.PutArgs) int { return bytes.Compare([]byte(a.Upload), []byte(b.Upload)) })
	check := func(d storage.Drive, want []wire.PutArgs) {
		t.Helper()
		got, err := d.Uploads(t.Context())
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d uploads (%v), want %d", len(got), err, len(want))
		}
		for i, u := range got {
			w := want[i]
			received := 100 * (int64(w.Path[len(w.Path)-1]-'0') + 1)
			if u.Upload != w.Upload || u.Path != w.Path || u.Size != w.Size || !u.ModTime.Equal(w.ModTime) || u.Received != received {
				t.Errorf("upload %d is %+v, want %+v with %d bytes", i, u, w, received)
			}
			if u.Begun.Before(began) || u.Begun.After(time.Now()) || u.Expires.Sub(u.Begun) < 6*24*time.Hour {
				t.Errorf("begun %v, expires %v", u.Begun, u.Expires)
			}
		}
	}
	check(d, want)
	closing(t, d)
	closing(t, s)
	d = opened(t, open)
	check(d, want)
	wantCode(t, "discard", d.Discard(t.Context(), want[1].Upload), "")
	wantCode(t, "discard again", d.Discard(t.Context(), want[1].Upload), wire.NotFound)
	wantCode(t, "discard a bad name", d.Discard(t.Context(), "/etc/passwd"), wire.Invalid)
	check(d, slices.Delete(want, 1, 2))
}

// lengths are those of which blocks are asked, of a file of size bytes.
func lengths(size int) []int {
	all := []int{0, 1, wire.BlockSize - 1, wire.BlockSize, wire.BlockSize + 1, size - 1, size}
	return slices.DeleteFunc(all, func(n int) bool { return n > size })
}

func testContentBlocks(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	data := Bytes(2*wire.BlockSize+777, 6)
	sum, _ := Sum(data)
	Put(t, d, "/f", data, IfAny)
	c, err := d.Open(t.Context(), "/f", "")
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, c)
	if got := c.Digest(); got == nil || *got != sum {
		t.Errorf("digest is %v, want %v", got, sum)
	}
	// Twice: before and after all of the file was read.
	for range 2 {
		for _, length := range lengths(len(data)) {
			got, blocks, err := c.Blocks(t.Context(), int64(length))
			if _, want := Sum(data[:length]); err != nil || got != sum || !slices.Equal(blocks, want) {
				t.Errorf("length %d: digest %v, %d blocks (%v), want %v and %d", length, got, len(blocks), err, sum, len(want))
			}
		}
	}
	for _, n := range []int64{-1, int64(len(data)) + 1} {
		_, _, err = c.Blocks(t.Context(), n)
		wantCode(t, fmt.Sprint("length ", n), err, wire.Invalid)
	}
}

func testContext(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Put(t, d, "/f", Bytes(wire.BlockSize, 7), IfAny)
	c, err := d.Open(t.Context(), "/f", "")
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.Blocks(ctx, wire.BlockSize); !errors.Is(err, context.Canceled) {
		t.Errorf("blocks when nobody waits any more: %v", err)
	}
}
