package daemon

import (
	"io"
	"time"
)

// body carries the data frames of a request from the goroutine that reads them
// to the one that uses them, without copying: a payload changes hands, and its
// buffer comes back for another frame.
type body struct {
	frames chan []byte // filled; closed at the end mark or the cut
	spare  chan []byte // used up
	short  bool        // cut before the end mark; set before frames is closed
	gone   <-chan struct{}
	wait   func()        // called again and again while a payload is not taken
	every  time.Duration // how often
}

// reassurance is well below the 15 s after which a client takes a silent line
// for a dead one.
const reassurance = 4 * time.Second

// bodyAhead is how many frames wait to be used: reading and decrypting the
// next one overlaps with hashing and writing this one.
const bodyAhead = 2

// newBody makes one whose user is gone when gone is closed, and which calls
// wait while a user is slow.
func newBody(gone <-chan struct{}, wait func()) *body {
	return &body{
		gone:   gone,
		wait:   wait,
		every:  reassurance,
		frames: make(chan []byte, bodyAhead),
		spare:  make(chan []byte, bodyAhead+2),
	}
}

// add takes over a payload and returns a buffer for the next, or nil. It waits
// while too many are unused: that is what slows a client down.
func (b *body) add(payload []byte) []byte {
	select {
	case b.frames <- payload:
	default:
		if !b.addSlowly(payload) {
			return payload
		}
	}
	select {
	case spare := <-b.spare:
		return spare
	default:
		return nil
	}
}

// addSlowly waits for a place, and reports whether there was one in the end.
func (b *body) addSlowly(payload []byte) bool {
	slow := time.NewTicker(b.every)
	defer slow.Stop()
	for {
		select {
		case b.frames <- payload:
			return true
		case <-b.gone:
			return false
		case <-slow.C:
			b.wait()
		}
	}
}

// end is the end mark.
func (b *body) end() { close(b.frames) }

// cut is the end of the connection.
func (b *body) cut() {
	b.short = true
	close(b.frames)
}

// WriteTo writes the body to w as it comes. When w fails the rest waits for
// drain. A body cut short is io.ErrUnexpectedEOF; what came is written.
func (b *body) WriteTo(w io.Writer) (int64, error) {
	var written int64
	for payload := range b.frames {
		n, err := w.Write(payload)
		written += int64(n)
		b.recycle(payload)
		if err != nil {
			return written, err
		}
	}
	if b.short {
		return written, io.ErrUnexpectedEOF
	}
	return written, nil
}

// drain drops what is left, up to the end mark.
func (b *body) drain() {
	for payload := range b.frames {
		b.recycle(payload)
	}
}

func (b *body) recycle(payload []byte) {
	select {
	case b.spare <- payload[:0]:
	default:
	}
}
