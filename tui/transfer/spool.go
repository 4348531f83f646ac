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
	// spoolReserve is the free space in bytes that a spool leaves on the disk, which
	// also stores the user's state.
	spoolReserve = 64 << 20
)

// Spool is a private file with the content of a pipe, which can be read only once, so
// that an upload of it can be resumed. Close removes it. The next NewSpool in the folder
// removes the spools of killed processes.
type Spool struct {
	Path string
	f    *os.File
}

// NewSpool makes an empty spool in folder. It makes the folder if it does not exist.
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

// sweepSpools removes the spools of processes that have ended.
func sweepSpools(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return // making a new one reports the error
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

// Fill copies all of r to the spool and calls progress with the number of bytes so far.
// progress may be nil. expected is the number of bytes of r, or negative if unknown.
// Fill returns when ctx ends, even if a Read of r blocks.
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

// piece is the result of one Read.
type piece struct {
	bytes []byte
	err   error
}

// pump reads r into unused buffers until r or ctx ends.
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

// room reports whether the disk has room for that many bytes besides the reserve.
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
		_ = s.f.Truncate(0) // free the space
	}
	_ = s.f.Close() // its content is not needed
}
