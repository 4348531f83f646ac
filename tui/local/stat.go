package local

import (
	"context"
	"os"
	"sync"
)

// statAll reads the sizes and dates of the entries of s with indexes in [from, to),
// maxStats at once, until all are known or ctx ends. Calls that are blocked then
// continue in the background, and s keeps their results.
func (f *Folders) statAll(ctx context.Context, s *snapshot, from, to int) {
	s.mu.Lock()
	var due []int
	for i := from; i < to; i++ {
		if !s.known[i] {
			due = append(due, i)
		}
	}
	s.mu.Unlock()
	if len(due) == 0 {
		return
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(maxStats, len(due)) {
		workers.Go(func() {
			for i := range next {
				f.statOne(s, i)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, i := range due {
			select {
			case next <- i:
				continue
			case <-ctx.Done():
			}
			break
		}
		close(next)
		workers.Wait()
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// statOne reads the size and date of one entry, of the target of a link. For a broken
// link it reads those of the link, so that the user can see and remove it.
func (f *Folders) statOne(s *snapshot, i int) {
	path := Host(Join(s.folder, s.entries[i].Name)) // names do not change, so no lock is needed
	info, err := f.stat(path)
	if err != nil {
		info, err = os.Lstat(path)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[i] {
		return
	}
	s.known[i] = true
	s.missing--
	if err != nil {
		return
	}
	e := &s.entries[i]
	e.Size, e.ModTime, e.IsDir = info.Size(), info.ModTime(), info.IsDir()
	if e.IsDir {
		e.Size = -1
	}
}
