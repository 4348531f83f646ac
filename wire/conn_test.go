package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

// pipe returns a Conn and its peer's end of the stream.
func pipe(tb testing.TB, timeouts Timeouts) (*Conn, net.Conn) {
	tb.Helper()
	here, there := net.Pipe()
	tb.Cleanup(func() { _, _ = here.Close(), there.Close() })
	return NewConn(here, timeouts), there
}

// loopback returns both ends of a TCP connection on this machine.
func loopback(tb testing.TB) (dialled, accepted net.Conn) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	done := make(chan error, 1)
	go func() {
		var err error
		accepted, err = l.Accept()
		done <- err
	}()
	if dialled, err = net.Dial("tcp", l.Addr().String()); err != nil {
		tb.Fatal(err)
	}
	if err := <-done; err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _, _ = dialled.Close(), accepted.Close() })
	return dialled, accepted
}

// feed writes to w in a goroutine of its own, and is done when the test ends.
func feed(tb testing.TB, w net.Conn, write func(io.Writer)) {
	tb.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		write(w)
	}()
	tb.Cleanup(func() {
		_ = w.Close()
		<-done
	})
}

// frame is one as it is on the wire.
func frame(kind Kind, payload string) string {
	return string(AppendHeader(nil, kind, len(payload))) + payload
}

// TestSticky shows that frames come out whole however the stream is cut.
func TestSticky(t *testing.T) {
	var stream strings.Builder
	var want []string
	for i := range 500 {
		payload := strings.Repeat(fmt.Sprint(i), i%97)
		want = append(want, payload)
		stream.WriteString(frame(KindData, payload))
	}
	tests := []struct {
		name string
		step int // bytes in one write
	}{
		{"all in one write", stream.Len()},
		{"a byte at a time", 1},
		{"within headers", 3},
		{"anywhere", 1009},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ours, theirs := loopback(t)
			feed(t, theirs, func(w io.Writer) {
				for rest := stream.String(); rest != ""; {
					n := min(tt.step, len(rest))
					_, _ = io.WriteString(w, rest[:n])
					rest = rest[n:]
				}
			})
			c := NewConn(ours, Timeouts{})
			for i, payload := range want {
				f, err := c.ReadFrame()
				if err != nil || f.Kind != KindData || string(f.Payload) != payload {
					t.Fatalf("frame %d is %d %q, %v, want %q", i, f.Kind, f.Payload, err, payload)
				}
			}
		})
	}
}

func TestLimitOfAFrame(t *testing.T) {
	tests := []struct {
		name   string
		open   int64 // what Open is called with; 0 when it is not
		length int   // of the frame
		want   error
	}{
		{"before login", 0, MaxFrameBeforeLogin, nil},
		{"before login, too long", 0, MaxFrameBeforeLogin + 1, ErrFrameLength},
		{"after login", MaxFrame, MaxFrame, nil},
		{"after login, too long", MaxFrame, MaxFrame + 1, ErrFrameLength},
		{"a limit of its own", 10_000, 10_000, nil},
		{"a limit of its own, too long", 10_000, 10_001, ErrFrameLength},
		{"a limit too high", 1 << 40, MaxFrame, nil},
		{"a limit too high, too long", 1 << 40, MaxFrame + 1, ErrFrameLength},
		{"a limit too low", 1, MaxFrameBeforeLogin, nil},
		{"a limit too low, too long", 1, MaxFrameBeforeLogin + 1, ErrFrameLength},
		{"a negative limit", -1, MaxFrameBeforeLogin + 1, ErrFrameLength},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, there := pipe(t, Timeouts{})
			if tt.open != 0 {
				c.Open(tt.open)
			}
			feed(t, there, func(w io.Writer) { _, _ = io.WriteString(w, frame(KindMessage, strings.Repeat("x", tt.length-1))) })
			f, err := c.ReadFrame()
			if !errors.Is(err, tt.want) || err == nil && len(f.Payload) != tt.length-1 {
				t.Errorf("%d bytes, %v, want %v", len(f.Payload), err, tt.want)
			}
		})
	}
}

