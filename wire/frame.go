package wire

import (
	"encoding/binary"
	"errors"
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

// Frame is one unit on the wire, or a part of a long data frame. The payload is
// valid until the next read.
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
