package transfer

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// partial is an unfinished download, open and locked: nobody else writes it.
// Bytes are appended and digested in one go.
type partial struct {
	path   string
	header *header
	f      *os.File
	record *os.File
	hasher *digest.Hasher
	size   int64 // bytes that are there
	logged int   // digests in the record
	// unread is how many bytes from the start, a number of whole blocks, are
	// known by the record alone. They were not read since somebody else could
	// have changed them, and are verified at the end.
	unread int64
}

// closedPartial is what this process knows of a partial that it has closed: while the
// file is untouched, only unread of its bytes were digested by somebody else.
type closedPartial struct {
	path   string
	stamp  *stamp
	unread int64
}

func recordPath(partial string) string { return partial + recordSuffix }

// openPartial opens the partial at path to go on. known may be nil. The error
// is ErrInUse while somebody else has it, and errNoRecord or fs.ErrNotExist
// when it is no partial any more.
func openPartial(ctx context.Context, path string, known *closedPartial, count *progress) (*partial, error) {
	f, err := openLocked(path)
	if err != nil {
		return nil, err
	}
	p := &partial{path: path, f: f}
	if err := p.load(ctx, known, count); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *partial) load(ctx context.Context, known *closedPartial, count *progress) error {
	now, err := p.f.Stat()
	if err != nil {
		return err
	}
	h, digests, err := readRecord(recordPath(p.path))
	if err != nil {
		return err
	}
	p.header = h
	p.size = now.Size()
	if p.size > h.Size {
		if err := p.f.Truncate(h.Size); err != nil {
			return err
		}
		p.size = h.Size
	}
	if err := p.rehash(ctx, digests, count); err != nil {
		return err
	}
	if known != nil && known.path == p.path && known.stamp.untouched(now) {
		p.unread = min(known.unread, p.unread)
	}
	p.record, err = writeRecord(recordPath(p.path), h, p.hasher.Blocks())
	p.logged = len(p.hasher.Blocks())
	return err
}

// rehash begins to digest behind the blocks given, which cover the partial's
// beginning; what is there behind them is read.
func (p *partial) rehash(ctx context.Context, blocks []wire.Digest, count *progress) error {
	whole := min(int64(len(blocks)), p.size/wire.BlockSize)
	hasher, offset := digest.Resume(blocks[:whole], p.size)
	p.hasher, p.unread = hasher, offset
	return readRange(ctx, p.f, offset, p.size, hasher, count)
}

// Write appends b.
func (p *partial) Write(b []byte) (int, error) {
	n, err := p.f.WriteAt(b, p.size)
	p.size += int64(n)
	_, _ = p.hasher.Write(b[:n])
	if err != nil {
		return n, err
	}
	return n, p.log()
}

// log appends the digests of the blocks that have become whole to the record.
func (p *partial) log() error {
	blocks := p.hasher.Blocks()
	first := p.logged == 0 && len(blocks) > 0
	for ; p.logged < len(blocks); p.logged++ {
		if _, err := p.record.WriteString(blocks[p.logged].String() + "\n"); err != nil {
			return err
		}
	}
	if first {
		return p.record.Sync() // from now on there is work to lose with it
	}
	return nil
}

// rebase makes the first keep bytes the beginning of what h describes. blocks
// are the digests of the whole blocks among them.
func (p *partial) rebase(ctx context.Context, h *header, keep int64, blocks []wire.Digest, count *progress) error {
	unread := p.unread
	if err := p.f.Truncate(keep); err != nil {
		return err
	}
	p.size = keep
	if err := p.rehash(ctx, blocks, count); err != nil {
		return err
	}
	p.unread = min(unread, p.unread)
	return p.rewrite(h)
}

// rewrite puts h and the digests of all whole blocks into the record.
func (p *partial) rewrite(h *header) error {
	record, err := writeRecord(recordPath(p.path), h, p.hasher.Blocks())
	if err != nil {
		return err
	}
	_ = p.record.Close() // it is replaced
	p.header, p.record, p.logged = h, record, len(p.hasher.Blocks())
	return nil
}

// close lets go of the partial and keeps it. What it returns is for opening it again.
func (p *partial) close() *closedPartial {
	var known *closedPartial
	if info, err := p.f.Stat(); err == nil {
		known = &closedPartial{path: p.path, stamp: stampOf(info), unread: p.unread}
	}
	if p.record != nil {
		_ = p.record.Close() // a line that did not get through is read from the partial again
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
	rename := renameNew
	if over {
		rename = os.Rename
	}
	if err := rename(p.path, target); err != nil {
		return err
	}
	err := syncFolder(filepath.Dir(target))
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
