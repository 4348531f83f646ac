package storagetest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// sizes are those at which a block begins or ends, in bytes.
var sizes = []int{0, 1, 1023, wire.BlockSize - 1, wire.BlockSize, wire.BlockSize + 1, 2*wire.BlockSize + 12345}

func testSizes(t *testing.T, open Open) {
	t.Helper()
	s := store(t, open)
	d := drive(t, s, "ann")
	for i, size := range sizes {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			path := wire.Path(fmt.Sprintf("/%d", size))
			data := Bytes(size, byte(i))
			sum, _ := Sum(data)
			got := Put(t, d, path, data, IfAbsent)
			if got.Digest == nil || *got.Digest != sum {
				t.Errorf("commit says the digest is %v, want %v", got.Digest, sum)
			}
			want := wire.Entry{Name: path.Base(), Size: int64(size), ModTime: Time, Version: got.Entry.Version}
			if got.Entry != want || want.Version == "" {
				t.Errorf("commit says %+v, want %+v and a version", got.Entry, want)
			}
			var version wire.Version
			if err := version.UnmarshalText([]byte(got.Entry.Version)); err != nil {
				t.Errorf("the version %q: %v", got.Entry.Version, err)
			}
			wantContent(t, d, path, data)
		})
	}
}

func testTimes(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	tests := []struct {
		name string
		time time.Time
	}{
		{"nanoseconds", Time},
		{"another zone", Time.In(time.FixedZone("", 8*3600))},
		{"1970", time.Unix(0, 0)},
		{"before", time.Unix(-1_000_000, 1)},
		{"far ahead", time.Date(2037, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := PutArgs("/f", []byte(tt.name), IfAny)
			args.ModTime = tt.time
			Stage(t, d, args, []byte(tt.name), len(tt.name))
			sum, _ := Sum([]byte(tt.name))
			got, err := d.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: IfAny})
			if err != nil || !got.Entry.ModTime.Equal(tt.time) || got.Entry.ModTime.Location() != time.UTC {
				t.Errorf("time is %v (%v), want %v in UTC", got.Entry.ModTime, err, tt.time)
			}
		})
	}
	t.Run("out of any file system's bounds", func(t *testing.T) {
		for _, year := range []int{wire.MinYear, wire.MaxYear} {
			args := PutArgs("/g", nil, IfAny)
			args.ModTime = time.Date(year, 1, 2, 0, 0, 0, 0, time.UTC)
			Stage(t, d, args, nil, 0)
			sum, _ := Sum(nil)
			got, err := d.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: IfAny})
			if err != nil || got.Digest == nil || *got.Digest != sum {
				t.Errorf("year %d: %+v, %v", year, got, err)
			}
			if stat, err := d.Stat(t.Context(), "/g"); err != nil || stat.Entry != got.Entry || stat.Digest == nil {
				t.Errorf("year %d: stat says %+v (%v), commit said %+v", year, stat, err, got)
			}
		}
	})
}

// preconditions are what put and commit decide by what is at /t.
var preconditions = []struct {
	name   string
	there  string // nothing, file or folder
	pre    func(wire.Version) wire.Precondition
	want   wire.Code
	target string // what is there afterwards
}{
	{"absent, nothing", "nothing", func(wire.Version) wire.Precondition { return IfAbsent }, "", "new"},
	{"absent, file", "file", func(wire.Version) wire.Precondition { return IfAbsent }, wire.Exists, "old"},
	{"absent, folder", "folder", func(wire.Version) wire.Precondition { return IfAbsent }, wire.Invalid, ""},
	{"any, nothing", "nothing", func(wire.Version) wire.Precondition { return IfAny }, "", "new"},
	{"any, file", "file", func(wire.Version) wire.Precondition { return IfAny }, "", "new"},
	{"any, folder", "folder", func(wire.Version) wire.Precondition { return IfAny }, wire.Invalid, ""},
	{"version, nothing", "nothing", func(wire.Version) wire.Precondition { return IfVersion("gone") }, wire.Conflict, ""},
	{"version, file", "file", IfVersion, "", "new"},
	{"other version, file", "file", func(wire.Version) wire.Precondition { return IfVersion("other") }, wire.Conflict, "old"},
	{"version, folder", "folder", func(wire.Version) wire.Precondition { return IfVersion("other") }, wire.Invalid, ""},
	{"none", "nothing", func(wire.Version) wire.Precondition { return wire.Precondition{} }, wire.Invalid, ""},
}

// prepare puts on d what a precondition is about and returns its version.
func prepare(tb testing.TB, d storage.Drive, there string) wire.Version {
	tb.Helper()
	switch there {
	case "file":
		return Put(tb, d, "/t", []byte("old"), IfAbsent).Entry.Version
	case "folder":
		Mkdir(tb, d, "/t")
	}
	return ""
}

func wantTarget(tb testing.TB, d storage.Drive, want string) {
	tb.Helper()
	if want != "" {
		wantContent(tb, d, "/t", []byte(want))
	}
}

