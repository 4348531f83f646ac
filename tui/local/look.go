package local

import (
	"context"
	"os"
	"sync"
)

// lookAt looks at the entries of s from one index to another, several at once,
// until all are known or ctx ends. What is under way then goes on, and what it
// finds out is kept.
func (f *Folders) lookAt(ctx context.Context, s *snapshot, from, to int) {
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
	var looking sync.WaitGroup
	for range min(lookers, len(due)) {
		looking.Go(func() {
			for i := range next {
				f.learn(s, i)
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
		looking.Wait()
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// learn looks at one entry. A link that leads nowhere is shown as it is: who
// sees it can remove it.
func (f *Folders) learn(s *snapshot, i int) {
	path := Host(Join(s.folder, s.entries[i].Name)) // names are never written again
	info, err := f.look(path)
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
