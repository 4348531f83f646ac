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

// partial is an unfinished download, open and locked: nobody else writes it.
// Streams of this process write it, each a segment of its own.
type partial struct {
	path   string
	header *header
	f      *os.File

	mu      sync.Mutex // guards what follows
	record  *os.File
	pieces  *pieces
	end     int64 // of the file
	holes   bool  // the record says that there are some
	flushed bool  // the record was, since it had a digest
}

// closedPartial is what this process knows of a partial that it has closed: it
// holds while the file is untouched.
type closedPartial struct {
	path   string
	stamp  *stamp
	pieces *pieces
}

func recordPath(partial string) string { return partial + recordSuffix }

// openPartial opens the partial at path to go on. known may be nil. The error
// is ErrInUse while somebody else has it, and errNoRecord or fs.ErrNotExist
// when it is no partial any more.
func openPartial(path string, known *closedPartial) (*partial, error) {
	f, err := openLockedSoon(path)
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

// there is how many bytes of the file have arrived.
func (p *partial) there() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pieces.there
}

func (p *partial) missing() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pieces.missing()
}

// rebase makes the first keep bytes the beginning of what h describes. blocks
// are the digests of the whole blocks among them.
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

// rewrite puts h and what is there into the record.
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

// close lets go of the partial and keeps it. What it returns is for opening it again.
func (p *partial) close() *closedPartial {
	var known *closedPartial
	if info, err := p.f.Stat(); err == nil && p.pieces != nil {
		known = &closedPartial{path: p.path, stamp: stampOf(info), pieces: p.pieces}
	}
	if p.record != nil {
		_ = p.record.Close() // bytes whose line did not get through are fetched or read again
	}
	_ = p.f.Close() // what did not get through is found when it is verified
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

// sync makes the content durable, with the time of modification that it is to
// have. A file system that cannot keep that time has no part in the content.
func (p *partial) sync() error {
	_ = os.Chtimes(p.path, time.Time{}, p.header.ModTime)
	return p.f.Sync()
}

// name gives the complete file its name: target, where nothing may be unless
// over is set. It fails with fs.ErrExist, and is still a partial then. Else it
// is closed, and its folder is durable.
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
		_ = os.Remove(recordPath(p.path)) // one that stays is removed when somebody looks there again
	}
	_ = p.record.Close()
	_ = p.f.Close() // it was synced
	return err
}

// readRange writes the bytes of f from offset to end to w. Fewer than that is
// io.ErrUnexpectedEOF. count may be nil.
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
