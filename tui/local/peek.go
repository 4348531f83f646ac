package local

import (
	"context"
	"errors"
	"io"
	"os"

	"wangpan/wire"
)

// ErrNoFile is the error of a look into what is no file: a pipe or a device,
// which might never answer, or do something.
var ErrNoFile = errors.New("no ordinary file")

// Peek reads so many bytes of a file from offset on, fewer only where it ends.
// A disk that does not answer is left behind when ctx ends.
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
	info, err := os.Stat(host) // before it is opened, since that may wait for ever, too
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
