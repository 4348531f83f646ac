package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestFrameBytes(t *testing.T) {
	tests := []struct {
		name    string
		kind    Kind
		payload string
		want    string
	}{
		{"message", KindMessage, `{}`, "\x00\x00\x00\x03\x01{}"},
		{"data", KindData, "\x00\xff", "\x00\x00\x00\x03\x02\x00\xff"},
		{"end mark", KindData, "", "\x00\x00\x00\x01\x02"},
		{"event", KindEvent, `{"event":"going_down"}`, "\x00\x00\x00\x17\x03" + `{"event":"going_down"}`},
		{"ping", KindPing, "1234", "\x00\x00\x00\x05\x041234"},
		{"ping of nothing", KindPing, "", "\x00\x00\x00\x01\x04"},
		{"pong", KindPong, "1234", "\x00\x00\x00\x05\x051234"},
		{"length of four digits", KindData, strings.Repeat("x", 0x01_02_03), "\x00\x01\x02\x04\x02" + strings.Repeat("x", 0x01_02_03)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := string(AppendHeader(nil, tt.kind, len(tt.payload))) + tt.payload
			if got != tt.want {
				t.Errorf("encoded as %.40q, want %.40q", got, tt.want)
			}
			f, _, err := readFrame(strings.NewReader(tt.want), MaxFrame, nil)
			if err != nil || f.Kind != tt.kind || string(f.Payload) != tt.payload {
				t.Errorf("decoded as %d %.40q, %v", f.Kind, f.Payload, err)
			}
			if end := tt.name == "end mark"; f.EndMark() != end {
				t.Errorf("it is an end mark: %v, want %v", f.EndMark(), end)
			}
		})
	}
}

func TestReadFrameRefuses(t *testing.T) {
	header := func(length uint32, kind Kind) string {
		return string(append(binary.BigEndian.AppendUint32(nil, length), byte(kind)))
	}
	tests := []struct {
		name  string
		bytes string
		want  error
	}{
		{"nothing", "", io.EOF},
		{"a part of a length", "\x00\x00", io.ErrUnexpectedEOF},
		{"a length alone", "\x00\x00\x00\x02", io.ErrUnexpectedEOF},
		{"a header alone", header(2, KindData), io.ErrUnexpectedEOF},
		{"a part of a payload", header(9, KindData) + "1234567", io.ErrUnexpectedEOF},
		{"length 0", header(0, KindData), ErrFrameLength},
		{"the longest", header(100, KindData) + strings.Repeat("x", 99), nil},
		{"one byte more", header(101, KindData) + strings.Repeat("x", 100), ErrFrameLength},
		{"2³¹−1", header(1<<31-1, KindData), ErrFrameLength},
		{"2³¹, negative elsewhere", header(1<<31, KindData), ErrFrameLength},
		{"4 GiB", header(1<<32-1, KindData), ErrFrameLength},
		{"kind 0", header(1, 0), ErrFrameKind},
		{"kind 6", header(1, 6), ErrFrameKind},
		{"kind 255", header(1, 255), ErrFrameKind},
		{"a long ping", header(33, KindPing) + strings.Repeat("x", 32), nil},
		{"too long a ping", header(34, KindPing) + strings.Repeat("x", 33), ErrFrameLength},
		{"too long a pong", header(34, KindPong) + strings.Repeat("x", 33), ErrFrameLength},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{
				strings.NewReader(tt.bytes),
				iotest.OneByteReader(strings.NewReader(tt.bytes)),
				iotest.DataErrReader(strings.NewReader(tt.bytes)),
			} {
				if _, _, err := readFrame(r, 100, nil); !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
			}
		})
	}
}

// taken returns how many bytes of memory f takes.
func taken(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestMemoryFollowsTheBytes shows that a declared length alone takes next to
// no memory, and that one whose bytes come takes it.
func TestMemoryFollowsTheBytes(t *testing.T) {
	full := string(AppendHeader(nil, KindData, MaxFrame-1)) + strings.Repeat("x", MaxFrame-1)
	tests := []struct {
		name        string
		bytes       string
		least, most uint64
	}{
		{"4 GiB declared", "\xff\xff\xff\xff\x02", 0, 8 << 10},
		{"1 MiB declared, nothing sent", full[:HeaderSize], 0, growStep + 8<<10},
		{"1 MiB declared, 10 KiB sent", full[:10<<10], 0, growStep + 8<<10},
		{"1 MiB declared, half of it sent", full[:MaxFrame/2], MaxFrame / 2, 3 * MaxFrame},
		{"1 MiB declared and sent", full, MaxFrame - 1, 3 * MaxFrame},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := strings.NewReader(tt.bytes)
			if got := taken(func() { _, _, _ = readFrame(r, MaxFrame, nil) }); got < tt.least || got > tt.most {
				t.Errorf("it takes %d bytes, want %d to %d", got, tt.least, tt.most)
			}
		})
	}
}

func TestReadFrameUsesItsBufferAgain(t *testing.T) {
	frames := bytes.Repeat(append(AppendHeader(nil, KindData, 1000), make([]byte, 1000)...), 50)
	r := bytes.NewReader(frames)
	var buf []byte
	var err error
	if _, buf, err = readFrame(r, MaxFrame, buf); err != nil {
		t.Fatal(err)
	}
	allocations := testing.AllocsPerRun(40, func() {
		if _, buf, err = readFrame(r, MaxFrame, buf); err != nil {
			t.Fatal(err)
		}
	})
	if allocations > 1 { // the header escapes
		t.Errorf("%v allocations a frame, want at most 1", allocations)
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x03\x01{}"), uint32(MaxFrameBeforeLogin))
	f.Add([]byte("\x00\x00\x00\x01\x02\x00\x00\x00\x05\x041234"), uint32(MaxFrame))
	f.Add([]byte("\xff\xff\xff\xff\x02"), uint32(MaxFrame))
	f.Fuzz(func(t *testing.T, stream []byte, limit uint32) {
		limit = min(limit, MaxFrame)
		r := bytes.NewReader(stream)
		var buf, again []byte
		for {
			at := len(stream) - r.Len()
			frame, next, err := readFrame(r, limit, buf)
			buf = next
			if err != nil {
				if errors.Is(err, io.EOF) && at != len(stream) {
					t.Fatalf("the end of the stream at %d of %d bytes", at, len(stream))
				}
				break
			}
			if len(frame.Payload) >= int(limit) || cap(buf) > len(stream)+2*growStep {
				t.Fatalf("a payload of %d bytes in a buffer of %d, for %d bytes and a limit of %d", len(frame.Payload), cap(buf), len(stream), limit)
			}
			again = append(AppendHeader(again, frame.Kind, len(frame.Payload)), frame.Payload...)
		}
		if !bytes.HasPrefix(stream, again) {
			t.Fatalf("%q was read as %q", stream, again)
		}
	})
}
