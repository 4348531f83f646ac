package session

import (
	"maps"
	"reflect"

	"github.com/pelletier/go-toml/v2"
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
