package session

import (
	"errors"
	"fmt"
	"slices"

	"wangpan/wire"
)

// bookmarksName is the file of the state folder that holds bookmarks.
const bookmarksName = "bookmarks.toml"

// maxBookmarks bounds the bookmarks of all servers together.
const maxBookmarks = 1000

// ErrManyBookmarks means that there is no room for another bookmark.
var ErrManyBookmarks = errors.New("there are too many bookmarks")

// Bookmark is a folder that somebody wants to come back to.
type Bookmark struct {
	Name string
	Path wire.Path
}

// bookmarkFile is bookmarks.toml.
type bookmarkFile struct {
	Bookmarks []savedBookmark `toml:"bookmarks"`
}

// savedBookmark is a bookmark as people may edit it: what is no path is not
// shown, and stays in the file.
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

// Bookmarks returns those of a user on a server, in the order of their making.
func (k *Keeper) Bookmarks(server, user string) []Bookmark {
	var list []Bookmark
	for _, b := range k.bookmarks.get().Bookmarks {
		if path, err := wire.ParsePath(b.Path); err == nil && b.of(server, user) {
			list = append(list, Bookmark{b.Name, path})
		}
	}
	return list
}

// SetBookmark gives a path a bookmark of that name, or its bookmark another
// name.
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

// DropBookmark forgets the bookmark of a path.
func (k *Keeper) DropBookmark(server, user string, path wire.Path) error {
	return k.changeBookmarks(func(list []savedBookmark) ([]savedBookmark, error) {
		return slices.DeleteFunc(list, func(b savedBookmark) bool { return b.of(server, user) && b.Path == string(path) }), nil
	})
}

// changeBookmarks stores what edit makes of the bookmarks. The list that it
// gets is its own.
func (k *Keeper) changeBookmarks(edit func([]savedBookmark) ([]savedBookmark, error)) error {
	return k.bookmarks.change(func(now bookmarkFile) (bookmarkFile, error) {
		list, err := edit(slices.Clone(now.Bookmarks))
		return bookmarkFile{list}, err
	})
}
