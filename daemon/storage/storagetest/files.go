package storagetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

func testFolderNames(t *testing.T, open Open) {
	t.Helper()
	s := store(t, open)
	tests := []struct {
		name   string
		folder string
		want   wire.Code
	}{
		{"plain", "ann", ""},
		{"any script", "安娜", ""},
		{"a dot inside", "ann.b", ""},
		{"empty", "", wire.Invalid},
		{"this folder", ".", wire.Invalid},
		{"the folder above", "..", wire.Invalid},
		{"two names", "ann/bob", wire.Invalid},
		{"absolute", "/ann", wire.Invalid},
		{"climbing", "../ann", wire.Invalid},
		{"hidden", ".ann", wire.Invalid},
		{"a zero byte", "ann\x00", wire.Invalid},
		{"too long", strings.Repeat("a", wire.MaxName+1), wire.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := s.Drive(tt.folder)
			wantCode(t, "drive", err, tt.want)
			if err != nil {
				return
			}
			defer closing(t, d)
			if _, err := d.Stat(t.Context(), wire.Root); err != nil {
				t.Fatalf("stat of /: %v", err)
			}
		})
	}
}

// testNeighbours: names that begin alike have let one account into another's
// folder in more than one program.
func testNeighbours(t *testing.T, open Open) {
	t.Helper()
	s := store(t, open)
	folders := []string{"an", "ann", "ann2", "ann-x", "ann.b"}
	drives := make(map[string]storage.Drive)
	for _, folder := range folders {
		drives[folder] = drive(t, s, folder)
		Put(t, drives[folder], "/who", []byte(folder), IfAbsent)
		Put(t, drives[folder], wire.Path("/of-"+folder), []byte(folder), IfAbsent)
		Stage(t, drives[folder], PutArgs("/more", []byte("more"), IfAbsent), []byte("more"), 2)
	}
	for _, folder := range folders {
		d := drives[folder]
		wantContent(t, d, "/who", []byte(folder))
		if got := listAll(t, d, wire.Root, 0); !slices.Equal(got, []string{"of-" + folder, "who"}) {
			t.Errorf("%s sees %q", folder, got)
		}
		if got := found(t, d, wire.Root, "o", 0); !slices.Equal(got, []wire.Path{wire.Path("/of-" + folder), "/who"}) {
			t.Errorf("%s finds %q", folder, got)
		}
		uploads, err := d.Uploads(t.Context())
		if err != nil || len(uploads) != 1 {
			t.Fatalf("%s sees %d uploads (%v), want its own", folder, len(uploads), err)
		}
		for _, other := range folders {
			if other == folder {
				continue
			}
			_, err := d.Stat(t.Context(), wire.Path("/of-"+other))
			wantCode(t, folder+" looks for a file of "+other, err, wire.NotFound)
			wantCode(t, other+" drops an upload of "+folder, drives[other].Discard(t.Context(), uploads[0].Upload), wire.NotFound)
		}
	}
}