func TestWriteFrameRefusesWhatIsTooLong(t *testing.T) {
	c, _ := pipe(t, Timeouts{Write: 20 * time.Millisecond}) // nobody reads
	if err := c.WriteFrame(KindData, make([]byte, MaxFrame)); !errors.Is(err, ErrFrameLength) {
		t.Errorf("got %v, want %v", err, ErrFrameLength)
	}
	if err := c.Flush(); err != nil {
		t.Errorf("something of it was written: %v", err)
	}
}

func TestEndOfStream(t *testing.T) {
	tests := []struct {
		name, stream string
		want         error
	}{
		{"between frames", frame(KindData, "x"), io.EOF},
		{"within a length", frame(KindData, "x") + "\x00", io.ErrUnexpectedEOF},
		{"within a header", frame(KindData, "x") + "\x00\x00\x00\x02", io.ErrUnexpectedEOF},
		{"within a payload", frame(KindData, "x") + "\x00\x00\x00\x03\x02y", io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ours, theirs := loopback(t)
			c := NewConn(ours, Timeouts{})
			if _, err := io.WriteString(theirs, tt.stream); err != nil {
				t.Fatal(err)
			}
			_ = theirs.Close()
			if _, err := c.ReadFrame(); err != nil {
				t.Fatal(err)
			}
			if _, err := c.ReadFrame(); err != tt.want { //nolint:errorlint // io.EOF itself is promised
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// TestDeadlines has peers that would go on for ever if they were let.
func TestDeadlines(t *testing.T) {
	const soon = 30 * time.Millisecond
	silent := func(io.Writer) {}
	stalls := func(w io.Writer) { _, _ = io.WriteString(w, frame(KindData, "xx")[:6]) }
	trickles := func(w io.Writer) { // one frame, for a whole minute
		_, _ = io.WriteString(w, frame(KindData, strings.Repeat("x", 30_000))[:HeaderSize])
		for range 30_000 {
			if _, err := io.WriteString(w, "x"); err != nil {
				return
			}
			time.Sleep(2 * time.Millisecond) // this is how slow the peer is
		}
	}
	talks := func(w io.Writer) { // many frames
		for {
			if _, err := io.WriteString(w, frame(KindPing, "x")); err != nil {
				return
			}
		}
	}
	tests := []struct {
		name     string
		timeouts Timeouts
		until    time.Duration // 0: no absolute end
		peer     func(io.Writer)
	}{
		{"no frame begins", Timeouts{Idle: soon}, 0, silent},
		{"no frame begins, although others may take long", Timeouts{Idle: soon, Stall: time.Hour}, time.Hour, silent},
		{"a frame stalls", Timeouts{Idle: time.Hour, Stall: soon}, 0, stalls},
		{"a frame trickles", Timeouts{Idle: time.Hour, Stall: soon}, 0, trickles},
		{"the absolute end, and silence", Timeouts{}, soon, silent},
		{"the absolute end before the others", Timeouts{Idle: time.Hour, Stall: time.Hour}, soon, silent},
		{"the absolute end, and a frame that stalls", Timeouts{Idle: time.Hour, Stall: time.Hour}, soon, stalls},
		{"the absolute end, whatever arrives", Timeouts{Idle: time.Hour, Stall: time.Hour}, soon, talks},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, there := pipe(t, tt.timeouts)
			c.Open(MaxFrame)
			feed(t, there, tt.peer)
			if tt.until != 0 {
				if err := c.Until(time.Now().Add(tt.until)); err != nil {
					t.Fatal(err)
				}
			}
			var err error
			for err == nil {
				_, err = c.ReadFrame()
			}
			if !TimedOut(err) {
				t.Errorf("got %v, want a timeout", err)
			}
		})
	}
}

func TestUntilEndsAReadUnderWay(t *testing.T) {
	c, there := pipe(t, Timeouts{})
	feed(t, there, func(w io.Writer) { _, _ = io.WriteString(w, frame(KindPing, "")) })
	read, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := c.ReadFrame()
		close(read)
		if err == nil {
			_, err = c.ReadFrame()
		}
		failed <- err
	}()
	<-read
	if err := c.Until(time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; !TimedOut(err) {
		t.Errorf("got %v, want a timeout", err)
	}
}

func TestUntilIsLifted(t *testing.T) {
	c, there := pipe(t, Timeouts{})
	if err := errors.Join(c.Until(time.Now().Add(-time.Hour)), c.Until(time.Time{})); err != nil {
		t.Fatal(err)
	}
	feed(t, there, func(w io.Writer) { _, _ = io.WriteString(w, frame(KindPing, "")) })
	if _, err := c.ReadFrame(); err != nil {
		t.Error(err)
	}
}

func TestIdleIsChanged(t *testing.T) {
	c, there := pipe(t, Timeouts{Idle: time.Hour})
	feed(t, there, func(io.Writer) {})
	c.Idle(time.Millisecond)
	if _, err := c.ReadFrame(); !TimedOut(err) {
		t.Errorf("got %v, want a timeout", err)
	}
}

func TestPeerThatDoesNotRead(t *testing.T) {
	c, _ := pipe(t, Timeouts{Write: 20 * time.Millisecond})
	if err := c.WriteFrame(KindPing, nil); err != nil {
		t.Fatalf("a frame that waits for a Flush: %v", err)
	}
	if err := c.Flush(); !TimedOut(err) {
		t.Errorf("got %v, want a timeout", err)
	}
}

func TestPayloadIsKept(t *testing.T) {
	c, there := pipe(t, Timeouts{})
	feed(t, there, func(w io.Writer) { _, _ = io.WriteString(w, frame(KindData, "first")+frame(KindData, "other")) })
	if _, err := c.ReadFrame(); err != nil {
		t.Fatal(err)
	}
	kept := c.Take()
	other, err := c.ReadFrame()
	if err != nil || string(kept.Bytes) != "first" || string(other.Payload) != "other" {
		t.Errorf("got %q and %q, %v", kept.Bytes, other.Payload, err)
	}
}

// TestManyWriters shows that frames of several goroutines are not mixed up.
func TestManyWriters(t *testing.T) {
	const writers, each = 8, 200
	ours, theirs := loopback(t)
	c, peer := NewConn(ours, Timeouts{}), NewConn(theirs, Timeouts{})
	c.Open(MaxFrame)
	peer.Open(MaxFrame)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for n := range each {
				payload := bytes.Repeat([]byte{byte(i)}, 1+n*n)
				if err := errors.Join(c.WriteFrame(KindData, payload), c.Flush()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var next [writers]int
	for range writers * each {
		f, err := wholeFrame(&peer.reader, MaxFrame)
		if err != nil {
			t.Fatal(err)
		}
		i := f.Payload[0]
		if n := next[i]; len(f.Payload) != 1+n*n || len(bytes.Trim(f.Payload, string(rune(i)))) != 0 {
			t.Fatalf("frame %d of writer %d has %d bytes, want %d of its own", n, i, len(f.Payload), 1+n*n)
		}
		next[i]++
	}
	wg.Wait()
}

func TestWriteBody(t *testing.T) {
	broken := errors.New("the disk is broken")
	cut := func(n int, err error) io.Reader {
		return io.MultiReader(bytes.NewReader(make([]byte, n)), iotest.ErrReader(err))
	}
	tests := []struct {
		name   string
		source io.Reader
		sent   int64
		frames int
		want   error
	}{
		{"it is empty", bytes.NewReader(nil), 0, 0, nil},
		{"it ends", bytes.NewReader(make([]byte, 150)), 150, 2, nil},
		{"it ends at a whole frame", bytes.NewReader(make([]byte, 200)), 200, 2, nil},
		{"its last bytes come with the end", iotest.DataErrReader(bytes.NewReader(make([]byte, 150))), 150, 2, nil},
		{"it comes a byte at a time", iotest.OneByteReader(bytes.NewReader(make([]byte, 150))), 150, 2, nil},
		{"it fails", cut(150, broken), 150, 2, broken},
		{"it fails at once", cut(0, broken), 0, 0, broken},
		{"it was cut", cut(150, io.ErrUnexpectedEOF), 150, 2, io.ErrUnexpectedEOF},
		{"it was cut at once", cut(0, io.ErrUnexpectedEOF), 0, 0, io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ours, theirs := loopback(t)
			c, peer := NewConn(ours, Timeouts{}), NewConn(theirs, Timeouts{})
			sent, err := c.WriteBody(tt.source, make([]byte, 100))
			if sent != tt.sent {
				t.Errorf("%d bytes were sent, want %d", sent, tt.sent)
			}
			if _, ok := errors.AsType[*BodyError](err); ok != (tt.want != nil) || !errors.Is(err, tt.want) {
				t.Errorf("got %v, want a BodyError with %v", err, tt.want)
			}
			if err := errors.Join(c.WriteEndMark(), c.Flush()); err != nil {
				t.Fatal(err)
			}
			frames, received := 0, int64(0)
			for {
				f, err := peer.ReadFrame()
				if err != nil {
					t.Fatal(err)
				}
				if f.EndMark() {
					break
				}
				frames, received = frames+1, received+int64(len(f.Payload))
			}
			if frames != tt.frames || received != tt.sent {
				t.Errorf("%d frames with %d bytes arrived, want %d with %d", frames, received, tt.frames, tt.sent)
			}
		})
	}
}

func TestWriteBodyIntoABrokenConnection(t *testing.T) {
	c, there := pipe(t, Timeouts{})
	_ = there.Close()
	_, err := c.WriteBody(bytes.NewReader(make([]byte, 1<<20)), make([]byte, ChunkSize))
	if _, ok := errors.AsType[*BodyError](err); ok || err == nil {
		t.Errorf("got %v, want an error that is not the source's", err)
	}
}

func TestWriteMessage(t *testing.T) {
	ours, theirs := loopback(t)
	c := NewConn(ours, Timeouts{})
	if err := c.WriteMessage(KindEvent, func() {}); err == nil {
		t.Error("a function was sent")
	}
	if err := errors.Join(c.WriteMessage(KindEvent, Event{Event: GoingDown}), c.Flush()); err != nil {
		t.Fatal(err)
	}
	want := "\x00\x00\x00\x17\x03" + `{"event":"going_down"}`
	got := make([]byte, len(want))
	if _, err := io.ReadFull(theirs, got); err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// TestAnIdleConnHoldsNoBuffer moves a long frame each way and waits for another.
func TestAnIdleConnHoldsNoBuffer(t *testing.T) {
	ours, theirs := loopback(t)
	c, peer := NewConn(ours, Timeouts{}), NewConn(theirs, Timeouts{})
	budget := NewBudget(MaxFrame)
	c.Restrict(MaxRequest, budget)
	c.Open(MaxFrame)
	done := make(chan error, 1)
	go func() { done <- errors.Join(peer.WriteFrame(KindData, make([]byte, ChunkSize)), peer.Flush()) }()
	most := int64(0)
	for left := ChunkSize; left > 0; {
		f, err := c.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		left -= len(f.Payload)
		most = max(most, budget.Used())
	}
	if err := errors.Join(<-done, c.WriteFrame(KindPong, nil), c.Flush()); err != nil {
		t.Fatal(err)
	}
	if err := c.Until(time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ReadFrame(); !TimedOut(err) {
		t.Fatalf("got %v, want a timeout", err)
	}
	if most != PartSize || budget.Used() != 0 {
		t.Errorf("%d bytes were in use, and %d are at the end, want %d and none", most, budget.Used(), PartSize)
	}
	if c.reader.buffer != nil || c.reader.in.large != nil || c.w != nil {
		t.Error("an idle connection holds a buffer")
	}
}
