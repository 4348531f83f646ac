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
	firstPage = 256  // entries of the first page: more than a screen, and fast to read
	nextPage  = 4096 // entries of a further page: as many as a server sends

	// statTimeout is how long a page waits for sizes and dates. After that, the page
	// contains names without them, so that the screen is not empty.
	statTimeout = 120 * time.Millisecond

	// maxStats is how many stat calls run at once. On a network file system most of
	// their time is waiting.
	maxStats = 16
)

// Folders lists the folders that one pane shows, one after the other. It caches the
// folder that it listed last. It is safe for concurrent use.
type Folders struct {
	stat        func(string) (fs.FileInfo, error) // os.Stat, except in tests
	first, next int                               // entries of the first page and of a further one

	mu      sync.Mutex
	current *snapshot // the folder listed last
	settled bool      // Settle has completed current, and no listing has returned that yet
}

// NewFolders returns a Folders that has listed nothing.
func NewFolders() *Folders { return &Folders{stat: os.Stat, first: firstPage, next: nextPage} }

// snapshot contains the entries of a folder at one time. Their sizes and dates are filled
// in later.
type snapshot struct {
	folder  wire.Path
	mu      sync.Mutex   // guards the following fields; names and number of entries do not change
	entries []wire.Entry // in the byte order of their names
	known   []bool       // whether the size and date of each entry are known
	missing int          // the number of entries for which they are not
}

// List returns a page of a folder: the entries with names after the given one, in the
// byte order of the names. A blank name means the first page. A size that is not known
// yet is negative and its date zero. incomplete is true on the last page when such
// entries exist; then [Folders.Settle] reads them. List returns when ctx ends, even if
// the disk does not answer.
func (f *Folders) List(ctx context.Context, folder wire.Path, after wire.Name) (listing wire.Listing, incomplete bool, err error) {
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
	waiting, cancel := context.WithTimeout(ctx, statTimeout)
	defer cancel()
	f.statAll(waiting, s, from, to)
	if err := ctx.Err(); err != nil {
		return wire.Listing{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	page := slices.Clone(s.entries[from:to])
	return wire.Listing{Entries: page, More: to < len(s.entries)}, to == len(s.entries) && s.missing > 0, nil
}

// All returns all entries of a folder at once. incomplete has the meaning that it has for
// List.
func (f *Folders) All(ctx context.Context, folder wire.Path) (entries []wire.Entry, incomplete bool, err error) {
	s, err := f.snapshot(ctx, folder, true)
	if err != nil {
		return nil, false, err
	}
	waiting, cancel := context.WithTimeout(ctx, statTimeout)
	defer cancel()
	f.statAll(waiting, s, 0, len(s.entries))
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.entries), s.missing > 0, nil
}

// Settle reads the missing sizes and dates of the folder listed last. The next listing of
// that folder returns them. The only error is that of ctx.
func (f *Folders) Settle(ctx context.Context) error {
	f.mu.Lock()
	s := f.current
	f.mu.Unlock()
	if s == nil {
		return nil
	}
	f.statAll(ctx, s, 0, len(s.entries))
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settled = f.current == s
	return nil
}

// snapshot returns the entries of a folder. For the first page it reads the folder; for
// further pages it returns the same entries again.
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
		s.reuse(before, settled)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current, f.settled = s, false
	return s, nil
}

// read reads the names in a folder. It returns when ctx ends; if the disk never answers,
// one goroutine stays blocked.
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

// reuse copies the sizes and dates of an earlier snapshot of the same folder. Old values
// are better than none, but count as known only after Settle: on a slow disk, reading
// them again for every listing would never end.
func (s *snapshot) reuse(before *snapshot, settled bool) {
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
