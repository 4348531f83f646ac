package local

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestPeek(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "论文.txt")
	if err := os.WriteFile(file, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name           string
		path           string
		offset, length int64
		err            error
		want           string
	}{
		{"all", file, 0, 10, nil, "0123456789"},
		{"a part", file, 3, 4, nil, "3456"},
		{"past the end", file, 8, 1 << 40, nil, "89"},
		{"behind the end", file, 20, 5, nil, ""},
		{"gone", file + "x", 0, 1, fs.ErrNotExist, ""},
		{"a folder", folder, 0, 1, ErrNoFile, ""},
		{"a device", os.DevNull, 0, 1, ErrNoFile, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Peek(t.Context(), Path(tt.path), tt.offset, tt.length)
			if string(got) != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("it reads %q, %v, want %q, %v", got, err, tt.want, tt.err)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Peek(ctx, Path(file), 0, 1); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled it came to %v", err)
	}
}
