package wire

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// writers are buffers of frames that wait for a Flush.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}

// Timeouts are how long a Conn waits for its peer. Zero means no limit of that kind.
type Timeouts struct {
	Idle  time.Duration // for a frame to begin
	Stall time.Duration // for the next byte of a frame that has begun; 20 times that for all of it
	Write time.Duration // for one frame to be taken
}

// Conn sends and receives frames over a stream. One goroutine may read while
// any number write; each frame is written whole. Frames are gathered and leave
// at Flush, so that many small ones share a packet. After an error on either
// side the stream is of no more use: close it.
//
// A Conn holds memory only for frames that are under way: while it waits for
// one to begin it has no read buffer, and after Flush no write buffer.
type Conn struct {
	raw   net.Conn
	limit atomic.Uint32

	// The reading side, of one goroutine.
	reader   reader
	messages int           // bytes of the longest message or event
	spent    time.Duration // waiting for the open data frame
	timeouts Timeouts

	clock sync.Mutex // guards what follows and every setting of the read deadline
	until time.Time  // absolute end of reading, or zero
	begun time.Time  // when the frame that is being read began, or zero

	mu   sync.Mutex    // guards the writing side
	w    *bufio.Writer // nil when nothing waits for a Flush
	last bool          // WriteLast was called
}

// NewConn frames raw, which it owns from now on. The limit of a frame is
// MaxFrameBeforeLogin until Open is called.
func NewConn(raw net.Conn, t Timeouts) *Conn {
	c := &Conn{raw: raw, messages: MaxFrame, timeouts: t}
	c.reader.in.source = &patient{c}
	c.limit.Store(MaxFrameBeforeLogin)
	return c
}

// Open lifts the limit of a frame to limit bytes, at most MaxFrame: the peer
// is authenticated.
func (c *Conn) Open(limit int64) {
	c.limit.Store(uint32(min(max(limit, MaxFrameBeforeLogin), MaxFrame)))
}

// Restrict bounds what frames of the peer take in memory: messages and events
// by a limit of their own, in bytes, and data frames by a budget that they share
// with those of other connections. It must be called before the first ReadFrame.
func (c *Conn) Restrict(messages int, bodies *Budget) {
	c.messages, c.reader.in.budget = messages, bodies
}

// Until ends all reading at t, including a read that another goroutine is blocked in. The
// zero time removes the limit.
func (c *Conn) Until(t time.Time) error {
	c.clock.Lock()
	defer c.clock.Unlock()
	c.until = t
	return c.raw.SetReadDeadline(c.deadline())
}

// Idle changes how long the next reads wait for a frame to begin. It belongs
// to the goroutine that reads.
func (c *Conn) Idle(d time.Duration) {
	c.clock.Lock()
	defer c.clock.Unlock()
	c.timeouts.Idle = d
}

// Take transfers the last payload to the caller, who must release it.
func (c *Conn) Take() *Buffer { return c.reader.take() }

// EndRead releases the memory of the reading side; nothing is read after it. It
// belongs to the goroutine that reads.
func (c *Conn) EndRead() {
	c.reader.release()
	c.reader.in.release()
}

// ReadFrame returns the next frame, whose payload is valid until the next call.
// A data frame of more than PartSize bytes comes in parts, each as if it were a
// frame; parts may be shorter. The error is io.EOF when the peer ended the stream
// between two frames, wraps os.ErrDeadlineExceeded when the peer took too long,
// and ErrFrameLength or ErrFrameKind when what came is no frame.
func (c *Conn) ReadFrame() (Frame, error) {
	c.reader.release()
	if c.reader.rest == 0 {
		c.spent = 0
		c.frame(time.Time{})
		if err := c.reader.in.fill(); err != nil {
			return Frame{}, err
		}
	}
	begun := time.Now().Add(-c.spent) // between parts the peer is not waited for
	c.frame(begun)
	f, err := c.reader.read(limits{frame: int(c.limit.Load()), message: c.messages})
	c.reader.kind.Store(0)
	if c.reader.rest > 0 {
		c.spent = time.Since(begun)
	}
	return f, err
}

// Receiving returns the kind of the frame whose header has arrived and whose
// payload ReadFrame is reading, or 0. It may be called from any goroutine.
func (c *Conn) Receiving() Kind { return Kind(c.reader.kind.Load()) } //nolint:gosec // it was a byte

// frame records when the frame that is being read began; zero: it has not begun.
func (c *Conn) frame(begun time.Time) {
	c.clock.Lock()
	defer c.clock.Unlock()
	c.begun = begun
}

// patient is a reader of the stream that sets the deadline before each read; see arm.
type patient struct{ c *Conn }

func (p *patient) Read(b []byte) (int, error) {
	if err := p.c.arm(); err != nil {
		return 0, err
	}
	return p.c.raw.Read(b)
}

