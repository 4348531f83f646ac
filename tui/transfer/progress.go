package transfer

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// progress holds the counters of a transfer. The attempt writes them and Snapshot reads
// them without locks.
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

// enter begins a phase that reads toRead local bytes.
func (p *progress) enter(phase Phase, toRead int64) {
	p.toRead.Store(0)
	p.read.Store(0)
	p.phase.Store(int64(phase))
	p.entered.Store(time.Now().UnixNano())
	p.toRead.Store(toRead)
}

// start sets the size and the number of bytes that have arrived before.
func (p *progress) start(size, resumed int64) {
	p.size.Store(size)
	p.resumed.Store(resumed)
	p.done.Store(resumed)
}

// gained reports whether more bytes have arrived than after any earlier attempt.
func (p *progress) gained() bool {
	done := p.done.Load()
	return done > p.best.Swap(max(done, p.best.Load()))
}

// part returns the number of bytes that have arrived and the number that are missing.
func (p *progress) part() (there, left int64) {
	size := p.size.Load()
	there = min(p.done.Load(), size)
	return there, size - there
}

// move counts n bytes that were moved.
func (p *progress) move(n int) {
	p.done.Add(int64(n))
	p.touch(n)
}

// repair counts n bytes that were moved again.
func (p *progress) repair(n int) {
	p.repaired.Add(int64(n))
	p.touch(n)
}

// resend counts n bytes that were moved again and count as arrived.
func (p *progress) resend(n int) {
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

// restart sets why the transfer kept only kept bytes.
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

// Stall says why an active transfer does not move.
type Stall int

// The stalls.
const (
	NotStalled     Stall = iota
	StalledServer        // it answers, but moves no data
	StalledNetwork       // the server does not answer
	StalledDisk          // writes to the local disk block
)

const (
	// stallAfter is the time without a byte after which a transfer is stalled.
	stallAfter = 3 * time.Second
	// diskAfter is the duration of a write from which the disk is the cause.
	diskAfter = time.Second
	// heardWithin is the maximum age of the last message from a live server during a
	// request: the client pings after 5 s, and the pong takes time.
	heardWithin = 6 * time.Second
)

// stall returns the cause if nothing has moved for stallAfter. A wait for the rate limit
// is no stall.
func (p *progress) stall(now time.Time) Stall {
	switch Phase(p.phase.Load()) {
	case Moving, Repairing:
	case Committing:
		if !p.diskIsSlow(now) {
			return NotStalled // the server flushes the file
		}
	default:
		return NotStalled
	}
	last := max(p.lastByte.Load(), p.entered.Load(), p.released.Load())
	switch {
	case p.held.Load() > 0, now.UnixNano()-last < int64(stallAfter):
		return NotStalled
	case p.diskIsSlow(now):
		return StalledDisk
	case now.Sub(p.heard()) < heardWithin:
		return StalledServer
	default:
		return StalledNetwork
	}
}

func (p *progress) diskIsSlow(now time.Time) bool {
	return p.inDisk.Load() > 0 && now.UnixNano()-p.diskSince.Load() >= int64(diskAfter)
}

// onDisk calls do, which may block on the disk.
func (p *progress) onDisk(do func() error) error {
	if p.inDisk.Add(1) == 1 {
		p.diskSince.Store(time.Now().UnixNano())
	}
	defer p.inDisk.Add(-1)
	return do()
}

// hearer is a Server with the time of the last received message.
type hearer interface{ Heard() time.Time }

// use adds server to the connections of the transfer until done is called.
func (p *progress) use(server Server) (done func()) {
	h, ok := server.(hearer)
	if !ok {
		return func() {}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.servers == nil {
		p.servers = make(map[hearer]int)
	}
	p.servers[h]++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.servers[h]--; p.servers[h] == 0 {
			delete(p.servers, h)
		}
	}
}

// heard returns the time of the last message on a connection of the transfer.
func (p *progress) heard() (last time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for h := range p.servers {
		if t := h.Heard(); t.After(last) {
			last = t
		}
	}
	return last
}
