package storagetest

import (
	"fmt"
	"slices"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// found searches to the end, in pages of so many, and returns the paths.
func found(tb testing.TB, d storage.Drive, at wire.Path, text string, limit int) []wire.Path {
	tb.Helper()
	var paths []wire.Path
	args := wire.SearchArgs{Path: at, Text: text, Limit: limit}
	for {
		page, err := d.Search(tb.Context(), args)
		if err != nil {
			tb.Fatalf("search %q in %s: %v", text, at, err)
		}
		for _, f := range page.Found {
			if f.Path.Base() != f.Entry.Name {
				tb.Errorf("%s is described as %s", f.Path, f.Entry.Name)
			}
			paths = append(paths, f.Path)
		}
		if page.More != (page.After != "") || len(page.Found) > max(limit, 1) && limit > 0 {
			tb.Fatalf("a page of %d hits says more %v, after %q", len(page.Found), page.More, page.After)
		}
		if !page.More {
			return paths
		}
		args.After = page.After
	}
}

func testSearch(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/照片", "/照片/2026 夏", "/a", "/a/b", "/a/b/c", "/a!")
	for _, path := range []wire.Path{
		"/照片/IMG_1.JPG", "/照片/2026 夏/img_2.jpg", "/照片/2026 夏/海.jpeg", "/a/b/c/img", "/a/b!img", "/a!/img[1].jpg", "/img*",
	} {
		Put(t, d, path, []byte("x"), IfAbsent)
	}
	tests := []struct {
		name string
		at   wire.Path
		text string
		want []wire.Path
	}{
		{"a part of names, in any case", "/", "Img", []wire.Path{
			"/a/b/c/img", "/a/b!img", "/a!/img[1].jpg", "/img*", "/照片/2026 夏/img_2.jpg", "/照片/IMG_1.JPG",
		}},
		{"below a folder", "/照片", "img", []wire.Path{"/照片/2026 夏/img_2.jpg", "/照片/IMG_1.JPG"}},
		{"folders too", "/", "夏", []wire.Path{"/照片/2026 夏"}},
		{"several words", "/", " 1  jpg ", []wire.Path{"/a!/img[1].jpg", "/照片/IMG_1.JPG"}},
		{"a pattern is the whole name", "/", "*.jp?g", []wire.Path{"/照片/2026 夏/海.jpeg"}},
		{"a pattern and a word", "/", "*.jpg 1", []wire.Path{"/a!/img[1].jpg", "/照片/IMG_1.JPG"}},
		{"one of several characters", "/", "img_[12].jpg", []wire.Path{"/照片/2026 夏/img_2.jpg", "/照片/IMG_1.JPG"}},
		{"decomposed", "/", "照片", []wire.Path{"/照片"}},
		{"not the folder itself", "/照片", "照片", nil},
		{"nothing", "/", "none", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, limit := range []int{0, 1, 2} {
				if got := found(t, d, tt.at, tt.text, limit); !slices.Equal(got, tt.want) {
					t.Errorf("in pages of %d: %q, want %q", limit, got, tt.want)
				}
			}
		})
	}
	_, err := d.Search(t.Context(), wire.SearchArgs{Path: "/img*", Text: "a"})
	wantCode(t, "search in a file", err, wire.Invalid)
	_, err = d.Search(t.Context(), wire.SearchArgs{Path: "/none", Text: "a"})
	wantCode(t, "search nowhere", err, wire.NotFound)
	_, err = d.Search(t.Context(), wire.SearchArgs{Path: "/", Text: "[a"})
	wantCode(t, "search for half a pattern", err, wire.Invalid)
}

// A search whose last path has been removed meanwhile goes on behind it.
func testSearchGoesOn(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/x", "/x/1", "/x/2", "/x/3")
	for i := range 9 {
		Put(t, d, wire.Path(fmt.Sprintf("/x/%d/f%d", i/3+1, i)), nil, IfAbsent)
	}
	page, err := d.Search(t.Context(), wire.SearchArgs{Path: "/x", Text: "f", Limit: 4})
	if err != nil || page.After != "/x/2/f3" {
		t.Fatalf("the first page ends at %q (%v)", page.After, err)
	}
	if _, err := d.Remove(t.Context(), wire.RemoveArgs{Path: "/x/2"}); err != nil {
		t.Fatal(err)
	}
	page, err = d.Search(t.Context(), wire.SearchArgs{Path: "/x", Text: "f", After: page.After})
	if err != nil || page.More || len(page.Found) != 3 || page.Found[0].Path != "/x/3/f6" {
		t.Errorf("behind what is gone: %v (%v)", page, err)
	}
}

func testCount(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/a", "/a/b", "/a/c")
	Put(t, d, "/a/1", make([]byte, 10), IfAbsent)
	Put(t, d, "/a/b/2", make([]byte, 100), IfAbsent)
	Put(t, d, "/3", make([]byte, 1000), IfAbsent)
	tests := []struct {
		name string
		path wire.Path
		want wire.CountReply
	}{
		{"a folder", "/a", wire.CountReply{Size: 110, Files: 2, Folders: 2}},
		{"all", "/", wire.CountReply{Size: 1110, Files: 3, Folders: 3}},
		{"an empty folder", "/a/c", wire.CountReply{}},
		{"a file", "/3", wire.CountReply{Size: 1000, Files: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := d.Count(t.Context(), tt.path)
			if err != nil || got != tt.want {
				t.Errorf("%+v (%v), want %+v", got, err, tt.want)
			}
		})
	}
	_, err := d.Count(t.Context(), "/none")
	wantCode(t, "count of nothing", err, wire.NotFound)
}
