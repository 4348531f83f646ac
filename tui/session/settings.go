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
}

// Settings returns the settings as last read or saved.
func (k *Keeper) Settings() Settings {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.settings
}

// Save stores the settings that differ from those that Settings returned last.
// The others keep what another wangpan may have given them meanwhile, and so
// does whatever else stands in the file.
func (k *Keeper) Save(s Settings) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	before, err := table(k.settings)
	if err != nil {
		return err
	}
	after, err := table(s)
	if err != nil {
		return err
	}
	return k.folder.locked(func() error {
		if err := k.readSettings(); err != nil {
			return err
		}
		merged := maps.Clone(k.loaded)
		for key := range before {
			if _, kept := after[key]; !kept {
				delete(merged, key)
			}
		}
		for key, value := range after {
			if !reflect.DeepEqual(before[key], value) {
				merged[key] = value
			}
		}
		if err := k.folder.write(settingsName, merged); err != nil {
			return err
		}
		return k.readSettings()
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

func (k *Keeper) readSettings() error {
	var s Settings
	loaded := make(map[string]any)
	if err := k.folder.read(settingsName, &s); err != nil {
		return err
	}
	if err := k.folder.read(settingsName, &loaded); err != nil {
		return err
	}
	k.settings, k.loaded = s, loaded
	return nil
}