func testPreconditions(t *testing.T, open Open) {
	t.Helper()
	s := store(t, open)
	for i, tt := range preconditions {
		t.Run(tt.name, func(t *testing.T) {
			d := drive(t, s, fmt.Sprintf("p%d", i))
			pre := tt.pre(prepare(t, d, tt.there))
			staging, err := d.Stage(t.Context(), PutArgs("/t", []byte("new"), pre))
			wantCode(t, "stage", err, tt.want)
			if err == nil {
				closing(t, staging)
				Put(t, d, "/t", []byte("new"), pre)
			}
			wantTarget(t, d, tt.target)
		})
	}
}

// testPreconditionAtCommit: the target appears or changes between put and
// commit, so that commit is the first to see it.
func testPreconditionAtCommit(t *testing.T, open Open) {
	t.Helper()
	s := store(t, open)
	for i, tt := range preconditions {
		t.Run(tt.name, func(t *testing.T) {
			d := drive(t, s, fmt.Sprintf("c%d", i))
			args := PutArgs("/t", []byte("new"), IfAny)
			Stage(t, d, args, []byte("new"), 3)
			pre := tt.pre(prepare(t, d, tt.there))
			sum, _ := Sum([]byte("new"))
			commit := wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: pre}
			_, err := d.Commit(t.Context(), commit)
			wantCode(t, "commit", err, tt.want)
			wantTarget(t, d, tt.target)
			if err != nil && tt.there == "file" {
				// What was refused can be committed under another condition.
				commit.Precondition = IfAny
				if _, err := d.Commit(t.Context(), commit); err != nil {
					t.Fatalf("commit again: %v", err)
				}
				wantTarget(t, d, "new")
			}
		})
	}
}

func testCommit(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	data := Bytes(100, 1)
	sum, _ := Sum(data)
	other, _ := Sum(Bytes(100, 2))
	args := PutArgs("/f", data, IfAbsent)
	commit := func(id wire.UploadID, sum wire.Digest) error {
		_, err := d.Commit(t.Context(), wire.CommitArgs{Upload: id, Digest: sum, Precondition: IfAbsent})
		return err
	}
	wantCode(t, "commit of nothing", commit(args.Upload, sum), wire.NotFound)
	wantCode(t, "commit of a bad name", commit("../../x", sum), wire.Invalid)
	Stage(t, d, args, data, 60)
	part, _ := Sum(data[:60])
	wantCode(t, "commit of a part", commit(args.Upload, part), wire.Invalid)
	args.Offset = 60
	Stage(t, d, args, data, 100)
	wantCode(t, "commit with another digest", commit(args.Upload, other), wire.Damaged)
	_, err := d.Stat(t.Context(), "/f")
	wantCode(t, "stat before the commit", err, wire.NotFound)
	wantCode(t, "commit", commit(args.Upload, sum), "")
	wantCode(t, "commit again", commit(args.Upload, sum), wire.NotFound)
	wantContent(t, d, "/f", data)
	if uploads, err := d.Uploads(t.Context()); err != nil || len(uploads) != 0 {
		t.Errorf("uploads after the commit: %v, %v", uploads, err)
	}
}

func testVersions(t *testing.T, open Open) {
	t.Helper()
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Drive("ann")
	if err != nil {
		t.Fatal(err)
	}
	data := []byte("the same bytes at the same time")
	seen := make(map[wire.Version]bool)
	for range 50 {
		v := Put(t, d, "/f", data, IfAny).Entry.Version
		if seen[v] {
			t.Fatalf("the version %s came back after the file was replaced", v)
		}
		seen[v] = true
		if stat, err := d.Stat(t.Context(), "/f"); err != nil || stat.Entry.Version != v {
			t.Fatalf("stat says the version is %s (%v), commit said %s", stat.Entry.Version, err, v)
		}
	}
	before, err := d.Stat(t.Context(), "/f")
	if err != nil {
		t.Fatal(err)
	}
	closing(t, d)
	closing(t, s)
	after, err := opened(t, open).Stat(t.Context(), "/f")
	if err != nil || after.Entry != before.Entry {
		t.Errorf("after opening the store again: %+v (%v), before: %+v", after.Entry, err, before.Entry)
	}
}

func testContent(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/folder")
	old, fresh := Bytes(wire.BlockSize+99, 1), Bytes(wire.BlockSize+100, 2)
	v1 := Put(t, d, "/f", old, IfAbsent).Entry.Version
	c, err := d.Open(t.Context(), "/f", v1)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, c)
	Put(t, d, "/f", fresh, IfVersion(v1))
	if c.Entry().Version != v1 || !bytes.Equal(readAll(t, c), old) {
		t.Error("what was opened before the file was replaced is not the old version")
	}
	sum, _ := Sum(old)
	if got, _, err := c.Blocks(t.Context(), int64(len(old))); err != nil || got != sum {
		t.Errorf("digest of the old version: %v (%v), want %v", got, err, sum)
	}
	wantContent(t, d, "/f", fresh)
	tests := []struct {
		name    string
		path    wire.Path
		version wire.Version
		want    wire.Code
	}{
		{"any version", "/f", "", ""},
		{"the old version", "/f", v1, wire.Conflict},
		{"folder", "/folder", "", wire.Invalid},
		{"root", "/", "", wire.Invalid},
		{"nothing", "/x", "", wire.NotFound},
		{"below a file", "/f/x", "", wire.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := d.Open(t.Context(), tt.path, tt.version)
			wantCode(t, "open", err, tt.want)
			if err == nil {
				closing(t, c)
			}
		})
	}
}
