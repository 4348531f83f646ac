package transfer

import (
	"sync"

	"wangpan/wire/durable"
)

// folderSyncs flushes folders. Callers that arrive during a flush of a folder share the
// next one, so that thousands of small files need few flushes.
type folderSyncs struct {
	mu     sync.Mutex // guards rounds
	rounds map[string]*syncRounds
}

// syncRounds are the flushes of one folder.
type syncRounds struct {
	running *syncRound
	next    *syncRound
}

type syncRound struct {
	done chan struct{}
	err  error // once done is closed
}

// sync returns when the current names in folder are on the disk.
func (s *folderSyncs) sync(folder string) error {
	s.mu.Lock()
	if s.rounds == nil {
		s.rounds = make(map[string]*syncRounds)
	}
	r := s.rounds[folder]
	if r == nil {
		r = new(syncRounds)
		s.rounds[folder] = r
	}
	mine, lead := r.next, r.next == nil
	if lead {
		mine = &syncRound{done: make(chan struct{})}
		r.next = mine
	}
	before := r.running
	s.mu.Unlock()
	if !lead {
		<-mine.done
		return mine.err
	}
	if before != nil {
		<-before.done
	}
	s.mu.Lock()
	r.running, r.next = mine, nil // later callers need another flush
	s.mu.Unlock()
	mine.err = durable.SyncFolder(folder)
	s.mu.Lock()
	if r.running = nil; r.next == nil {
		delete(s.rounds, folder)
	}
	s.mu.Unlock()
	close(mine.done)
	return mine.err
}
