package session

import "errors"

// The files of the state folder.
const (
	settingsName = "settings.toml"
	keysName     = "keys.toml"
	sessionsName = "sessions.toml"
)

// Keeper remembers servers, their keys, sessions and settings in a folder that
// several wangpans may share. It is safe for use by several goroutines.
//
// Pinned, Servers, LastUser, Bookmarks and Settings answer from memory, at once, so
// that a screen may ask them for every frame. What another wangpan changed they
// know after the next change made here, or after Reload. All the others wait
// for the disk, and for another wangpan's write, or for the system's keyring.
type Keeper struct {
	folder   *folder
	settings *shared[settingsFile]
	keys     *shared[keyFile]
	sessions *shared[sessionFile]

	bookmarks *shared[bookmarkFile]
	wrote     *shared[wroteFile]
	keyring   Keyring // for tokens; nil: they are in the file
}

// Open opens the state folder, which it makes when it is not there. A file in
// it that can not be read is an error: forgetting a pinned key in silence
// would open the door to whoever shows another one.
func Open(dir string) (*Keeper, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	k := &Keeper{
		folder:   f,
		settings: &shared[settingsFile]{folder: f, load: loadSettings, store: storeSettings},
		keys:     &shared[keyFile]{folder: f, load: loadKeys, store: storeKeys},
		sessions: &shared[sessionFile]{folder: f, load: loadSessions, store: storeSessions},

		bookmarks: &shared[bookmarkFile]{folder: f, load: loadBookmarks, store: storeBookmarks},
		wrote:     &shared[wroteFile]{folder: f, load: loadWrote, store: storeWrote},
	}
	if err := k.Reload(); err != nil {
		return nil, err
	}
	return k, nil
}

// Dir returns the state folder.
func (k *Keeper) Dir() string { return k.folder.dir }

// Reload reads what other wangpans may have changed. What can not be read stays
// as it was known before.
func (k *Keeper) Reload() error {
	return k.folder.locked(func() error {
		_, settings := k.settings.reload()
		_, keys := k.keys.reload()
		_, sessions := k.sessions.reload()
		_, bookmarks := k.bookmarks.reload()
		return errors.Join(settings, keys, sessions, bookmarks)
	})
}

// Forget drops everything known about a server: its key, and the sessions on
// it. It reports whether there was anything.
func (k *Keeper) Forget(server string) (bool, error) {
	key, err := k.unpin(server)
	sessions, also := k.dropSessions(server)
	return key || sessions, errors.Join(err, also)
}
