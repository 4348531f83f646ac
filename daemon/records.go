package daemon

import (
	"encoding/binary"
	"net"

	"wangpan/wire"
)

// Sizes in bytes of what records reads.
const (
	recordHeader = 5        // kind, version, length of the payload
	recordRead   = 32 << 10 // at once; a read-ahead buffer of this size is outside of the budget
)

// records is the connection beneath TLS. A Read returns bytes of one TLS record
// only: crypto/tls doubles its buffer when a read fills it with the beginning of
// the next record, and keeps the buffer as long as the connection. The bytes after
// a record wait in a buffer from a pool, which is released when it is empty: an idle
// connection has none. A record of the longest size takes one system call.
type records struct {
	net.Conn
	budget *wire.Budget

	// The reading side, of one goroutine.
	header [recordHeader]byte // of the record that is read
	have   int                // bytes of header that were read
	rest   int                // bytes of the payload that were not read
	ahead  *wire.Buffer       // or nil
	unread []byte             // of ahead
}

func newRecords(raw net.Conn, budget *wire.Budget) *records {
	return &records{Conn: raw, budget: budget}
}

// Read uses all of b to read from the connection, and leaves in it what belongs
// to the record.
func (r *records) Read(b []byte) (int, error) {
	if r.ahead != nil {
		n := r.pass(r.unread[:min(len(b), len(r.unread))])
		copy(b, r.unread[:n])
		if r.unread = r.unread[n:]; len(r.unread) == 0 {
			r.ahead.Release()
			r.ahead, r.unread = nil, nil
		}
		return n, nil
	}
	b = b[:min(len(b), recordRead)]
	n, err := r.Conn.Read(b)
	end := r.pass(b[:n])
	if end < n {
		r.ahead = r.budget.Take(n - end)
		r.unread = r.ahead.Bytes
		copy(r.unread, b[end:n])
	}
	return end, err
}

// pass returns how many bytes of p belong to the record that is read, and counts
// them as read.
func (r *records) pass(p []byte) int {
	n := 0
	if r.rest == 0 {
		n = copy(r.header[r.have:], p)
		if r.have += n; r.have < recordHeader {
			return n
		}
		r.have, r.rest = 0, int(binary.BigEndian.Uint16(r.header[3:]))
	}
	m := min(r.rest, len(p)-n)
	r.rest -= m
	return n + m
}
