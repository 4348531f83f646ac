package local

import (
	"context"
	"errors"
	"io"
	"os"

	"wangpan/wire"
)

// ErrNoFile means that a path is not a regular file. Reading a pipe or a device may
// block or have effects.
var ErrNoFile = errors.New("not a regular file")

// Peek reads length bytes of a file from offset on, or fewer at its end. It fails with
// ErrNoFile. It returns when ctx ends, even if the disk does not answer.
func Peek(ctx context.Context, path wire.Path, offset, length int64) ([]byte, error) {
	type answer struct {
		content []byte
		err     error
	}
	done := make(chan answer, 1)
	go func() {
		content, err := peek(Host(path), offset, length)
		done <- answer{content, err}
	}()
	select {
	case got := <-done:
		return got.content, got.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func peek(host string, offset, length int64) ([]byte, error) {
	info, err := os.Stat(host) // before opening it, which may block on a pipe
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNoFile
	}
	f, err := os.Open(host)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content := make([]byte, min(length, max(info.Size()-offset, 0)))
	n, err := f.ReadAt(content, offset)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return content[:n], err
}
