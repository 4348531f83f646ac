package session

import (
	"errors"
	"sync"
)

// The files of the state folder.
const (
	settingsName = "settings.toml"
	keysName     = "keys.toml"
	sessionsName = "sessions.toml"
)

// Keeper stores servers, their keys, sessions and settings in a folder that several
// wangpan processes may share. It is safe for concurrent use.
//
// Pinned, Servers, LastUser, Bookmarks and Settings return cached values and do not
// block. The cache contains the changes of other processes after the next change by
// this one, or after Reload. All other methods may block on the disk, on the lock of
// another process or on the system's keyring.
type Keeper struct {
	folder   *folder
	settings *shared[settingsFile]
	keys     *shared[keyFile]
	sessions *shared[sessionFile]

	bookmarks *shared[bookmarkFile]
	wrote     *shared[wroteFile]
	keyring   Keyring // for tokens; nil: they are in the file
}

// Open opens the state folder and makes it if it does not exist. An unreadable file
// in it is an error: to ignore a pinned key would accept any other key.
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

// Reload reads the changes of other wangpan processes. It keeps the cached content
// of files that it cannot read.
func (k *Keeper) Reload() error {
	return k.folder.locked(func() error {
		_, settings := k.settings.reload()
		_, keys := k.keys.reload()
		_, sessions := k.sessions.reload()
		_, bookmarks := k.bookmarks.reload()
		return errors.Join(settings, keys, sessions, bookmarks)
	})
}

// Forget removes the key of a server and the sessions on it. It reports whether
// there were any.
func (k *Keeper) Forget(server string) (bool, error) {
	key, err := k.unpin(server)
	sessions, also := k.dropSessions(server)
	return key || sessions, errors.Join(err, also)
}

// shared is a file of the state folder with a cached copy of its content. Other
// wangpan processes read and change the file, too. Readers get the copy without
// reading the disk. A change reads the file first.
//
// A T may contain maps and slices, which readers may keep: shared replaces the copy and
// never changes it in place.
type shared[T any] struct {
	folder *folder
	load   func(*folder) (T, error)
	store  func(*folder, T) error

	mu     sync.Mutex // guards cached; not held during I/O
	cached T
}

// get returns the cached content.
func (s *shared[T]) get() T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cached
}

func (s *shared[T]) set(content T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cached = content
}

// reload reads the file. If that fails, it keeps the cached content. The caller
// holds the lock of the folder, so that no older content replaces a newer one.
func (s *shared[T]) reload() (T, error) {
	now, err := s.load(s.folder)
	if err == nil {
		s.set(now)
	}
	return now, err
}

// change writes the result of edit to the file, and then caches it.
func (s *shared[T]) change(edit func(now T) (T, error)) error {
	return s.folder.locked(func() error {
		now, err := s.reload()
		if err != nil {
			return err
		}
		next, err := edit(now)
		if err != nil {
			return err
		}
		if err := s.store(s.folder, next); err != nil {
			return err
		}
		s.set(next)
		return nil
	})
}
