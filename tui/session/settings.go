package session

import (
	"maps"
	"reflect"

	"github.com/pelletier/go-toml/v2"
)

// Settings are the choices of the user and the values that the next run starts with. A
// zero value means that the user has not chosen.
type Settings struct {
	Lang        string `toml:"lang,omitempty"`         // "en" or "zh"
	DownloadDir string `toml:"download_dir,omitempty"` // where downloads go
	LastServer  string `toml:"last_server,omitempty"`  // normalized
	LastUser    string `toml:"last_user,omitempty"`    // on LastServer
	LastRate    int64  `toml:"last_rate,omitempty"`    // speed of the last transfers, in bytes per second
	Theme       string `toml:"theme,omitempty"`        // a built-in theme, or a file in the folder of themes
	Palette     string `toml:"palette,omitempty"`      // names of commands run from the palette, the latest first, separated by blanks
	Preview     bool   `toml:"preview,omitempty"`      // shown beside the list if the screen is wide enough
	ForgetMe    bool   `toml:"forget_me,omitempty"`    // tokens of sessions are not stored
	LocalPane   bool   `toml:"local_pane,omitempty"`   // this computer's folders are shown beside the drive
	LocalFolder string `toml:"local_folder,omitempty"` // the folder that the local pane showed last
	PaneShare   int    `toml:"pane_share,omitempty"`   // the drive's share of the width beside the local pane, in thousandths
	Mouse       *bool  `toml:"mouse,omitempty"`        // false: the terminal handles the mouse; nil: not chosen
	RateLimit   int64  `toml:"rate_limit,omitempty"`   // of all transfers together, in bytes per second
	SortBy      int    `toml:"sort_by,omitempty"`      // 0 name, 1 size, 2 time, 3 kind
	SortReverse bool   `toml:"sort_reverse,omitempty"` // descending order
	ShowHidden  bool   `toml:"show_hidden,omitempty"`  // the list contains names that begin with a dot
}

// settingsFile is settings.toml.
type settingsFile struct {
	settings Settings
	whole    map[string]any // all entries, with those of other versions of the program
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

// Change reads the settings from the disk, lets edit change them, and stores them. It
// keeps all other entries of the file. edit must not use the Keeper.
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

// table returns the settings as the entries of their file.
func table(s Settings) (map[string]any, error) {
	content, err := toml.Marshal(s)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]any)
	err = toml.Unmarshal(content, &keys)
	return keys, err
}
