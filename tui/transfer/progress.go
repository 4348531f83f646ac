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

// Stall says who is to blame when an active transfer does not move.
type Stall int

// The stalls.
const (
	NotStalled     Stall = iota
	StalledServer        // it answers, but sends or takes nothing
	StalledNetwork       // nothing at all is heard of the server
	StalledDisk          // the disk of this machine takes nothing
)

const (
	// stallAfter is how long nothing moves before somebody is to blame.
	stallAfter = 3 * time.Second
	// diskAfter is how long a write takes before it is the disk that is slow.
	diskAfter = time.Second
	// heardWithin is how long ago a server that lives was heard at most, while
	// something is awaited of it: it is pinged after 5 s, and the pong has a way.
	heardWithin = 6 * time.Second
)

// stall blames somebody when nothing moved for stallAfter. Waiting because of
// the rate that the user has set is nobody's fault.
func (p *progress) stall(now time.Time) Stall {
	switch Phase(p.phase.Load()) {
	case Moving, Repairing:
	case Committing:
		if !p.diskIsSlow(now) {
			return NotStalled // the server makes it durable
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

// onDisk does something that waits for the disk.
func (p *progress) onDisk(do func() error) error {
	if p.inDisk.Add(1) == 1 {
		p.diskSince.Store(time.Now().UnixNano())
	}
	defer p.inDisk.Add(-1)
	return do()
}

// hearer is a Server that tells when the other side last said anything.
type hearer interface{ Heard() time.Time }

// use notes that server is a connection of this transfer until done is called.
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

// heard is when the server last said anything on a connection of the transfer.
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
