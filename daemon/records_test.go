package daemon

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"testing"

	"wangpan/wire"
)

// script is a connection whose reads return these bytes, at most chunk at once.
type script struct {
	net.Conn
	bytes []byte
	chunk int
	reads int
}

func (s *script) Read(b []byte) (int, error) {
	if len(s.bytes) == 0 {
		return 0, io.EOF
	}
	s.reads++
	n := copy(b[:min(len(b), s.chunk)], s.bytes)
	s.bytes = s.bytes[n:]
	return n, nil
}

func recordsOf(lengths ...int) []byte {
	var all []byte
	for i, n := range lengths {
		all = binary.BigEndian.AppendUint16(append(all, 23, 3, 3), uint16(n))
		all = append(all, bytes.Repeat([]byte{byte(i)}, n)...)
	}
	return all
}

func TestAReadReturnsOneRecord(t *testing.T) {
	tests := []struct {
		name          string
		lengths       []int
		chunk, buffer int
		want          []int // lengths of the reads
	}{
		{"one record", []int{100}, 1000, 1000, []int{105}},
		{"two at once", []int{100, 50}, 1000, 1000, []int{105, 55}},
		{"many at once", []int{1, 0, 2}, 1000, 1000, []int{6, 5, 7}},
		{"the second in part", []int{100, 50}, 125, 1000, []int{105, 20, 35}},
		{"its header in part", []int{100, 50}, 107, 1000, []int{105, 2, 53}},
		{"byte by byte", []int{2, 0}, 1, 1000, slices.Repeat([]int{1}, 12)},
		{"a short buffer", []int{4, 4}, 1000, 5, []int{5, 4, 1, 5, 3}},
		{"a cut record", []int{100}, 50, 60, []int{50, 50, 5}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all := recordsOf(tt.lengths...)
			r := newRecords(&script{bytes: all, chunk: tt.chunk}, wire.NewBudget(0))
			var got []int
			var read []byte
			b := make([]byte, tt.buffer)
			for {
				n, err := r.Read(b)
				if errors.Is(err, io.EOF) {
					break
				}
				got, read = append(got, n), append(read, b[:n]...)
			}
			if !slices.Equal(got, tt.want) || !bytes.Equal(read, all) {
				t.Errorf("the reads return %d bytes, want %d", got, tt.want)
			}
			if r.ahead != nil {
				t.Error("a read-ahead buffer is in use after the end")
			}
		})
	}
}

// longest notes the longest read that TLS asks for, which is the free part of its
// buffer.
type longest struct {
	net.Conn
	asked int
}

func (l *longest) Read(b []byte) (int, error) {
	l.asked = max(l.asked, len(b))
	return l.Conn.Read(b)
}

// TestTLSBuffersOneRecord reads records of the longest size that have all arrived.
func TestTLSBuffersOneRecord(t *testing.T) {
	cert, err := loadKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		records bool
		want    bool // the buffer has room for one record only
	}{
		{"by records", true, true},
		{"as it comes", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			content := make([]byte, 64<<10)
			_, _ = rand.Read(content)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			sent := make(chan error, 1)
			go func() { sent <- sendTLS(l.Addr().String(), content) }()
			raw, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = raw.Close() }()
			if tt.records {
				raw = newRecords(raw, wire.NewBudget(0))
			}
			line := &longest{Conn: raw}
			secure := tls.Server(line, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13})
			if err := errors.Join(secure.Handshake(), <-sent); err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(secure); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d bytes arrive, %v, want those that were sent", len(got), err)
			}
			if one := line.asked <= 20<<10; one != tt.want {
				t.Errorf("TLS has a buffer of at least %d bytes, want that of one record: %v", line.asked, tt.want)
			}
		})
	}
}

// sendTLS sends content in records of the longest size and ends.
func sendTLS(addr string, content []byte) error {
	c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, DynamicRecordSizingDisabled: true})
	if err != nil {
		return err
	}
	_, err = c.Write(content)
	return errors.Join(err, c.Close())
}
