package daemon

import (
	"io"
	"runtime"
	"time"

	"wangpan/wire"
)

// body carries the data frames of a request from the goroutine that reads them
// to the one that uses them, without copying: each payload is taken over with
// its buffer, and released by its user.
type body struct {
	frames chan *wire.Buffer // closed at the end mark or the cut
	short  bool              // cut before the end mark; set before frames is closed
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
		frames: make(chan *wire.Buffer, bodyAhead),
	}
}

// add hands over a payload. It waits while too many are unused: that is what
// slows a client down.
func (b *body) add(payload *wire.Buffer) {
	select {
	case b.frames <- payload:
	default:
		b.addSlowly(payload)
	}
}

// addSlowly waits until the user takes a payload, or is gone.
func (b *body) addSlowly(payload *wire.Buffer) {
	slow := time.NewTicker(b.every)
	defer slow.Stop()
	for {
		select {
		case b.frames <- payload:
			return
		case <-b.gone:
			payload.Release()
			return
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
		n, err := w.Write(payload.Bytes)
		written += int64(n)
		payload.Release()
		runtime.Gosched() // small requests of others go first
		if err != nil {
			return written, err
		}
	}
	if b.short {
		return written, io.ErrUnexpectedEOF
	}
	return written, nil
}

// drain drops the rest of the body, up to the end mark. A nil body has none.
func (b *body) drain() {
	if b == nil {
		return
	}
	for payload := range b.frames {
		payload.Release()
	}
}
