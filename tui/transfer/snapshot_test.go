package transfer

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/wire"
)

// What an earlier run has moved is there as soon as it is continued, and the sum
// of what is there and what is left is the whole at any time.
func TestThereOfWhatIsContinued(t *testing.T) {
	const size = 3 * wire.BlockSize
	m, target := newMemory(), filepath.Join(t.TempDir(), "f")
	m.set("/f", random(size))
	m.cutGet = []int64{2*wire.BlockSize + 1}
	j := openJournal(t, t.TempDir())
	q := start(t, m, withJournal(j), func(o *Options) { o.Dial = oneDial(m) })
	q.Add(Job{Local: target, Remote: "/f"})
	until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	g := newGate("get")
	m.before = g.before
	defer g.release()
	q = start(t, m, withJournal(j))
	wantPart := func(s Snapshot) {
		t.Helper()
		if s.Moved != 0 || s.BytesDone < 2*wire.BlockSize || s.BytesDone+s.BytesRemaining != size || s.BytesDone != s.Transfers[0].Done || s.Done != 0 {
			t.Errorf("snapshot is %+v", s)
		}
	}
	q.Continue(wantUnfinished(t, j, "/f")...)
	<-g.held // it has begun
	wantPart(q.Snapshot())
	id := q.Snapshot().Transfers[0].ID
	q.Pause(id)
	if s := q.Snapshot(); s.BytesDone != 0 || s.BytesRemaining != 0 {
		t.Errorf("paused, the snapshot is %+v", s)
	}
	q.Resume(id)
	wantPart(q.Snapshot())
	g.release()
	if s := settle(t, q); s.BytesDone != 0 || s.BytesRemaining != 0 || s.Done != size || s.Moved >= size {
		t.Errorf("at the end the snapshot is %+v", s)
	}
}

func TestThereOfAFolder(t *testing.T) {
	m, g := newMemory(), newGate("get")
	m.before = g.before
	defer g.release()
	grow(m, "/x", 8, 1000)
	q := start(t, m)
	target := filepath.Join(t.TempDir(), "x")
	if err := os.Mkdir(target, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(target, "0"), random(1000)) // the same as there
	q.Add(Job{Folder: true, Local: target, Remote: "/x", IfExists: Resume})
	s := q.Snapshot()
	for end := time.Now().Add(20 * time.Second); s.BytesDone == 0 || s.BytesRemaining != 7000; s = q.Snapshot() {
		if time.Now().After(end) {
			t.Fatalf("snapshot is %+v", s)
		}
		time.Sleep(time.Millisecond) // the end of a file within a folder is not told
	}
	if tr := s.Transfers[0]; s.Done != 0 || tr.Done != s.BytesDone {
		t.Errorf("snapshot is %+v", s)
	}
	g.release()
	if s := settle(t, q); s.BytesDone != 0 || s.BytesRemaining != 0 || s.Done != 8000 {
		t.Errorf("at the end the snapshot is %+v", s)
	}
}
