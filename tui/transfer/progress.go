package transfer

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// progress counts what a transfer does. The attempt writes it, Snapshot reads
// it, and neither waits for the other.
type progress struct {
	phase    atomic.Int64
	size     atomic.Int64
	done     atomic.Int64
	best     atomic.Int64 // the largest done at the end of an attempt
	resumed  atomic.Int64
	read     atomic.Int64
	toRead   atomic.Int64
	repaired atomic.Int64
	lastByte atomic.Int64 // unix nanoseconds
	why      atomic.Int64 // of Restart
	kept     atomic.Int64 // of Restart

	entered   atomic.Int64 // when the phase began, in unix nanoseconds
	held      atomic.Int64 // streams that wait because of the limit
	released  atomic.Int64 // when one of them went on, in unix nanoseconds
	inDisk    atomic.Int64 // streams that wait for the disk
	diskSince atomic.Int64 // when the first of them began to, in unix nanoseconds

	mu      sync.Mutex
	servers map[hearer]int // connections in use; guarded by mu

	moved *atomic.Int64 // of the whole queue
	limit *rate.Limiter // of the whole queue; nil: none
}

// enter begins a phase in which toRead local bytes are going to be read.
func (p *progress) enter(phase Phase, toRead int64) {
	p.toRead.Store(0)
	p.read.Store(0)
	p.phase.Store(int64(phase))
	p.entered.Store(time.Now().UnixNano())
	p.toRead.Store(toRead)
}

// start says how much of the file is there before anything moves.
func (p *progress) start(size, resumed int64) {
	p.size.Store(size)
	p.resumed.Store(resumed)
	p.done.Store(resumed)
}

// gained reports whether more of the file is there than after any attempt
// before.
func (p *progress) gained() bool {
	done := p.done.Load()
	return done > p.best.Swap(max(done, p.best.Load()))
}

// part is how many bytes of the file are there, and how many are not.
func (p *progress) part() (there, left int64) {
	size := p.size.Load()
	there = min(p.done.Load(), size)
	return there, size - there
}

// move counts n bytes of the file that went over the network.
func (p *progress) move(n int) {
	p.done.Add(int64(n))
	p.touch(n)
}

// repair counts n bytes that went over the network once more.
func (p *progress) repair(n int) {
	p.repaired.Add(int64(n))
	p.touch(n)
}

// mend counts n bytes of the file that went over the network once more.
func (p *progress) mend(n int) {
	p.repaired.Add(int64(n))
	p.move(n)
}

// streams returns how many connections are in use.
func (p *progress) streams() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.servers)
}

func (p *progress) touch(n int) {
	p.lastByte.Store(time.Now().UnixNano())
	p.moved.Add(int64(n))
}

// restart says why less was kept than was there.
func (p *progress) restart(why Reason, kept int64) {
	p.why.Store(int64(why))
	p.kept.Store(kept)
}

// fill copies the counters into t.
func (p *progress) fill(t *Transfer) {
	t.Phase = Phase(p.phase.Load())
	t.Size = p.size.Load()
	t.Done = p.done.Load()
	t.Resumed = p.resumed.Load()
	t.Read = p.read.Load()
	t.ToRead = p.toRead.Load()
	t.Repaired = p.repaired.Load()
	t.Restart = Restart{Why: Reason(p.why.Load()), Kept: p.kept.Load()}
	if last := p.lastByte.Load(); last != 0 {
		t.LastByte = time.Unix(0, last)
	}
}