func testBadPaths(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/a")
	Put(t, d, "/a/b", []byte("b"), IfAbsent)
	Put(t, d, "/item", []byte("item"), IfAbsent)
	item := removeIt(t, d, "/item")
	requests := []struct {
		name string
		do   func(wire.Path) error
	}{
		{"stat", func(p wire.Path) error { _, err := d.Stat(t.Context(), p); return err }},
		{"list", func(p wire.Path) error { _, err := d.List(t.Context(), wire.ListArgs{Path: p}); return err }},
		{"open", func(p wire.Path) error { _, err := d.Open(t.Context(), p, ""); return err }},
		{"mkdir", func(p wire.Path) error { _, err := d.Mkdir(t.Context(), p); return err }},
		{"stage", func(p wire.Path) error { _, err := d.Stage(t.Context(), PutArgs(p, nil, IfAny)); return err }},
		{"move", func(p wire.Path) error {
			_, err := d.Move(t.Context(), wire.MoveArgs{From: p, To: "/new"})
			return err
		}},
		{"move to", func(p wire.Path) error {
			_, err := d.Move(t.Context(), wire.MoveArgs{From: "/a/b", To: p})
			return err
		}},
		{"copy", func(p wire.Path) error {
			_, err := d.Copy(t.Context(), wire.CopyArgs{From: p, To: "/new"}, nil)
			return err
		}},
		{"copy to", func(p wire.Path) error {
			_, err := d.Copy(t.Context(), wire.CopyArgs{From: "/a/b", To: p}, nil)
			return err
		}},
		{"search", func(p wire.Path) error {
			_, err := d.Search(t.Context(), wire.SearchArgs{Path: p, Text: "a"})
			return err
		}},
		{"count", func(p wire.Path) error { _, err := d.Count(t.Context(), p); return err }},
		{"watch", func(p wire.Path) error { _, err := d.Watch(p, func() {}); return err }},
		{"remove", func(p wire.Path) error { _, err := d.Remove(t.Context(), wire.RemoveArgs{Path: p}); return err }},
		{"restore", func(p wire.Path) error {
			if p == "" {
				p = "item" // the empty one means where it was
			}
			_, err := d.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Path: p, Precondition: IfAny})
			return err
		}},
	}
	paths := []struct {
		name string
		path wire.Path
	}{
		{"empty", ""},
		{"relative", "a/b"},
		{"dot", "/."},
		{"above", "/.."},
		{"climbing", "/../ann/a/b"},
		{"up and down", "/a/../a/b"},
		{"double slash", "/a//b"},
		{"trailing slash", "/a/"},
		{"zero byte", "/a\x00b"},
		{"line break", "/a\nb"},
		{"text direction", "/a\u202eb"},
		{"not UTF-8", "/a\xff"},
		{"not composed", "/e\u0301"},
		{"too deep", wire.Path(strings.Repeat("/a", wire.MaxDepth+1))},
		{"too long a name", wire.Path("/" + strings.Repeat("a", wire.MaxName+1))},
	}
	for _, path := range paths {
		for _, request := range requests {
			t.Run(path.name+"/"+request.name, func(t *testing.T) {
				wantCode(t, request.name, request.do(path.path), wire.Invalid)
			})
		}
	}
}

func testStat(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/photos")
	data := Bytes(1000, 1)
	put := Put(t, d, "/photos/论文 final.pdf", data, IfAbsent)
	tests := []struct {
		name string
		path wire.Path
		want wire.Entry // without the times of folders
		code wire.Code
	}{
		{"root", "/", wire.Entry{Name: wire.RootName, IsDir: true}, ""},
		{"folder", "/photos", wire.Entry{Name: "photos", IsDir: true}, ""},
		{"file", "/photos/论文 final.pdf", wire.Entry{Name: "论文 final.pdf", Size: 1000, ModTime: Time, Version: put.Entry.Version}, ""},
		{"nothing", "/photos/x", wire.Entry{}, wire.NotFound},
		{"no folder", "/x/y", wire.Entry{}, wire.NotFound},
		{"below a file", "/photos/论文 final.pdf/x", wire.Entry{}, wire.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := d.Stat(t.Context(), tt.path)
			wantCode(t, "stat", err, tt.code)
			if tt.want.IsDir {
				if got.Entry.ModTime.IsZero() || got.Digest != nil {
					t.Errorf("a folder has the time %v and the digest %v", got.Entry.ModTime, got.Digest)
				}
				got.Entry.ModTime = tt.want.ModTime
			}
			if got.Entry != tt.want {
				t.Errorf("entry is %+v, want %+v", got.Entry, tt.want)
			}
			sum, _ := Sum(data)
			if err == nil && !tt.want.IsDir && (got.Digest == nil || *got.Digest != sum) {
				t.Errorf("digest is %v, want %v", got.Digest, sum)
			}
		})
	}
}

