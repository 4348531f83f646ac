package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
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
			f, err := wholeFrame(readerOf(strings.NewReader(tt.want)), MaxFrame)
			if err != nil || f.Kind != tt.kind || string(f.Payload) != tt.payload {
				t.Errorf("decoded as %d %.40q, %v", f.Kind, f.Payload, err)
			}
			if end := tt.name == "end mark"; f.EndMark() != end {
				t.Errorf("it is an end mark: %v, want %v", f.EndMark(), end)
			}
		})
	}
}

func readerOf(r io.Reader) *reader { return &reader{in: lookahead{source: r}} }

// wholeFrame joins the parts of a frame.
func wholeFrame(r *reader, limit int) (Frame, error) {
	f, err := r.read(limits{limit, limit})
	payload := bytes.Clone(f.Payload)
	for err == nil && r.rest > 0 {
		f, err = r.read(limits{limit, limit})
		payload = append(payload, f.Payload...)
	}
	r.release()
	return Frame{Kind: f.Kind, Payload: payload}, err
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
				if _, err := wholeFrame(readerOf(r), 100); !errors.Is(err, tt.want) {
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

// emptyPools takes all buffers out of the pools.
func emptyPools() {
	pools = [len(pools)]sync.Pool{}
}

// TestMemoryFollowsTheBytes shows that a declared length alone takes next to
// no memory, and that a data frame takes that of its parts at most.
func TestMemoryFollowsTheBytes(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector a pool drops buffers at random")
	}
	data := string(AppendHeader(nil, KindData, MaxFrame-1)) + strings.Repeat("x", MaxFrame-1)
	message := string(AppendHeader(nil, KindMessage, MaxFrame-1)) + data[HeaderSize:]
	tests := []struct {
		name        string
		bytes       string
		least, most uint64
	}{
		{"4 GiB declared", "\xff\xff\xff\xff\x02", 0, 8 << 10},
		{"1 MiB of data declared, nothing sent", data[:HeaderSize], 0, growStep + 8<<10},
		{"1 MiB of data declared, 10 KiB sent", data[:10<<10], 0, growStep + 8<<10},
		{"1 MiB of data declared, half of it sent", data[:MaxFrame/2], PartSize, PartSize + growStep + 8<<10},
		{"1 MiB of data declared and sent", data, PartSize, PartSize + growStep + 8<<10},
		{"a message of 1 MiB declared, nothing sent", message[:HeaderSize], 0, growStep + 8<<10},
		{"a message of 1 MiB declared, 10 KiB sent", message[:10<<10], 0, growStep + 8<<10},
		{"a message of 1 MiB declared, half of it sent", message[:MaxFrame/2], MaxFrame / 2, 3 * MaxFrame},
		{"a message of 1 MiB declared and sent", message, MaxFrame - 1, 3 * MaxFrame},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			emptyPools()
			r := readerOf(strings.NewReader(tt.bytes))
			var err error
			if got := taken(func() {
				for err == nil {
					_, err = r.read(limits{MaxFrame, MaxFrame})
				}
			}); got < tt.least || got > tt.most {
				t.Errorf("it takes %d bytes, want %d to %d", got, tt.least, tt.most)
			}
		})
	}
}

func TestReadFrameUsesItsBufferAgain(t *testing.T) {
	for _, size := range []int{1000, 5000, ChunkSize} {
		frames := bytes.Repeat(append(AppendHeader(nil, KindData, size), make([]byte, size)...), 100)
		r := readerOf(bytes.NewReader(frames))
		if _, err := r.read(limits{MaxFrame, MaxFrame}); err != nil {
			t.Fatal(err)
		}
		allocations := testing.AllocsPerRun(90, func() {
			if _, err := r.read(limits{MaxFrame, MaxFrame}); err != nil {
				t.Fatal(err)
			}
		})
		if allocations > 1 { // the header escapes
			t.Errorf("%v allocations per frame of %d bytes, want at most 1", allocations, size)
		}
	}
}

// TestPartsWithinABudget shows that a body goes on in small parts when others
// have used up the budget, and in long ones as soon as they have not.
func TestPartsWithinABudget(t *testing.T) {
	frames := bytes.Repeat(append(AppendHeader(nil, KindData, ChunkSize), make([]byte, ChunkSize)...), 4)
	r := readerOf(bytes.NewReader(frames))
	r.in.budget = NewBudget(PartSize)
	next := func(want int, used int64) {
		t.Helper()
		f, err := r.read(limits{MaxFrame, MaxFrame})
		if err != nil || len(f.Payload) != want || r.in.budget.Used() != used {
			t.Fatalf("a part of %d bytes with %d in use, %v, want %d and %d", len(f.Payload), r.in.budget.Used(), err, want, used)
		}
	}
	next(growStep, 0) // nothing has arrived yet that a long part could follow
	next(PartSize, PartSize)
	other := r.take()
	next(growStep, PartSize)
	next(growStep, PartSize)
	other.Release()
	next(ChunkSize-PartSize-3*growStep, 0)
	next(PartSize, PartSize)
	r.release()
	if used := r.in.budget.Used(); used != 0 {
		t.Errorf("%d bytes are in use at the end, want none", used)
	}
}

func TestMessagesHaveALimitOfTheirOwn(t *testing.T) {
	stream := frame(KindMessage, strings.Repeat("x", 5000)) + frame(KindPing, "x")
	r := readerOf(strings.NewReader(stream))
	if _, err := r.read(limits{MaxFrame, 5000}); !errors.Is(err, ErrFrameLength) {
		t.Errorf("got %v, want %v", err, ErrFrameLength)
	}
	// All of it was read: a peer that still sends could not read the refusal.
	if f, err := r.read(limits{MaxFrame, 5000}); err != nil || f.Kind != KindPing {
		t.Errorf("got %d, %v, want the ping", f.Kind, err)
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x03\x01{}"), uint32(MaxFrameBeforeLogin))
	f.Add([]byte("\x00\x00\x00\x01\x02\x00\x00\x00\x05\x041234"), uint32(MaxFrame))
	f.Add([]byte("\xff\xff\xff\xff\x02"), uint32(MaxFrame))
	f.Fuzz(func(t *testing.T, stream []byte, limit uint32) {
		limit = min(limit, MaxFrame)
		source := bytes.NewReader(stream)
		r := readerOf(source)
		var again []byte
		for {
			at := len(stream) - source.Len() - len(r.in.unread)
			frame, err := wholeFrame(r, int(limit))
			if err != nil {
				if errors.Is(err, io.EOF) && at != len(stream) {
					t.Fatalf("the end of the stream at %d of %d bytes", at, len(stream))
				}
				break
			}
			if len(frame.Payload) >= int(limit) {
				t.Fatalf("a payload of %d bytes, with a limit of %d", len(frame.Payload), limit)
			}
			again = append(AppendHeader(again, frame.Kind, len(frame.Payload)), frame.Payload...)
		}
		if !bytes.HasPrefix(stream, again) {
			t.Fatalf("%q was read as %q", stream, again)
		}
	})
}
