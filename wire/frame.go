package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Kind is the first byte of a frame's content: what its payload is.
type Kind byte

// The kinds of frames. Values are fixed; new ones are appended.
const (
	KindMessage Kind = 1 // both ways: a JSON object, see Request and Reply
	KindData    Kind = 2 // both ways: bytes of a body; empty is the end mark
	KindEvent   Kind = 3 // server to client: a JSON object, see Event
	KindPing    Kind = 4 // both ways: at most MaxPing bytes
	KindPong    Kind = 5 // both ways: the ping's payload
)

// Sizes in bytes. Lengths count the kind and the payload, not the length field.
const (
	HeaderSize          = 5         // length field and kind
	MaxFrameBeforeLogin = 4 << 10   // longest frame before login or join
	MaxFrame            = 1 << 20   // longest frame after
	MaxRequest          = 16 << 10  // longest frame that holds a request
	MaxPing             = 32        // longest payload of a ping or pong
	ChunkSize           = 256 << 10 // what one data frame usually carries
	BlockSize           = 4 << 20   // unit of verification and repair
)

// Reasons for which a stream of frames cannot go on.
var (
	// ErrProtocol matches every error that reports a peer which breaks the
	// rules of this protocol. Trying again does not help.
	ErrProtocol = errors.New("protocol violation")

	ErrFrameLength = errors.New("frame length is out of bounds")
	ErrFrameKind   = errors.New("frame is of an unknown kind")
)

// Frame is one unit on the wire. The payload belongs to whoever read it until
// the next read.
type Frame struct {
	Kind    Kind
	Payload []byte
}

// EndMark reports whether f ends a body.
func (f Frame) EndMark() bool { return f.Kind == KindData && len(f.Payload) == 0 }

// AppendHeader appends the header of a frame whose payload has n bytes.
func AppendHeader(b []byte, kind Kind, n int) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(n)+1) //nolint:gosec // callers bound n by MaxFrame
	return append(b, byte(kind))
}

// growStep bounds how much memory a declared length alone can cause: a buffer
// grows by at most this before the bytes that fill it have arrived.
const growStep = 32 << 10

// readFrame reads one frame of at most limit bytes into buf, which it may grow.
// It returns the frame and the buffer to use next time. An end of input before
// the first byte is io.EOF; anywhere else it is io.ErrUnexpectedEOF.
func readFrame(r io.Reader, limit uint32, buf []byte) (Frame, []byte, error) {
	var header [HeaderSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return Frame{}, buf, err
	}
	length := binary.BigEndian.Uint32(header[:4])
	if length == 0 || length > limit {
		return Frame{}, buf, fmt.Errorf("%w: %d bytes, at most %d are allowed", ErrFrameLength, length, limit)
	}
	kind, n := Kind(header[4]), int(length)-1
	if kind < KindMessage || kind > KindPong {
		return Frame{}, buf, fmt.Errorf("%w: %d", ErrFrameKind, kind)
	}
	if (kind == KindPing || kind == KindPong) && n > MaxPing {
		return Frame{}, buf, fmt.Errorf("%w: a ping of %d bytes, at most %d are allowed", ErrFrameLength, n, MaxPing)
	}
	buf, err := readGrowing(r, buf[:0], n)
	if err != nil {
		return Frame{}, buf, err
	}
	return Frame{Kind: kind, Payload: buf}, buf, nil
}

// readGrowing reads n bytes into buf, never holding more than growStep bytes,
// or as much again as has arrived, beyond what was there before.
func readGrowing(r io.Reader, buf []byte, n int) ([]byte, error) {
	for len(buf) < n {
		have := len(buf)
		next := min(n, max(cap(buf), have+max(growStep, have)))
		if next > cap(buf) {
			grown := make([]byte, have, next)
			copy(grown, buf)
			buf = grown
		}
		buf = buf[:next]
		if m, err := io.ReadFull(r, buf[have:]); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return buf[:have+m], err
		}
	}
	return buf, nil
}
