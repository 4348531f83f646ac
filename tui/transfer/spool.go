package transfer

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"wangpan/wire/durable"
)

const (
	spoolPrefix = "spool-"
	spoolChunk  = 256 << 10
	// spoolReserve is what a spool leaves of the disk, in bytes: it is the one
	// with the person's own state on it, and nobody said how much will come.
	spoolReserve = 64 << 20
)

// Spool is a private file that holds what a pipe brought, so that an upload can
// be cut and go on: a pipe is read once. Close removes it, and when the program
// is killed before, the next NewSpool in the folder does.
type Spool struct {
	Path string
	f    *os.File
}

// NewSpool makes an empty spool in folder, which is made when it is missing.
func NewSpool(folder string) (*Spool, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fromDisk(ErrDisk, folder, err)
	}
	sweepSpools(folder)
	path := filepath.Join(folder, spoolPrefix+rand.Text())
	f, err := createLocked(path)
	if err != nil {
		return nil, fromDisk(ErrDisk, path, err)
	}
	return &Spool{Path: path, f: f}, nil
}

// sweepSpools removes spools that nobody has any more.
func sweepSpools(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return // making a new one will say it
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), spoolPrefix) || !e.Type().IsRegular() {
			continue
		}
		path := filepath.Join(folder, e.Name())
		if f, err := openLocked(path); err == nil {
			(&Spool{path, f}).Close()
		}
	}
}

// Fill copies all of r into the spool and tells progress how much there is, if
// it is not nil. Expected is how much will come, negative when nobody knows.
// When ctx ends, a Read that waits is left behind.
func (s *Spool) Fill(ctx context.Context, r io.Reader, expected int64, progress func(bytes int64)) error {
	if !s.room(max(expected, 0)) {
		return &Error{Kind: ErrDiskFull, Path: s.Path}
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	pieces, used := make(chan piece), make(chan []byte, 2)
	used <- make([]byte, spoolChunk)
	used <- make([]byte, spoolChunk)
	go pump(reading, r, pieces, used)
	for size := int64(0); ; {
		var p piece
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case p = <-pieces:
		}
		if _, err := s.f.Write(p.bytes); err != nil {
			return fromDisk(ErrDisk, s.Path, err)
		}
		before := size / spoolReserve
		if size += int64(len(p.bytes)); size/spoolReserve != before && !s.room(0) {
			return &Error{Kind: ErrDiskFull, Path: s.Path}
		}
		if progress != nil {
			progress(size)
		}
		switch {
		case errors.Is(p.err, io.EOF):
			return nil
		case p.err != nil:
			return &Error{Kind: ErrUnreadable, Err: cause(p.err)}
		}
		used <- p.bytes
	}
}

// piece is what one Read brought.
type piece struct {
	bytes []byte
	err   error
}

// pump reads r into the buffers that are not in use, until it ends or ctx does.
func pump(ctx context.Context, r io.Reader, pieces chan<- piece, used <-chan []byte) {
	for {
		select {
		case <-ctx.Done():
			return
		case b := <-used:
			n, err := r.Read(b[:cap(b)])
			select {
			case pieces <- piece{b[:n], err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}
}

// room reports whether so many bytes more leave the reserve alone.
func (s *Spool) room(bytes int64) bool {
	free := durable.FreeSpace(filepath.Dir(s.Path))
	return free < 0 || free-spoolReserve >= bytes
}

// Close removes the spool.
func (s *Spool) Close() {
	if closeToRename {
		_ = s.f.Close() // an open file cannot be removed
	}
	if err := os.Remove(s.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		_ = s.f.Truncate(0) // at least it takes no room
	}
	_ = s.f.Close() // nothing in it is wanted any more
}
