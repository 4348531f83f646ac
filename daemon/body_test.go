package daemon

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"
)

func TestASlowUserIsExcusedToTheClient(t *testing.T) {
	gone, excused := make(chan struct{}), make(chan struct{}, 100)
	b := newBody(gone, func() { excused <- struct{}{} })
	b.every = time.Millisecond
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range bodyAhead + 1 { // one more than waits unused
			b.add([]byte("data"))
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
}

func TestABodyEndsWithItsUser(t *testing.T) {
	gone := make(chan struct{})
	b := newBody(gone, func() {})
	close(gone)
	for range bodyAhead + 1 {
		b.add([]byte("data")) // does not wait for ever
	}
	b.cut()
	if _, err := b.WriteTo(io.Discard); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a body that was cut ends with %v", err)
	}
}
