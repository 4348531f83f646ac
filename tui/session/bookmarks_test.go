package session

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestBookmarks(t *testing.T) {
	dir := t.TempDir()
	k, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	const server, user = "drive.lab:7440", "alice"
	photos, papers := Bookmark{"Photos", "/照片"}, Bookmark{"papers", "/docs/papers"}
	for _, err := range []error{
		k.SetBookmark(server, user, photos), k.SetBookmark(server, user, papers),
		k.SetBookmark(server, "bob", photos), k.SetBookmark("other:1", user, papers),
		k.SetBookmark(server, user, Bookmark{"论文", papers.Path}), k.DropBookmark("other:1", user, photos.Path),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []Bookmark{photos, {"论文", papers.Path}}
	if got := again.Bookmarks(server, user); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if err := again.DropBookmark(server, user, photos.Path); err != nil {
		t.Fatal(err)
	}
	if got := again.Bookmarks(server, user); len(got) != 1 {
		t.Errorf("got %v after one was dropped", got)
	}
	if got := again.Bookmarks("other:1", user); !reflect.DeepEqual(got, []Bookmark{papers}) {
		t.Errorf("the other server has %v", got)
	}
	info, err := os.Stat(filepath.Join(dir, bookmarksName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
}

// What a person wrote into the file and is no path is left out, and stays.
func TestBookmarksByHand(t *testing.T) {
	dir := t.TempDir()
	const content = "[[bookmarks]]\nserver = 's'\nuser = 'u'\nname = 'x'\npath = 'no path'\n"
	if err := os.WriteFile(filepath.Join(dir, bookmarksName), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	k, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := k.Bookmarks("s", "u"); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	if err := k.SetBookmark("s", "u", Bookmark{"a", "/a"}); err != nil {
		t.Fatal(err)
	}
	if got := len(k.bookmarks.get().Bookmarks); got != 2 {
		t.Errorf("%d lines are left of 2", got)
	}
}
