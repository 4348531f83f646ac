package local

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"sort"
	"sync"
	"time"

	"wangpan/wire"
)

const (
	firstPage = 256  // entries: more than a screen, and there at once
	nextPage  = 4096 // as large as a server's

	// patience is how long a page waits for sizes and dates. Names alone are
	// better than a screen that stays empty.
	patience = 120 * time.Millisecond

	// lookers is how many files are looked at together: on a network file
	// system it is the waiting that takes long.
	lookers = 16
)

// Folders lists the folders that one pane shows, one after the other. It may be
// used by several goroutines.
type Folders struct {
	look        func(string) (fs.FileInfo, error) // at what is behind a path, links followed
	first, next int                               // entries of the first page, and of those that follow

	mu      sync.Mutex
	current *snapshot // of the folder listed last
	settled bool      // all of it was looked at since, and is not shown yet
}

// NewFolders returns a Folders that has listed nothing.
func NewFolders() *Folders { return &Folders{look: os.Stat, first: firstPage, next: nextPage} }

// snapshot is what a folder held when it was read.
type snapshot struct {
	folder  wire.Path
	mu      sync.Mutex
	entries []wire.Entry // in the byte order of their names
	known   []bool       // which of them have been looked at
	missing int          // how many have not
}

// List returns a page of a folder: what stands behind the name after, in the
// byte order of the names, from the beginning when that is blank. Sizes that
// are not known yet are negative and dates zero; then late is true, and
// [Folders.Settle] gets them. It returns when ctx ends, even when the disk does
// not answer.
func (f *Folders) List(ctx context.Context, folder wire.Path, after wire.Name) (listing wire.Listing, late bool, err error) {
	s, err := f.snapshot(ctx, folder, after == "")
	if err != nil {
		return wire.Listing{}, false, err
	}
	size := f.next
	if after == "" {
		size = f.first
	}
	from := sort.Search(len(s.entries), func(i int) bool { return s.entries[i].Name > after })
	to := min(from+size, len(s.entries))
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	f.lookAt(waiting, s, from, to)
	if err := ctx.Err(); err != nil {
		return wire.Listing{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	page := slices.Clone(s.entries[from:to])
	return wire.Listing{Entries: page, More: to < len(s.entries)}, to == len(s.entries) && s.missing > 0, nil
}

// All returns everything in a folder at once, as List does page after page.
func (f *Folders) All(ctx context.Context, folder wire.Path) (entries []wire.Entry, late bool, err error) {
	s, err := f.snapshot(ctx, folder, true)
	if err != nil {
		return nil, false, err
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	f.lookAt(waiting, s, 0, len(s.entries))
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.entries), s.missing > 0, nil
}

// Settle looks at everything of the folder listed last that has not been looked
// at. The next listing of that folder shows it. An error means that ctx ended.
func (f *Folders) Settle(ctx context.Context) error {
	f.mu.Lock()
	s := f.current
	f.mu.Unlock()
	if s == nil {
		return nil
	}
	f.lookAt(ctx, s, 0, len(s.entries))
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settled = f.current == s
	return nil
}

// snapshot returns what the folder holds: read anew for its first page, as it
// was then for the pages that follow.
func (f *Folders) snapshot(ctx context.Context, folder wire.Path, first bool) (*snapshot, error) {
	f.mu.Lock()
	before, settled := f.current, f.settled
	f.mu.Unlock()
	same := before != nil && before.folder == folder
	if same && !first {
		return before, nil
	}
	s, err := read(ctx, folder)
	if err != nil {
		return nil, err
	}
	if same {
		s.recall(before, settled)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current, f.settled = s, false
	return s, nil
}

// read reads the names in a folder. A disk that never answers keeps one
// goroutine for ever, and nobody who waits.
func read(ctx context.Context, folder wire.Path) (*snapshot, error) {
	if entries, ok := drives(folder); ok {
		return &snapshot{folder: folder, entries: entries, known: slices.Repeat([]bool{true}, len(entries))}, nil
	}
	type result struct {
		entries []fs.DirEntry
		err     error
	}
	done := make(chan result, 1)
	go func() {
		entries, err := os.ReadDir(Host(folder))
		done <- result{entries, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-done:
		if r.err != nil {
			return nil, r.err
		}
		s := &snapshot{folder: folder, known: make([]bool, len(r.entries)), missing: len(r.entries)}
		s.entries = make([]wire.Entry, len(r.entries))
		for i, e := range r.entries {
			s.entries[i] = wire.Entry{Name: wire.Name(e.Name()), Size: -1, IsDir: e.IsDir()}
		}
		return s, nil
	}
}

// recall takes over what was known of the folder before. A size that is a
// second old is better than none; where all was looked at just now, that will
// do, or a slow disk would never be shown whole.
func (s *snapshot) recall(before *snapshot, settled bool) {
	before.mu.Lock()
	defer before.mu.Unlock()
	i := 0
	for j := range s.entries {
		e := &s.entries[j]
		for i < len(before.entries) && before.entries[i].Name < e.Name {
			i++
		}
		if i < len(before.entries) && before.entries[i].Name == e.Name && before.entries[i].IsDir == e.IsDir {
			*e = before.entries[i]
			if s.known[j] = settled && before.known[i]; s.known[j] {
				s.missing--
			}
		}
	}
}
