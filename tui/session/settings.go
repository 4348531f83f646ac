package session

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"wangpan/wire"
)

// Settings are what a person chose, or what saves them typing next time. The
// zero value of each means that nothing was chosen.
type Settings struct {
	Lang        string `toml:"lang,omitempty"`         // "en" or "zh"
	DownloadDir string `toml:"download_dir,omitempty"` // where downloads go
	LastServer  string `toml:"last_server,omitempty"`  // normalized
	LastUser    string `toml:"last_user,omitempty"`    // on LastServer
	LastRate    int64  `toml:"last_rate,omitempty"`    // how fast transfers moved last, in bytes a second
	Theme       string `toml:"theme,omitempty"`        // a theme of the program, or the name of a file in the folder for them
	Palette     string `toml:"palette,omitempty"`      // commands asked for by name, the latest first, with blanks between
	Preview     bool   `toml:"preview,omitempty"`      // beside the list, where there is room for it
	ForgetMe    bool   `toml:"forget_me,omitempty"`    // sessions are not stored
	LocalPane   bool   `toml:"local_pane,omitempty"`   // this computer's folders are shown beside the drive
	LocalFolder string `toml:"local_folder,omitempty"` // the one shown there last
	PaneShare   int    `toml:"pane_share,omitempty"`   // of the width that the drive has then, in thousandths
	Mouse       *bool  `toml:"mouse,omitempty"`        // false: the terminal keeps it
	RateLimit   int64  `toml:"rate_limit,omitempty"`   // of all transfers together, in bytes a second
	SortBy      int    `toml:"sort_by,omitempty"`      // 0 name, 1 size, 2 time, 3 kind
	SortReverse bool   `toml:"sort_reverse,omitempty"` // the other way round
	ShowHidden  bool   `toml:"show_hidden,omitempty"`  // names that begin with a dot, too
}

// settingsFile is settings.toml.
type settingsFile struct {
	settings Settings
	whole    map[string]any // with what only another version knows
}

func loadSettings(f *folder) (settingsFile, error) {
	file := settingsFile{whole: make(map[string]any)}
	err := f.read(settingsName, &file.settings)
	if err == nil {
		err = f.read(settingsName, &file.whole)
	}
	return file, err
}

func storeSettings(f *folder, file settingsFile) error { return f.write(settingsName, file.whole) }

// Settings returns the settings.
func (k *Keeper) Settings() Settings { return k.settings.get().settings }

// Change stores what edit makes of the settings as they are on the disk now.
// Whatever else stands in the file stays. edit must not use the Keeper.
func (k *Keeper) Change(edit func(*Settings)) error {
	return k.settings.change(func(now settingsFile) (settingsFile, error) {
		next := settingsFile{now.settings, maps.Clone(now.whole)}
		edit(&next.settings)
		before, err := table(now.settings)
		if err != nil {
			return now, err
		}
		after, err := table(next.settings)
		if err != nil {
			return now, err
		}
		for key := range before {
			if _, kept := after[key]; !kept {
				delete(next.whole, key)
			}
		}
		for key, value := range after {
			if !reflect.DeepEqual(before[key], value) {
				next.whole[key] = value
			}
		}
		return next, nil
	})
}

// table returns settings as the keys and values of their file.
func table(s Settings) (map[string]any, error) {
	content, err := toml.Marshal(s)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]any)
	err = toml.Unmarshal(content, &keys)
	return keys, err
}

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
