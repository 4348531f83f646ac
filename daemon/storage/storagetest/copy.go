package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

func testCopy(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/照片", "/照片/夏", "/照片/空", "/to")
	small, large := []byte("small"), Bytes(5<<20, 3)
	first := Put(t, d, "/照片/1.jpg", small, IfAbsent)
	Put(t, d, "/照片/夏/2.jpg", large, IfAbsent)

	made, err := d.Copy(t.Context(), wire.CopyArgs{From: "/照片/1.jpg", To: "/to/one", Version: first.Entry.Version}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if made.Name != "one" || made.Size != 5 || !made.ModTime.Equal(first.Entry.ModTime) || made.Version == "" {
		t.Errorf("the copy is %+v", made)
	}
	wantContent(t, d, "/to/one", small)
	stat, err := d.Stat(t.Context(), "/to/one")
	if err != nil || stat.Digest == nil || *stat.Digest != *first.Digest || stat.Entry != made {
		t.Errorf("the copy's digest is %v (%v), want %v", stat.Digest, err, first.Digest)
	}

	var told [][2]int64
	far := func(done, size int64) { told = append(told, [2]int64{done, size}) }
	tree, err := d.Copy(t.Context(), wire.CopyArgs{From: "/照片", To: "/to/copy"}, far)
	if err != nil || !tree.IsDir || tree.Name != "copy" {
		t.Fatalf("the copy of the folder is %+v (%v)", tree, err)
	}
	wantTold(t, told, int64(len(small)+len(large)))
	wantContent(t, d, "/to/copy/1.jpg", small)
	wantContent(t, d, "/to/copy/夏/2.jpg", large)
	Put(t, d, "/照片/夏/2.jpg", small, IfAny)
	wantContent(t, d, "/to/copy/夏/2.jpg", large)
	count, err := d.Count(t.Context(), "/to/copy")
	if want := (wire.CountReply{Size: 5 + 5<<20, Files: 2, Folders: 2}); err != nil || count != want {
		t.Errorf("in the copy are %+v (%v), want %+v", count, err, want)
	}
	usage, err := d.Usage(t.Context())
	if want := int64(5 + 5 + 5 + 5 + 5<<20); err != nil || usage.Used != want || usage.Files != 5 || usage.Staged != 0 {
		t.Errorf("the account takes %+v (%v), want %d bytes in 5 files", usage, err, want)
	}
	wantCopyRefused(t, d)
}

func wantCopyRefused(t *testing.T, d storage.Drive) {
	t.Helper()
	tests := []struct {
		name string
		args wire.CopyArgs
		want wire.Code
	}{
		{"over a file", wire.CopyArgs{From: "/照片/1.jpg", To: "/to/one"}, wire.Exists},
		{"over a folder", wire.CopyArgs{From: "/照片/1.jpg", To: "/照片/夏"}, wire.Exists},
		{"a folder over a file", wire.CopyArgs{From: "/照片", To: "/to/one"}, wire.Exists},
		{"into itself", wire.CopyArgs{From: "/照片", To: "/照片/夏/x"}, wire.Invalid},
		{"onto itself", wire.CopyArgs{From: "/照片", To: "/照片"}, wire.Invalid},
		{"nothing", wire.CopyArgs{From: "/none", To: "/x"}, wire.NotFound},
		{"into no folder", wire.CopyArgs{From: "/照片", To: "/none/x"}, wire.NotFound},
		{"into a file", wire.CopyArgs{From: "/照片", To: "/to/one/x"}, wire.NotFound},
		{"another version", wire.CopyArgs{From: "/照片/1.jpg", To: "/x", Version: "other"}, wire.Conflict},
		{"a version of a folder", wire.CopyArgs{From: "/照片", To: "/x", Version: "v"}, wire.Conflict},
		{"all", wire.CopyArgs{From: "/", To: "/x"}, wire.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := d.Copy(t.Context(), tt.args, nil)
			wantCode(t, "copy", err, tt.want)
		})
	}
}

// testCopyLimit: copies count before they begin, side by side too.
func testCopyLimit(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/a")
	Put(t, d, "/a/f", Bytes(1<<20, 1), IfAbsent)
	d.Limit(3 << 20)
	errs := make(chan error)
	const copies = 6
	for i := range copies {
		go func() {
			_, err := d.Copy(t.Context(), wire.CopyArgs{From: "/a", To: wire.Path(fmt.Sprintf("/copy %d", i))}, nil)
			errs <- err
		}()
	}
	done := 0
	for range copies {
		if err := <-errs; err == nil {
			done++
		} else {
			wantCode(t, "copy", err, wire.QuotaExceeded)
		}
	}
	usage, err := d.Usage(t.Context())
	if err != nil || done != 2 || usage.Used != 3<<20 || usage.Staged != 0 {
		t.Errorf("%d copies were made and the account takes %+v (%v), want 2 copies, 3 MiB", done, usage, err)
	}
}