// arm sets the deadline of the next read.
func (c *Conn) arm() error {
	c.clock.Lock()
	defer c.clock.Unlock()
	return c.raw.SetReadDeadline(c.deadline())
}

// frameTotal is how many times Stall a whole frame may take. A line of 1 KB/s
// gets 256 KiB through within 20 times 30 s, and a peer that sends a byte now
// and then does not hold a connection for ever.
const frameTotal = 20

// deadline returns when the next byte must arrive, of a new frame or of the one that has
// begun. The caller holds clock.
func (c *Conn) deadline() time.Time {
	now := time.Now()
	var t time.Time
	sooner := func(at time.Time) {
		if t.IsZero() || at.Before(t) {
			t = at
		}
	}
	if c.begun.IsZero() {
		if c.timeouts.Idle > 0 {
			sooner(now.Add(c.timeouts.Idle))
		}
	} else if c.timeouts.Stall > 0 {
		sooner(now.Add(c.timeouts.Stall))
		sooner(c.begun.Add(frameTotal * c.timeouts.Stall))
	}
	if !c.until.IsZero() {
		sooner(c.until)
	}
	return t
}

// WriteFrame adds one frame to what Flush sends; a large one leaves at once.
func (c *Conn) WriteFrame(kind Kind, payload []byte) error {
	if len(payload) >= MaxFrame {
		return ErrFrameLength
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last {
		return ErrWriteAfterLast
	}
	return c.writeFrame(kind, payload)
}

// ErrWriteAfterLast means that WriteLast has ended the writing side.
var ErrWriteAfterLast = errors.New("the last frame was written")

// WriteLast writes and flushes a message after which no frame can be written.
func (c *Conn) WriteLast(kind Kind, v any) error {
	payload, err := Marshal(v)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last {
		return ErrWriteAfterLast
	}
	c.last = true
	if err := c.writeFrame(kind, payload); err != nil {
		return err
	}
	return c.w.Flush()
}

// writeFrame adds one frame to the buffer. The caller holds mu.
func (c *Conn) writeFrame(kind Kind, payload []byte) error {
	if err := c.setWriteDeadline(); err != nil {
		return err
	}
	if c.w == nil {
		c.w = writers.Get().(*bufio.Writer)
		c.w.Reset(c.raw)
	}
	if _, err := c.w.Write(AppendHeader(c.w.AvailableBuffer(), kind, len(payload))); err != nil {
		return err
	}
	_, err := c.w.Write(payload)
	return err
}

// Flush sends what was written.
func (c *Conn) Flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.w == nil {
		return nil
	}
	if err := c.setWriteDeadline(); err != nil {
		return err
	}
	if err := c.w.Flush(); err != nil {
		return err // the writer keeps it, so that nothing more is sent
	}
	c.w.Reset(nil)
	writers.Put(c.w)
	c.w = nil
	return nil
}

func (c *Conn) setWriteDeadline() error {
	if c.timeouts.Write <= 0 {
		return nil
	}
	return c.raw.SetWriteDeadline(time.Now().Add(c.timeouts.Write))
}

// WriteMessage writes v as the JSON of one frame of the given kind.
func (c *Conn) WriteMessage(kind Kind, v any) error {
	payload, err := Marshal(v)
	if err != nil {
		return err
	}
	return c.WriteFrame(kind, payload)
}

// WriteBody writes everything that r has as data frames, without the end mark,
// and returns how many bytes that were. buf holds one frame at a time.
func (c *Conn) WriteBody(r io.Reader, buf []byte) (int64, error) {
	var sent int64
	for {
		n, err := readFull(r, buf)
		if n > 0 {
			if werr := c.WriteFrame(KindData, buf[:n]); werr != nil {
				return sent, werr
			}
			sent += int64(n)
		}
		switch {
		case errors.Is(err, io.EOF):
			return sent, nil
		case err != nil:
			return sent, &BodyError{err}
		}
	}
}

// readFull fills buf. Unlike io.ReadFull it leaves the error of r alone, so
// that an end is not mistaken for an io.ErrUnexpectedEOF of r itself, which
// says that r was cut.
func readFull(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = r.Read(buf[n:])
		n += m
	}
	return n, err
}

// WriteEndMark ends a body.
func (c *Conn) WriteEndMark() error { return c.WriteFrame(KindData, nil) }

// BodyError is a failure of the source of a body: the connection is still good.
type BodyError struct{ Err error }

func (e *BodyError) Error() string { return "read the body: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *BodyError) Unwrap() error { return e.Err }

// Close ends the stream at once, in both directions, without a Flush.
func (c *Conn) Close() error { return c.raw.Close() }

// RemoteAddr is the peer's address.
func (c *Conn) RemoteAddr() net.Addr { return c.raw.RemoteAddr() }

// TimedOut reports whether err is a peer that took too long.
func TimedOut(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
