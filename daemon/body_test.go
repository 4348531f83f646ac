package daemon

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"wangpan/wire"
)

// payload is one from a budget.
func payload(budget *wire.Budget, content string) *wire.Buffer {
	b := budget.Take(wire.PartSize)
	b.Bytes = b.Bytes[:copy(b.Bytes, content)]
	return b
}

func TestASlowUserIsExcusedToTheClient(t *testing.T) {
	gone, excused := make(chan struct{}), make(chan struct{}, 100)
	b := newBody(gone, func() { excused <- struct{}{} })
	b.every = time.Millisecond
	budget := wire.NewBudget(1 << 30)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range bodyAhead + 1 { // one more than waits unused
			b.add(payload(budget, "data"))
		}
		b.end()
	}()
	<-excused
	<-excused
	var got bytes.Buffer
	if _, err := b.WriteTo(&got); err != nil || got.Len() != 4*(bodyAhead+1) {
		t.Errorf("%d bytes came, %v", got.Len(), err)
	}
	<-done
	if used := budget.Used(); used != 0 {
		t.Errorf("%d bytes are in use behind the body, want none", used)
	}
}

func TestABodyEndsWithItsUser(t *testing.T) {
	gone := make(chan struct{})
	b := newBody(gone, func() {})
	close(gone)
	budget := wire.NewBudget(1 << 30)
	for range bodyAhead + 1 {
		b.add(payload(budget, "data")) // does not wait for ever
	}
	b.cut()
	if _, err := b.WriteTo(io.Discard); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a body that was cut ends with %v", err)
	}
	if used := budget.Used(); used != 0 {
		t.Errorf("%d bytes are in use behind the body, want none", used)
	}
}