func testMkdir(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Put(t, d, "/file", []byte("file"), IfAbsent)
	tests := []struct {
		name string
		path wire.Path
		want wire.Code
	}{
		{"new", "/a", ""},
		{"inside", "/a/b", ""},
		{"again", "/a", wire.Exists},
		{"root", "/", wire.Exists},
		{"over a file", "/file", wire.Exists},
		{"no folder above", "/x/y", wire.NotFound},
		{"a file above", "/file/y", wire.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entry, err := d.Mkdir(t.Context(), tt.path)
			wantCode(t, "mkdir", err, tt.want)
			if err != nil {
				return
			}
			got, err := d.Stat(t.Context(), tt.path)
			if err != nil || !entry.IsDir || got.Entry != entry {
				t.Errorf("mkdir says %+v, stat %+v (%v)", entry, got.Entry, err)
			}
		})
	}
}

func testList(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	// Byte order: capitals before small letters, "a" before "a b" before "a.txt" before "ab".
	names := []string{"B", "a", "a b", "a.txt", "ab", "b", "é", "文件"}
	Mkdir(t, d, "/f", "/f/b", "/empty")
	for _, name := range names {
		if name != "b" {
			Put(t, d, wire.Path("/f/"+name), []byte(name), IfAbsent)
		}
	}
	for limit := range len(names) + 2 {
		if got := listAll(t, d, "/f", limit); !slices.Equal(got, names) {
			t.Errorf("in pages of %d: %q, want %q", limit, got, names)
		}
	}
	tests := []struct {
		name string
		args wire.ListArgs
		want string // names, and a + when more follow
		code wire.Code
	}{
		{"all", wire.ListArgs{Path: "/f"}, strings.Join(names, "|"), ""},
		{"first", wire.ListArgs{Path: "/f", Limit: 1}, "B+", ""},
		{"behind a name", wire.ListArgs{Path: "/f", After: "ab", Limit: 2}, "b|é+", ""},
		{"behind no name", wire.ListArgs{Path: "/f", After: "a0", Limit: 2}, "ab|b+", ""},
		{"up to the end", wire.ListArgs{Path: "/f", After: "b", Limit: 2}, "é|文件", ""},
		{"behind the last", wire.ListArgs{Path: "/f", After: "文件"}, "", ""},
		{"empty", wire.ListArgs{Path: "/empty"}, "", ""},
		{"root", wire.ListArgs{Path: "/"}, "empty|f", ""},
		{"file", wire.ListArgs{Path: "/f/a"}, "", wire.Invalid},
		{"nothing", wire.ListArgs{Path: "/x"}, "", wire.NotFound},
		{"below a file", wire.ListArgs{Path: "/f/a/x"}, "", wire.NotFound},
		{"negative", wire.ListArgs{Path: "/f", Limit: -1}, "", wire.Invalid},
		{"too many", wire.ListArgs{Path: "/f", Limit: wire.MaxEntries + 1}, "", wire.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			listing, err := d.List(t.Context(), tt.args)
			wantCode(t, "list", err, tt.code)
			var got []string
			for _, e := range listing.Entries {
				got = append(got, string(e.Name))
				stat, err := d.Stat(t.Context(), mustJoin(t, tt.args.Path, e.Name))
				if err != nil || stat.Entry != e {
					t.Errorf("listed as %+v, stat says %+v (%v)", e, stat.Entry, err)
				}
			}
			text := strings.Join(got, "|")
			if listing.More {
				text += "+"
			}
			if text != tt.want || listing.Unlisted != 0 {
				t.Errorf("got %q and %d unlisted, want %q and none", text, listing.Unlisted, tt.want)
			}
		})
	}
}

// listAll pages through a folder.
func listAll(tb testing.TB, d storage.Drive, path wire.Path, limit int) (names []string) {
	tb.Helper()
	args := wire.ListArgs{Path: path, Limit: limit}
	for {
		listing, err := d.List(tb.Context(), args)
		if err != nil {
			tb.Fatalf("list %s: %v", path, err)
		}
		for _, e := range listing.Entries {
			names = append(names, string(e.Name))
		}
		if !listing.More {
			return names
		}
		args.After = wire.Name(names[len(names)-1])
	}
}

func mustJoin(tb testing.TB, path wire.Path, name wire.Name) wire.Path {
	tb.Helper()
	joined, err := path.Join(string(name))
	if err != nil {
		tb.Fatal(fmt.Errorf("join %s and %s: %w", path, name, err))
	}
	return joined
}
