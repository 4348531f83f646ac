package tui

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// viewed is the folder of the files that were opened with other programs. It is
// private, and goes with this program. It is safe for use by several goroutines.
type viewed struct {
	mu    sync.Mutex
	dir   string // blank until it is needed
	files []viewedFile
	total int64 // bytes
}

type viewedFile struct {
	key, file string
	size      int64
}

// folder makes a folder for one file, which so keeps its name.
func (v *viewed) folder() (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.dir == "" {
		dir, err := os.MkdirTemp("", "wangpan-")
		if err != nil {
			return "", err
		}
		v.dir = dir
	}
	return os.MkdirTemp(v.dir, "")
}

// kept returns the file that was fetched for a key, while it is there.
func (v *viewed) kept(key string) (string, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, f := range v.files {
		if f.key == key {
			_, err := os.Stat(f.file)
			return f.file, err == nil
		}
	}
	return "", false
}

// keep notes a file, and removes the oldest ones where all take too much.
func (v *viewed) keep(key, file string, size int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.files = append(v.files, viewedFile{key, file, size})
	v.total += size
	for v.total > openKept && len(v.files) > 1 {
		oldest := v.files[0]
		v.files = v.files[1:]
		v.total -= oldest.size
		_ = os.RemoveAll(filepath.Dir(oldest.file)) // else the end of the program does
	}
}

// close removes all.
func (v *viewed) close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.dir == "" {
		return nil
	}
	err := os.RemoveAll(v.dir)
	v.dir = ""
	if errors.Is(err, os.ErrPermission) { // Windows removes no read-only file that is in use
		return nil
	}
	return err
}
