package wire

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// bufferSize is how much a Conn gathers before it asks the network, in bytes.
const bufferSize = 64 << 10

// Timeouts are how long a Conn waits for its peer. Zero means no limit of that kind.
type Timeouts struct {
	Idle  time.Duration // for a frame to begin
	Stall time.Duration // for a frame that has begun to be whole
	Write time.Duration // for one frame to be taken
}

// Conn sends and receives frames over a stream. One goroutine may read while
// any number write; each frame is written whole. Frames are gathered and leave
// at Flush, so that many small ones share a packet. After an error on either
// side the stream is of no more use: close it.
type Conn struct {
	raw   net.Conn
	limit atomic.Uint32

	// The reading side, of one goroutine.
	r        *bufio.Reader
	buf      []byte
	timeouts Timeouts

	clock sync.Mutex // guards until and every setting of the read deadline
	until time.Time  // absolute end of reading, or zero

	mu sync.Mutex // guards the writing side
	w  *bufio.Writer
}

// NewConn frames raw, which it owns from now on. The limit of a frame is
// MaxFrameBeforeLogin until Open is called.
func NewConn(raw net.Conn, t Timeouts) *Conn {
	c := &Conn{
		raw:      raw,
		r:        bufio.NewReaderSize(raw, bufferSize),
		w:        bufio.NewWriterSize(raw, bufferSize),
		timeouts: t,
	}
	c.limit.Store(MaxFrameBeforeLogin)
	return c
}

// Open lifts the limit of a frame to limit bytes, at most MaxFrame: the peer
// is known now.
func (c *Conn) Open(limit int64) {
	c.limit.Store(uint32(min(max(limit, MaxFrameBeforeLogin), MaxFrame)))
}

// Until ends all reading at t, whatever arrives, also a read that is under way
// in another goroutine; the zero time lifts that.
func (c *Conn) Until(t time.Time) error {
	c.clock.Lock()
	defer c.clock.Unlock()
	c.until = t
	return c.raw.SetReadDeadline(c.deadline(c.timeouts.Idle))
}

// Idle changes how long the next reads wait for a frame to begin. It belongs
// to the goroutine that reads.
func (c *Conn) Idle(d time.Duration) {
	c.clock.Lock()
	defer c.clock.Unlock()
	c.timeouts.Idle = d
}

// Keep leaves the last payload to its reader for good; the next frame is read
// into spare, which may be nil.
func (c *Conn) Keep(spare []byte) { c.buf = spare }

// ReadFrame returns the next frame, whose payload is good until the next call.
// It is io.EOF when the peer ended the stream between two frames, wraps
// os.ErrDeadlineExceeded when the peer took too long, and ErrFrameLength or
// ErrFrameKind when what came is no frame.
func (c *Conn) ReadFrame() (Frame, error) {
	if c.r.Buffered() == 0 {
		if err := c.arm(false); err != nil {
			return Frame{}, err
		}
		if _, err := c.r.Peek(1); err != nil {
			return Frame{}, err
		}
	}
	if err := c.arm(true); err != nil {
		return Frame{}, err
	}
	f, buf, err := readFrame(c.r, c.limit.Load(), c.buf)
	c.buf = buf
	return f, err
}

// arm sets the deadline for a frame to begin, or to end once it has begun.
func (c *Conn) arm(begun bool) error {
	c.clock.Lock()
	defer c.clock.Unlock()
	if begun {
		return c.raw.SetReadDeadline(c.deadline(c.timeouts.Stall))
	}
	return c.raw.SetReadDeadline(c.deadline(c.timeouts.Idle))
}

// deadline is d from now, or the absolute end if that is sooner. The caller
// holds clock.
func (c *Conn) deadline(d time.Duration) time.Time {
	var t time.Time
	if d > 0 {
		t = time.Now().Add(d)
	}
	if !c.until.IsZero() && (t.IsZero() || t.After(c.until)) {
		t = c.until
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
	if err := c.setWriteDeadline(); err != nil {
		return err
	}
	var header [HeaderSize]byte
	if _, err := c.w.Write(AppendHeader(header[:0], kind, len(payload))); err != nil {
		return err
	}
	_, err := c.w.Write(payload)
	return err
}

// Flush sends what was written.
func (c *Conn) Flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.w.Buffered() == 0 {
		return nil
	}
	if err := c.setWriteDeadline(); err != nil {
		return err
	}
	return c.w.Flush()
}

func (c *Conn) setWriteDeadline() error {
	if c.timeouts.Write <= 0 {
		return nil
	}
	return c.raw.SetWriteDeadline(time.Now().Add(c.timeouts.Write))
}

// WriteMessage writes v as the JSON of one frame of the given kind.
func (c *Conn) WriteMessage(kind Kind, v any) error {
	payload, err := json.Marshal(v)
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
