package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

// spoiling is a connection on which one bit of a file flips.
type spoiling struct {
	*client.Client
	spoil bool
}

func (s spoiling) Get(ctx context.Context, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (wire.GetReply, error) {
	return s.Client.Get(ctx, args, func(reply wire.GetReply) (io.Writer, error) {
		w, err := sink(reply)
		return bitFlip{w, s.spoil}, err
	})
}

type bitFlip struct {
	w    io.Writer
	flip bool
}

func (b bitFlip) Write(p []byte) (int, error) {
	p = bytes.Clone(p)
	if b.flip {
		p[0] ^= 1
	}
	return b.w.Write(p)
}

func TestFetchChecksTheFile(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	for name, content := range map[string]string{"empty.txt": "", "a.txt": "what it says"} {
		// The server has no digest of a file that was written by hand.
		if err := os.WriteFile(filepath.Join(a.daemon.Dir, "drives", "ann", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := a.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Join(t.Context(), a.token); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		path  wire.Path
		spoil bool
		want  error
	}{
		{"empty", "/empty.txt", false, nil},
		{"whole", "/a.txt", false, nil},
		{"damaged in transit", "/a.txt", true, transfer.ErrDamaged},
		{"not there", "/b.txt", false, wire.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := transfer.Fetch(t.Context(), spoiling{c, tt.spoil}, wire.GetArgs{Path: tt.path}, func(wire.GetReply) (io.Writer, error) {
				return io.Discard, nil
			})
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}
