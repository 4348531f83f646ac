package wire

import (
	"encoding/binary"
	"fmt"
	"sync/atomic"
)

// limits bound the frames that a peer may send, in bytes as lengths count them.
type limits struct {
	frame   int // of any kind
	message int // messages and events, which have to be in memory as a whole
}

// reader reads frames from a stream. Memory follows the bytes that arrive: a
// declared length alone takes at most growStep bytes. A data frame is returned
// in parts, so that it takes the memory of one part.
type reader struct {
	in     lookahead
	kind   atomic.Uint32 // of the frame that is being read, once its header has arrived
	buffer *Buffer       // holds the last payload; nil when that lies in the lookahead, or was taken
	last   []byte        // payload
	rest   int           // bytes of the open data frame that are still to come
	proven bool          // a part of growStep bytes has arrived in this body: the next may be long
}

// release releases the memory of the last payload.
func (r *reader) release() {
	if r.buffer != nil {
		r.buffer.Release()
		r.buffer = nil
	}
	r.last = nil
}

// take transfers the last payload to the caller.
func (r *reader) take() *Buffer {
	b := r.buffer
	if b == nil {
		b = newBuffer(len(r.last))
		copy(b.Bytes, r.last)
	}
	r.buffer, r.last = nil, nil
	return b
}

// read returns the next frame, or the next part of a data frame. An end of input
// before the first byte of a frame is io.EOF; anywhere else it is
// io.ErrUnexpectedEOF.
func (r *reader) read(l limits) (Frame, error) {
	r.release()
	if r.rest > 0 {
		r.kind.Store(uint32(KindData))
		return r.part()
	}
	var header [HeaderSize]byte
	if err := r.in.header(header[:]); err != nil {
		return Frame{}, err
	}
	length := binary.BigEndian.Uint32(header[:4])
	if length == 0 || int64(length) > int64(l.frame) {
		return Frame{}, fmt.Errorf("%w: %d bytes, at most %d are allowed", ErrFrameLength, length, l.frame)
	}
	kind, n := Kind(header[4]), int(length)-1
	r.kind.Store(uint32(kind))
	switch kind {
	case KindData:
		if r.rest = n; n > 0 {
			return r.part()
		}
		r.proven = false
		return Frame{Kind: KindData}, nil
	case KindPing, KindPong:
		if n > MaxPing {
			return Frame{}, fmt.Errorf("%w: a ping of %d bytes, at most %d are allowed", ErrFrameLength, n, MaxPing)
		}
	case KindMessage, KindEvent:
		if int(length) > l.message {
			return Frame{}, r.drop(n, l.message)
		}
	default:
		return Frame{}, fmt.Errorf("%w: %d", ErrFrameKind, kind)
	}
	err := r.whole(n)
	return Frame{Kind: kind, Payload: r.last}, err
}

// part reads the next part of the open data frame.
func (r *reader) part() (Frame, error) {
	n := min(r.rest, PartSize)
	if r.last = r.in.next(n); r.last == nil {
		if n > growStep && r.proven {
			r.buffer = r.in.budget.Take(n)
		} else {
			r.buffer = newBuffer(min(n, growStep))
		}
		r.last = r.buffer.Bytes
		if err := r.in.read(r.last); err != nil {
			return Frame{}, err
		}
		r.proven = r.proven || len(r.last) == growStep
	}
	r.rest -= len(r.last)
	return Frame{Kind: KindData, Payload: r.last}, nil
}

// whole reads a payload of n bytes into a buffer that doubles when it is full.
func (r *reader) whole(n int) error {
	if r.last = r.in.next(n); r.last != nil {
		return nil
	}
	r.buffer = newBuffer(min(n, growStep))
	for have := 0; ; {
		if err := r.in.read(r.buffer.Bytes[have:]); err != nil {
			return err
		}
		if have = len(r.buffer.Bytes); have == n {
			r.last = r.buffer.Bytes
			return nil
		}
		grown := newBuffer(min(n, 2*have))
		copy(grown.Bytes, r.buffer.Bytes)
		r.buffer.Release()
		r.buffer = grown
	}
}

// drop reads and drops the payload of a message that is too long: a peer that
// still sends would not receive the refusal.
func (r *reader) drop(n, limit int) error {
	for n > 0 {
		if err := r.in.fill(); err != nil {
			return err
		}
		m := min(n, len(r.in.unread))
		r.in.next(m)
		n -= m
	}
	return fmt.Errorf("%w: a message of more than %d bytes", ErrFrameLength, limit)
}
