package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/adrg/xdg"
	"github.com/gofrs/flock"
	"github.com/pelletier/go-toml/v2"

	"wangpan/wire/durable"
)

const (
	lockName   = "lock"
	lockWait   = 5 * time.Second       // others hold the lock for one small write
	lockRetry  = 10 * time.Millisecond // how often a taken lock is tried again
	maxContent = 4 << 20               // bytes of a state file; hundreds of servers take some 100 KB
)

// DefaultDir returns the state folder of the user.
func DefaultDir() string { return filepath.Join(xdg.StateHome, "wangpan") }

// ConfigDir returns the folder of the files that the user writes: keys and themes.
// The program only reads it.
func ConfigDir() string { return filepath.Join(xdg.ConfigHome, "wangpan") }

// folder is the state folder: small TOML files that several wangpan processes share.
type folder struct {
	dir  string
	turn sync.Mutex // serializes this process; held during I/O
}

func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	// The folder holds secrets, and may exist with other permissions.
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder needs its x bit
		return nil, fmt.Errorf("make the state folder private: %w", err)
	}
	return &folder{dir: dir}, nil
}

// read decodes a file into the value into. It does nothing if the file does not exist.
func (f *folder) read(name string, into any) error {
	file, err := os.Open(filepath.Join(f.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxContent+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", file.Name(), err)
	}
	if len(content) > maxContent {
		return fmt.Errorf("read %s: longer than %d bytes", file.Name(), maxContent)
	}
	if err := toml.Unmarshal(content, into); err != nil {
		return fmt.Errorf("read %s (repair or remove it): %w", file.Name(), err)
	}
	return nil
}

// locked runs do under an exclusive lock of the folder, against other goroutines and
// other processes. Reading needs the lock, too: Windows does not replace a file that
// is open.
func (f *folder) locked(do func() error) error {
	f.turn.Lock()
	defer f.turn.Unlock()
	lock := flock.New(filepath.Join(f.dir, lockName), flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	if _, err := lock.TryLockContext(ctx, lockRetry); err != nil {
		return fmt.Errorf("lock the state folder %s: %w", f.dir, err)
	}
	return errors.Join(do(), lock.Unlock())
}

// write replaces a file atomically.
func (f *folder) write(name string, from any) error {
	content, err := toml.Marshal(from)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := durable.WriteFile(filepath.Join(f.dir, name), content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
