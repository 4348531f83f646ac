package session

import (
	"errors"
	"fmt"
	"slices"

	"wangpan/wire"
)

// bookmarksName is the file of the state folder with the bookmarks.
const bookmarksName = "bookmarks.toml"

// maxBookmarks bounds the bookmarks of all servers together.
const maxBookmarks = 1000

// ErrManyBookmarks means that maxBookmarks bookmarks are stored already.
var ErrManyBookmarks = errors.New("there are too many bookmarks")

// Bookmark is a named folder of the drive.
type Bookmark struct {
	Name string
	Path wire.Path
}

// bookmarkFile is bookmarks.toml.
type bookmarkFile struct {
	Bookmarks []savedBookmark `toml:"bookmarks"`
}

// savedBookmark is one entry of bookmarks.toml. Users may edit the file: an entry with
// an invalid path is not shown and stays in the file.
type savedBookmark struct {
	Server string `toml:"server"`
	User   string `toml:"user"`
	Name   string `toml:"name"`
	Path   string `toml:"path"`
}

func (b savedBookmark) of(server, user string) bool { return b.Server == server && b.User == user }

func loadBookmarks(f *folder) (bookmarks bookmarkFile, err error) {
	err = f.read(bookmarksName, &bookmarks)
	return bookmarks, err
}

func storeBookmarks(f *folder, bookmarks bookmarkFile) error {
	return f.write(bookmarksName, bookmarks)
}

// Bookmarks returns the bookmarks of a user on a server, the oldest first.
func (k *Keeper) Bookmarks(server, user string) []Bookmark {
	var list []Bookmark
	for _, b := range k.bookmarks.get().Bookmarks {
		if path, err := wire.ParsePath(b.Path); err == nil && b.of(server, user) {
			list = append(list, Bookmark{b.Name, path})
		}
	}
	return list
}

// SetBookmark adds a bookmark. If its path has a bookmark already, SetBookmark replaces
// the name of that one. It fails with ErrManyBookmarks.
func (k *Keeper) SetBookmark(server, user string, set Bookmark) error {
	return k.changeBookmarks(func(list []savedBookmark) ([]savedBookmark, error) {
		for i, b := range list {
			if b.of(server, user) && b.Path == string(set.Path) {
				list[i].Name = set.Name
				return list, nil
			}
		}
		if len(list) >= maxBookmarks {
			return nil, fmt.Errorf("%w: %d", ErrManyBookmarks, len(list))
		}
		return append(list, savedBookmark{server, user, set.Name, string(set.Path)}), nil
	})
}

// DropBookmark removes the bookmark of a path. It succeeds if there is none.
func (k *Keeper) DropBookmark(server, user string, path wire.Path) error {
	return k.changeBookmarks(func(list []savedBookmark) ([]savedBookmark, error) {
		return slices.DeleteFunc(list, func(b savedBookmark) bool { return b.of(server, user) && b.Path == string(path) }), nil
	})
}

// changeBookmarks stores the list that edit returns. edit may change its argument.
func (k *Keeper) changeBookmarks(edit func([]savedBookmark) ([]savedBookmark, error)) error {
	return k.bookmarks.change(func(now bookmarkFile) (bookmarkFile, error) {
		list, err := edit(slices.Clone(now.Bookmarks))
		return bookmarkFile{list}, err
	})
}
