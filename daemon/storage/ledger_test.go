package storage

import (
	"sync/atomic"
	"testing"

	"wangpan/wire"
)

// What becomes a file counts all the while, as an upload or as a file: there is
// no moment at which another one finds room.
func TestArrivalsAlwaysCount(t *testing.T) {
	const size, rounds = 10, 1_000_000
	l := &ledger{limit: room{size, 1}, staged: make(map[wire.UploadID]room)}
	var full atomic.Int64 // odd while size bytes are taken
	over := make(chan struct{})
	go func() {
		defer close(over)
		for range rounds {
			if l.reserve("one", room{size, 1}) != nil {
				continue // the other has it
			}
			full.Add(1)
			l.arrive("one", sum{bytes: size, files: 1})
			full.Add(1)
			l.move(sum{bytes: -size, files: -1})
		}
	}()
	for {
		before := full.Load()
		err := l.reserve("other", room{1, 0})
		if before%4 == 1 {
			err = l.reserve("other", room{0, 1})
		}
		if err == nil && before%2 == 1 && full.Load() == before {
			t.Fatal("there was room for more than the limit")
		}
		l.release("other")
		select {
		case <-over:
			return
		default:
		}
	}
}
