package transfer

import "time"

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