// testCopyEnds: a copy that is given up leaves nothing.
func testCopyEnds(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/a")
	for i := range 20 {
		Put(t, d, wire.Path(fmt.Sprintf("/a/%d", i)), Bytes(1<<10, byte(i)), IfAbsent)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Copy(ctx, wire.CopyArgs{From: "/a", To: "/b"}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a copy after its end: %v", err)
	}
	usage, err := d.Usage(t.Context())
	if err != nil || usage.Used != 20<<10 || usage.Staged != 0 {
		t.Errorf("the account takes %+v (%v)", usage, err)
	}
	_, err = d.Stat(t.Context(), "/b")
	wantCode(t, "what was not copied", err, wire.NotFound)
}

// testCopyMeanwhile: a copy is of one version of each file, whatever is
// committed to them while it is made.
func testCopyMeanwhile(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/a")
	versions := [][]byte{Bytes(2<<20, 1), Bytes(2<<20, 2)}
	Put(t, d, "/a/f", versions[0], IfAbsent)
	over := make(chan struct{})
	go func() {
		defer close(over)
		for i := range 20 {
			Put(t, d, "/a/f", versions[i%2], IfAny)
		}
	}()
	for i := 0; ; i++ {
		to := wire.Path(fmt.Sprintf("/copy %d", i))
		if _, err := d.Copy(t.Context(), wire.CopyArgs{From: "/a", To: to}, nil); err != nil {
			wantCode(t, "copy", err, wire.Conflict)
			continue
		}
		if got := Read(t, d, to+"/f"); !bytes.Equal(got, versions[0]) && !bytes.Equal(got, versions[1]) {
			t.Fatalf("%s is neither of the versions", to)
		}
		select {
		case <-over:
			return
		default:
		}
	}
}

// testCopyOfWhatGoes: a copy of a folder that is removed for good meanwhile is
// whole, or refused.
func testCopyOfWhatGoes(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/whole", "/whole/b")
	const files = 40
	for i := range files {
		Put(t, d, wire.Path(fmt.Sprintf("/whole/b/%d", i)), []byte("x"), IfAbsent)
	}
	again := func() error {
		_, err := d.Copy(t.Context(), wire.CopyArgs{From: "/whole", To: "/new"}, nil)
		if err == nil {
			_, err = d.Move(t.Context(), wire.MoveArgs{From: "/new", To: "/a"})
		}
		return err
	}
	over := make(chan error, 1)
	go func() {
		err := again()
		for i := 0; err == nil && i < 20; i++ {
			var item wire.Item
			if item, err = d.Remove(t.Context(), wire.RemoveArgs{Path: "/a"}); err == nil {
				_, err = d.Purge(t.Context(), wire.PurgeArgs{Item: item.Item})
			}
			err = errors.Join(err, again())
		}
		over <- err
	}()
	for i := 0; ; i++ {
		to := wire.Path(fmt.Sprintf("/copy %d", i))
		_, err := d.Copy(t.Context(), wire.CopyArgs{From: "/a", To: to}, nil)
		if err == nil {
			count, err := d.Count(t.Context(), to)
			if want := (wire.CountReply{Size: files, Files: files, Folders: 1}); err != nil || count != want {
				t.Fatalf("in the copy are %+v (%v), want %+v", count, err, want)
			}
		} else if !errors.Is(err, wire.NotFound) {
			wantCode(t, "copy", err, wire.Conflict)
		}
		select {
		case err := <-over:
			if err != nil {
				t.Error(err)
			}
			return
		default:
		}
	}
}

// wantTold demands that it was told how far something of so many bytes is, from
// nothing to all.
func wantTold(t *testing.T, told [][2]int64, size int64) {
	t.Helper()
	if len(told) < 2 || told[0][0] != 0 || told[len(told)-1][0] != size {
		t.Errorf("it is told %v, want 0 to %d", told, size)
	}
	last := int64(0)
	for _, one := range told {
		if one[0] < last || one[1] != size {
			t.Errorf("it is told %v, want no step back and a size of %d", told, size)
			break
		}
		last = one[0]
	}
}
