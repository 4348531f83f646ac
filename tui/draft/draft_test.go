package draft

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func newDraft(t *testing.T, s *Store, origin string) *Draft {
	t.Helper()
	d, err := s.New(Record{Origin: origin, Path: "/笔记/a.txt", Version: "v1"}, "a.txt", []byte("one\n"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func change(t *testing.T, d *Draft, to string) {
	t.Helper()
	if err := os.WriteFile(d.File(), []byte(to), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDraft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "drafts")
	s := NewStore(dir)
	d := newDraft(t, s, "here alice")
	if content, changed, err := d.Read(); string(content) != "one\n" || changed || err != nil {
		t.Errorf("unchanged, it reads %q %v %v", content, changed, err)
	}
	change(t, d, "two\n")
	if content, changed, err := d.Read(); string(content) != "two\n" || !changed || err != nil {
		t.Errorf("changed, it reads %q %v %v", content, changed, err)
	}
	// What an editor leaves beside the file goes with it.
	change(t, &Draft{Record: Record{Name: ".a.txt.swp"}, dir: d.dir}, "swap")
	if left, err := s.Left("here alice"); len(left) != 0 || err != nil {
		t.Errorf("in use, %d are left, %v", len(left), err)
	}
	if err := d.Drop(); err != nil {
		t.Fatal(err)
	}
	if found, err := os.ReadDir(dir); len(found) != 0 || err != nil {
		t.Errorf("after it was dropped there is %v %v", found, err)
	}
}

// What is kept is found again by its origin only, once, and not when nothing
// was written in it.
func TestLeft(t *testing.T) {
	s := NewStore(filepath.Join(t.TempDir(), "drafts"))
	if left, err := s.Left("here alice"); len(left) != 0 || err != nil {
		t.Fatalf("before there was any: %v %v", left, err)
	}
	mine, other, same := newDraft(t, s, "here alice"), newDraft(t, s, "here bob"), newDraft(t, s, "here alice")
	change(t, mine, "two\n")
	change(t, other, "two\n")
	for _, d := range []*Draft{mine, other, same} {
		if err := d.Keep(); err != nil {
			t.Fatal(err)
		}
	}
	left, err := s.Left("here alice")
	if err != nil || len(left) != 1 {
		t.Fatalf("%d are left, %v", len(left), err)
	}
	got := left[0]
	if content, changed, err := got.Read(); string(content) != "two\n" || !changed || err != nil {
		t.Errorf("it reads %q %v %v", content, changed, err)
	}
	if got.Path != "/笔记/a.txt" || got.Version != "v1" || got.Digest != mine.Digest || !got.Begun.Equal(mine.Begun) {
		t.Errorf("it is of %+v, want %+v", got.Record, mine.Record)
	}
	if again, err := s.Left("here alice"); len(again) != 0 || err != nil {
		t.Errorf("taken, %d are left, %v", len(again), err)
	}
	if _, err := os.Stat(same.dir); !os.IsNotExist(err) {
		t.Errorf("the one without a change is still there (%v)", err)
	}
	if err := got.Drop(); err != nil {
		t.Fatal(err)
	}
}

// A record that somebody tampered with leads to no file elsewhere.
func TestRecordsAreNotTrusted(t *testing.T) {
	for _, record := range []string{
		"", "{", `{"origin":"o","path":"/a","version":"v","name":"../../secret"}`, `{"origin":"o","path":"/a","version":"v","name":""}`,
		`{"origin":"o","path":"../a","version":"v","name":"a.txt"}`, string(bytes.Repeat([]byte(" "), maxRecord+1)),
	} {
		s := NewStore(t.TempDir())
		d := newDraft(t, s, "o")
		change(t, d, "two\n")
		if err := d.Keep(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(d.dir, recordName), []byte(record), 0o600); err != nil {
			t.Fatal(err)
		}
		if left, err := s.Left("o"); len(left) != 0 || err != nil {
			t.Errorf("%.60q: %d are left, %v", record, len(left), err)
		}
	}
}

func TestDraftsArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps no such modes")
	}
	d := newDraft(t, NewStore(filepath.Join(t.TempDir(), "drafts")), "o")
	defer func() { _ = d.Drop() }()
	for path, want := range map[string]os.FileMode{
		filepath.Dir(d.dir): 0o700, d.dir: 0o700, filepath.Dir(d.File()): 0o700,
		d.File(): 0o600, filepath.Join(d.dir, recordName): 0o600, filepath.Join(d.dir, lockName): 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s is %v, want %v (%v)", filepath.Base(path), info.Mode().Perm(), want, err)
		}
	}
}

// A text that an editor made too long, or no file, is an error and not lost.
func TestReadIsBounded(t *testing.T) {
	d := newDraft(t, NewStore(t.TempDir()), "o")
	defer func() { _ = d.Drop() }()
	if err := os.Truncate(d.File(), maxText+1); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Read(); err != ErrTooLarge { //nolint:errorlint // it is that very one
		t.Errorf("too long: %v", err)
	}
	if err := os.Remove(d.File()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Read(); !os.IsNotExist(err) {
		t.Errorf("gone: %v", err)
	}
	if err := os.Mkdir(d.File(), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Read(); err == nil {
		t.Error("a folder can be read")
	}
}
