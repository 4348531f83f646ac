package external

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// maxCopies is the maximum size of all copies together, in bytes.
const maxCopies = 2 << 30

// copies has the local copies of files that other programs show. They are in a private
// folder, which close removes. It is safe for concurrent use.
type copies struct {
	mu    sync.Mutex
	dir   string // blank until the first copy
	files []copied
	total int64 // bytes
}

// copied is one copy. Its key identifies the server, the path and the version.
type copied struct {
	key, file string
	size      int64
}

// newFolder makes a folder for one file, so that the file can have its own name.
func (c *copies) newFolder() (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dir == "" {
		dir, err := os.MkdirTemp("", "wangpan-")
		if err != nil {
			return "", err
		}
		c.dir = dir
	}
	return os.MkdirTemp(c.dir, "")
}

// find returns the copy with a key, if it still exists.
func (c *copies) find(key string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.files {
		if f.key == key {
			_, err := os.Stat(f.file)
			return f.file, err == nil
		}
	}
	return "", false
}

// add registers a copy, and removes the oldest ones above maxCopies.
func (c *copies) add(key, file string, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files = append(c.files, copied{key, file, size})
	c.total += size
	for c.total > maxCopies && len(c.files) > 1 {
		oldest := c.files[0]
		c.files = c.files[1:]
		c.total -= oldest.size
		_ = os.RemoveAll(filepath.Dir(oldest.file)) // if this fails, close removes it
	}
}

// close removes all copies.
func (c *copies) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dir == "" {
		return nil
	}
	err := os.RemoveAll(c.dir)
	c.dir = ""
	if errors.Is(err, os.ErrPermission) { // Windows cannot remove a file that is in use
		return nil
	}
	return err
}
