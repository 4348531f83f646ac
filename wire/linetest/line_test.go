package linetest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// echo sends back what it gets.
func echo(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer func() { _ = c.Close() }()
				_, _ = io.Copy(c, c)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

// dial returns a connection through l.
func dial(t *testing.T, l *Line) net.Conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// there sends p and returns what comes back of it.
func there(c net.Conn, p []byte) ([]byte, error) {
	go func() { _, _ = c.Write(p) }()
	got := make([]byte, len(p))
	n, err := io.ReadFull(c, got)
	return got[:n], err
}

func TestCountsAndPasses(t *testing.T) {
	l := Start(t, echo(t))
	sent := bytes.Repeat([]byte("0123456789"), 100_000)
	for range 2 {
		if got, err := there(dial(t, l), sent); err != nil || !bytes.Equal(got, sent) {
			t.Fatalf("%d bytes came back, %v, want %d", len(got), err, len(sent))
		}
	}
	if l.Dialed() != 2 || l.Passed(Up) != 2_000_000 || l.Passed(Down) != 2_000_000 {
		t.Errorf("%d connections, %d and %d bytes, want 2, and 2000000 each way", l.Dialed(), l.Passed(Up), l.Passed(Down))
	}
}

func TestFlip(t *testing.T) {
	l := Start(t, echo(t))
	c := dial(t, l)
	if _, err := there(c, []byte("abc")); err != nil {
		t.Fatal(err)
	}
	l.Flip(Up, 1)
	l.Flip(Down, 2)
	if got, err := there(c, []byte("aaaa")); err != nil || string(got) != "a``a" {
		t.Errorf("got %q, %v, want a``a", got, err)
	}
}

func TestCut(t *testing.T) {
	l := Start(t, echo(t))
	cut := make(chan struct{})
	l.Cut(15, func() { close(cut) })
	if got, err := there(dial(t, l), []byte("0123456789")); !errors.Is(err, io.ErrUnexpectedEOF) || len(got) != 5 {
		t.Errorf("%q came back, %v, want 5 bytes and a cut", got, err)
	}
	<-cut
	if _, err := there(dial(t, l), []byte("0123456789")); err != nil {
		t.Errorf("the next connection: %v", err)
	}
}

func TestSilence(t *testing.T) {
	l := Start(t, echo(t))
	c := dial(t, l)
	if _, err := there(c, []byte("abc")); err != nil {
		t.Fatal(err)
	}
	l.Silence()
	if err := c.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	var timeout net.Error
	if got, err := there(c, []byte("abc")); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("%q came back, %v, want nothing", got, err)
	}
	if _, err := there(dial(t, l), []byte("abc")); err != nil {
		t.Errorf("the next connection: %v", err)
	}
}

func TestHold(t *testing.T) {
	for way, name := range map[Way]string{Up: "up", Down: "down"} {
		t.Run(name, func(t *testing.T) {
			l := Start(t, echo(t))
			c, other := dial(t, l), dial(t, l)
			held := l.Hold(way, 6)
			if got, err := there(other, []byte("ab")); err != nil || string(got) != "ab" {
				t.Fatalf("%q came back, %v, want ab", got, err)
			}
			if _, err := c.Write([]byte("0123456789")); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 10)
			if _, err := io.ReadFull(c, got[:4]); err != nil {
				t.Fatal(err)
			}
			<-held
			late := dial(t, l)
			for _, c := range []net.Conn{other, late} {
				if _, err := c.Write([]byte("c")); err != nil {
					t.Fatal(err)
				}
			}
			if passed := l.Passed(way); passed != 6 {
				t.Errorf("%d bytes have passed, want 6", passed)
			}
			l.Release()
			if _, err := io.ReadFull(c, got[4:]); err != nil || string(got) != "0123456789" {
				t.Errorf("%q came back, %v", got, err)
			}
			for _, c := range []net.Conn{other, late} {
				if _, err := io.ReadFull(c, got[:1]); err != nil || got[0] != 'c' {
					t.Errorf("%q came back on another one, %v, want c", got[:1], err)
				}
			}
		})
	}
}

// TestHoldAnew holds what an earlier Hold has held already.
func TestHoldAnew(t *testing.T) {
	l := Start(t, echo(t))
	c := dial(t, l)
	held := l.Hold(Down, 0)
	if _, err := c.Write([]byte("abc")); err != nil {
		t.Fatal(err)
	}
	<-held
	<-l.Hold(Down, 2)
	got := make([]byte, 3)
	if _, err := io.ReadFull(c, got[:2]); err != nil || l.Passed(Down) != 2 {
		t.Errorf("%d bytes have passed, %v, want 2", l.Passed(Down), err)
	}
	l.Release()
	l.Release() // of nothing
	if _, err := io.ReadFull(c, got[2:]); err != nil || string(got) != "abc" {
		t.Errorf("%q came back, %v, want abc", got, err)
	}
}

// TestHoldEndsWithTheTest leaves both ways of a line held, with more to come
// than fits on it. Its clean-up must end them.
func TestHoldEndsWithTheTest(t *testing.T) {
	for way, name := range map[Way]string{Up: "up", Down: "down"} {
		var l *Line
		var c net.Conn
		t.Run(name, func(inner *testing.T) {
			l = Start(inner, echo(t))
			c = dial(t, l)
			held := l.Hold(way, 0)
			go func() { _, _ = c.Write(make([]byte, 1<<20)) }()
			<-held
		})
		if n, err := io.Copy(io.Discard, c); n != 0 || l.Passed(way) != 0 {
			t.Errorf("held %s: %d bytes came back, %v, want a cut", name, n, err)
		}
	}
}

// TestSlow measures a delay and a rate from below: more time than that is not
// the line's doing.
func TestSlow(t *testing.T) {
	l := Start(t, echo(t))
	l.Delay(20 * time.Millisecond)
	c, begun := dial(t, l), time.Now()
	if _, err := there(c, make([]byte, 1<<20)); err != nil || time.Since(begun) < 40*time.Millisecond {
		t.Errorf("a megabyte came back after %v, %v, want at least 40 ms", time.Since(begun), err)
	}
	l.Delay(0)
	l.Rate(1 << 20)
	begun = time.Now()
	if _, err := there(c, make([]byte, 256<<10)); err != nil || time.Since(begun) < 200*time.Millisecond {
		t.Errorf("a quarter of a megabyte came back after %v, %v, want at least 200 ms", time.Since(begun), err)
	}
}
