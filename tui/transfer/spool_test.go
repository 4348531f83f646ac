package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"
)

func TestSpool(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "spool")
	data := random(3*spoolChunk + 5)
	s, err := NewSpool(folder)
	if err != nil {
		t.Fatal(err)
	}
	told := int64(0)
	if err := s.Fill(t.Context(), iotest.OneByteReader(io.LimitReader(bytes.NewReader(data), 10)), 10, func(n int64) { told = n }); err != nil || told != 10 {
		t.Errorf("ten bytes: %d, %v", told, err)
	}
	if err := s.Fill(t.Context(), bytes.NewReader(data[10:]), -1, nil); err != nil {
		t.Error(err)
	}
	wantFile(t, s.Path, data)
	if info, err := os.Stat(s.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the spool is %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info.Mode(), err)
	}
	s.Close()
	wantOnly(t, folder)
}

func TestSpoolFails(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	broken := errors.New("broken")
	tests := []struct {
		name     string
		ctx      context.Context //nolint:containedctx // a case of the table
		r        io.Reader
		expected int64
		want     error
	}{
		{"more than the disk has", t.Context(), bytes.NewReader(nil), 1 << 60, ErrDiskFull},
		{"interrupted", canceled, blocked{}, -1, context.Canceled},
		{"unreadable", t.Context(), iotest.ErrReader(broken), -1, ErrUnreadable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := NewSpool(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.Fill(tt.ctx, tt.r, tt.expected, nil); !errors.Is(err, tt.want) {
				t.Errorf("it ends with %v, want %v", err, tt.want)
			}
		})
	}
}

// blocked is a pipe that brings nothing now.
type blocked struct{}

func (blocked) Read([]byte) (int, error) { return 0, nil }

// What a killed program left is removed, and what another one uses is not.
func TestSpoolsAreSwept(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "other"), nil)
	first, err := NewSpool(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	killed, err := NewSpool(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := killed.f.Close(); err != nil { // as the end of its process does
		t.Fatal(err)
	}
	second, err := NewSpool(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	want := []string{"other", filepath.Base(first.Path), filepath.Base(second.Path)}
	slices.Sort(want)
	wantOnly(t, folder, want...)
}
