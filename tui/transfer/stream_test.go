package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"wangpan/wire"
)

// stream copies /f of m, with time that passes at once.
func stream(t *testing.T, m *memory, w io.Writer, change ...func(*Options)) (Result, error) {
	t.Helper()
	o := Options{Dial: m.dial}
	for _, f := range change {
		f(&o)
	}
	var result Result
	var err error
	synctest.Test(t, func(t *testing.T) { result, err = NewStream(o, "/f").Copy(t.Context(), w) })
	return result, err
}

func TestStream(t *testing.T) {
	data := random(2*wire.BlockSize + 77)
	tests := []struct {
		name     string
		data     []byte
		cuts     []int64 // bytes after which each connection ends
		noDigest bool
	}{
		{"nothing", nil, nil, false},
		{"all at once", data, nil, false},
		{"the digest only at the end", data, nil, true},
		{"cut before the first byte", data, []int64{0}, false},
		{"cut three times", data, []int64{wire.BlockSize + 1, 5, 300_000}, false},
		{"cut behind the last byte", data, []int64{int64(len(data))}, false},
		{"cut at every start", data, []int64{0, 0, 0, 0, 0, 0, 0, 0, 0}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			version := m.set("/f", tt.data)
			m.cutGet, m.noDigest = tt.cuts, tt.noDigest
			var got bytes.Buffer
			result, err := stream(t, m, &got)
			if err != nil || !bytes.Equal(got.Bytes(), tt.data) || result.Entry.Version != version {
				t.Errorf("%d bytes of %d, %+v, %v", got.Len(), len(tt.data), result, err)
			}
			if moved, _ := m.moved(); moved != int64(len(tt.data)) {
				t.Errorf("%d bytes moved of %d", moved, len(tt.data))
			}
		})
	}
}

// Whatever happens, what was written is the beginning of one version.
func TestStreamFails(t *testing.T) {
	data := random(wire.BlockSize + 77)
	const cut = 300_000
	gone := errors.New("nobody reads")
	tests := []struct {
		name  string
		spoil func(m *memory)
		w     io.Writer // nil: a buffer
		want  error
	}{
		{"changed after a cut", func(m *memory) {
			m.cutGet = []int64{cut}
			m.after = func(request string, err error) error {
				if request == "get" && m.count("get") == 1 {
					m.set("/f", random(wire.BlockSize+77))
				}
				return nil
			}
		}, nil, ErrChangedMidway},
		{"removed after a cut", func(m *memory) {
			m.cutGet = []int64{cut}
			m.after = func(request string, err error) error {
				if request == "get" && m.count("get") == 1 {
					m.mu.Lock()
					defer m.mu.Unlock()
					delete(m.files, "/f")
				}
				return nil
			}
		}, nil, ErrChangedMidway},
		{"changed before it was verified", func(m *memory) {
			m.noDigest = true
			m.before = func(request string) {
				if request == "blocks" {
					m.set("/f", nil)
				}
			}
		}, nil, ErrChangedMidway},
		{"one wrong bit", func(m *memory) {
			m.spoil = func(_ int64, b []byte) { b[cut] ^= 1 }
		}, nil, ErrDamaged},
		{"a folder", func(m *memory) { m.files["/f"].isDir = true }, nil, ErrIsFolder},
		{"not there", func(m *memory) { delete(m.files, "/f") }, nil, wire.NotFound},
		{"never the same", func(m *memory) {
			m.before = func(request string) {
				if request == "get" {
					m.set("/f", data)
				}
			}
		}, nil, ErrRemoteChanged},
		{"no server", func(m *memory) { m.dialErr = func() error { return errCut } }, nil, ErrUnreachable},
		{"the reader is gone", func(*memory) {}, failing{gone}, gone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			m.set("/f", data)
			tt.spoil(m)
			var got bytes.Buffer
			if tt.w == nil {
				tt.w = &got
			}
			_, err := stream(t, m, tt.w, func(o *Options) { o.Patience = time.Hour })
			if !errors.Is(err, tt.want) {
				t.Errorf("error is %v, want %v", err, tt.want)
			}
			if !errors.Is(tt.want, ErrDamaged) && !bytes.HasPrefix(data, got.Bytes()) {
				t.Errorf("%d bytes were written, of two versions", got.Len())
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A change before the first byte is no mixture.
func TestStreamOfAnotherVersion(t *testing.T) {
	m := newMemory()
	m.set("/f", random(1000))
	second := random(2000)
	change := once(func() { m.set("/f", second) })
	m.before = func(request string) {
		if request == "get" {
			change()
		}
	}
	var got bytes.Buffer
	if _, err := stream(t, m, &got); err != nil || !bytes.Equal(got.Bytes(), second) {
		t.Errorf("%d bytes, %v", got.Len(), err)
	}
}

// A stream that waits says so, and ends with its context.
func TestStreamWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.dialErr = func() error { return errCut }
		ctx, cancel := context.WithCancel(t.Context())
		s := NewStream(Options{Dial: m.dial}, "/f")
		ended := make(chan error)
		go func() {
			_, err := s.Copy(ctx, io.Discard)
			ended <- err
		}()
		synctest.Wait()
		if tr := s.Transfer(); tr.State != Waiting || !tr.RetryAt.After(time.Now()) || tr.Remote != "/f" {
			t.Errorf("it is %+v", tr)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("it ends with %v", err)
		}
	})
}
