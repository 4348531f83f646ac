package storage

import (
	"io/fs"
	"os"
	"time"
)

// patrolEvery is how often watched folders are looked at. What the system tells
// by itself comes at once; this finds the rest: a folder that was moved with one
// above it, a folder that came back, and everything where the system tells
// nothing. With so many folders that it takes more than a tenth of the time it
// is done less often.
const patrolEvery = time.Second

// patrol looks at every watched folder once in a while.
func (w *watches) patrol() {
	tick := time.NewTicker(patrolEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-w.moves:
		case <-w.end:
			return
		}
		began := time.Now()
		w.look()
		select {
		case <-time.After(9 * time.Since(began)):
		case <-w.end:
			return
		}
	}
}

func (w *watches) look() {
	w.mu.Lock()
	all := make([]*watch, 0, len(w.byHost))
	for _, one := range w.byHost {
		one.share() // it may end while it is looked at
		all = append(all, one)
	}
	w.mu.Unlock()
	for _, one := range all {
		now, err := one.folderAt(one.path)
		if err != nil {
			now = nil
		}
		w.seen(one, now)
		_ = one.release() // folders that were only read
	}
}

// seen tells of a folder that is not what it was, unless the system has told of
// it. Of one that has taken the place of another, the system is asked anew.
func (w *watches) seen(one *watch, now fs.FileInfo) {
	w.asking.Lock()
	defer w.asking.Unlock()
	w.mu.Lock()
	was, heard, over := one.was, one.heard, w.closed || len(one.tell) == 0
	one.was, one.heard = now, false
	w.mu.Unlock()
	same := was != nil && now != nil && os.SameFile(was, now)
	switch {
	case over, was == nil && now == nil:
		return
	case same && (versionOf(was) == versionOf(now) || heard && one.asked):
		return
	case !same:
		w.unask(one)
		if now != nil {
			w.ask(one)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	one.told()
}
