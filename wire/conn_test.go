package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"testing/iotest"
)

// discarding returns a Conn whose peer reads everything and says nothing.
func discarding(tb testing.TB) *Conn {
	tb.Helper()
	here, there := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.Discard, there)
	}()
	tb.Cleanup(func() {
		_ = here.Close()
		<-done
		_ = there.Close()
	})
	return NewConn(here, Timeouts{})
}

func TestWriteBodySaysWhyTheSourceFailed(t *testing.T) {
	broken := errors.New("the disk is broken")
	tests := []struct {
		name   string
		source io.Reader
		want   error
	}{
		{"it ends", bytes.NewReader(make([]byte, 150)), nil},
		{"it ends at a whole frame", bytes.NewReader(make([]byte, 200)), nil},
		{"its last bytes come with the end", iotest.DataErrReader(bytes.NewReader(make([]byte, 150))), nil},
		{"it fails", io.MultiReader(bytes.NewReader(make([]byte, 150)), iotest.ErrReader(broken)), broken},
		{"it was cut", io.MultiReader(bytes.NewReader(make([]byte, 150)), iotest.ErrReader(io.ErrUnexpectedEOF)), io.ErrUnexpectedEOF},
		{"it was cut at once", iotest.ErrReader(io.ErrUnexpectedEOF), io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := discarding(t).WriteBody(tt.source, make([]byte, 100))
			if tt.want == nil {
				if err != nil {
					t.Fatalf("got %v, want no error", err)
				}
				return
			}
			if _, ok := errors.AsType[*BodyError](err); !ok || !errors.Is(err, tt.want) {
				t.Errorf("got %v, want a BodyError with %v", err, tt.want)
			}
		})
	}
}
