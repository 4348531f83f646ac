package transfer

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"wangpan/wire"
	"wangpan/wire/durable"
)

// partial is an unfinished download, open and locked. The streams of one transfer write
// it, each its own segment.
type partial struct {
	path   string
	header *header
	f      *os.File

	mu      sync.Mutex // guards everything below
	record  *os.File
	pieces  *pieces
	end     int64 // of the file
	holes   bool  // the record says that there are some
	flushed bool  // the record was, since it had a digest
}

// closedPartial is the state of a partial that this process has closed. It is valid
// while the file is untouched.
type closedPartial struct {
	path   string
	stamp  *stamp
	pieces *pieces
}

func recordPath(partial string) string { return partial + recordSuffix }

// openPartial opens the partial at path to continue it. known may be nil. The error is
// ErrInUse while another transfer or process holds the lock, and errNoRecord or
// fs.ErrNotExist if path is no longer a partial.
func openPartial(ctx context.Context, path string, known *closedPartial) (*partial, error) {
	f, err := openLockedWait(ctx, path)
	if err != nil {
		return nil, err
	}
	p := &partial{path: path, f: f}
	if err := p.load(known); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *partial) load(known *closedPartial) error {
	now, err := p.f.Stat()
	if err != nil {
		return err
	}
	h, there, err := readRecord(recordPath(p.path), now.Size())
	if err != nil {
		return err
	}
	p.header, p.pieces, p.end = h, there, min(now.Size(), h.Size)
	if now.Size() > h.Size {
		if err := p.f.Truncate(h.Size); err != nil {
			return err
		}
	}
	if known != nil && known.path == p.path && known.pieces.size == h.Size && known.stamp.untouched(now) {
		p.pieces = known.pieces
	}
	return p.rewrite(h)
}

// arrived returns the number of bytes of the file that have arrived.
func (p *partial) arrived() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pieces.arrived
}

func (p *partial) missing() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pieces.missing()
}

// rebase keeps the first keep bytes as the beginning of the file that h describes.
// blocks are the digests of the whole blocks among them.
func (p *partial) rebase(h *header, keep int64, blocks []wire.Digest) error {
	if err := p.f.Truncate(keep); err != nil {
		return err
	}
	kept := startOf(h.Size, keep, blocks)
	for i := range kept.list {
		if i < len(p.pieces.list) && kept.list[i].digest == p.pieces.list[i].digest {
			kept.list[i].fresh = p.pieces.list[i].fresh && kept.whole(i)
		}
	}
	p.pieces, p.end = kept, keep
	return p.rewrite(h)
}

// rewrite replaces the record with one of h and the arrived blocks.
func (p *partial) rewrite(h *header) error {
	record, holes, err := writeRecord(recordPath(p.path), h, p.pieces)
	if err != nil {
		return err
	}
	if p.record != nil {
		_ = p.record.Close() // it is replaced
	}
	p.header, p.record, p.holes = h, record, holes
	p.flushed = len(p.pieces.digests()) > 0
	return nil
}

// close closes the partial without removing it. The result is for openPartial.
func (p *partial) close() *closedPartial {
	var known *closedPartial
	if info, err := p.f.Stat(); err == nil && p.pieces != nil {
		known = &closedPartial{path: p.path, stamp: stampOf(info), pieces: p.pieces}
	}
	if p.record != nil {
		_ = p.record.Close() // blocks without a line are fetched or read again
	}
	_ = p.f.Close() // the verification finds lost writes
	return known
}

// drop removes the partial.
func (p *partial) drop() {
	if p.record != nil {
		_ = p.record.Close() // it is removed
	}
	erase(p.f, p.path)
	_ = p.f.Close() // it is removed
}

// sync sets the modification time of the source and flushes the file. It ignores a file
// system that does not store the time.
func (p *partial) sync() error {
	_ = os.Chtimes(p.path, time.Time{}, p.header.ModTime)
	return p.f.Sync()
}

// name renames the complete file to target, closes it, and flushes the folder. If
// target exists and over is not set, it fails with fs.ErrExist and the partial stays
// open.
func (p *partial) name(target string, over bool) error {
	if closeToRename {
		_ = p.f.Close() // it was synced
	}
	rename := durable.RenameNew
	if over {
		rename = os.Rename
	}
	if err := rename(p.path, target); err != nil {
		return err
	}
	err := durable.SyncFolder(filepath.Dir(target))
	if closeToRename {
		_ = p.record.Close() // an open file cannot be removed
	}
	if err == nil {
		_ = os.Remove(recordPath(p.path)) // inspect removes one that stays
	}
	_ = p.record.Close()
	_ = p.f.Close() // it was synced
	return err
}

// readRange writes the bytes of f from offset to end to w. It returns
// io.ErrUnexpectedEOF if f is shorter. count may be nil.
func readRange(ctx context.Context, f io.ReaderAt, offset, end int64, w io.Writer, count *progress) error {
	buf := make([]byte, min(wire.ChunkSize, max(end-offset, 0)))
	for offset < end {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := f.ReadAt(buf[:min(int64(len(buf)), end-offset)], offset)
		if n == 0 {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if _, err := w.Write(buf[:n]); err != nil {
			return err
		}
		offset += int64(n)
		if count != nil {
			count.read.Add(int64(n))
		}
	}
	return nil
}
