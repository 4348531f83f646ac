package preview

import (
	"context"
	"errors"
	"io"
	"sync"

	"wangpan/wire"
)

// target is the entry to show and its source. The zero target is none.
type target struct {
	Source source
	Path   wire.Path
	Entry  wire.Entry
}

// Sizes in bytes.
const (
	blockSize   = 64 << 10 // the unit of requests
	requestSize = 1 << 20  // per request, so that a cancelled request costs little
)

// errTooMuch reports that a read would exceed the budget of a reader.
var errTooMuch = errors.New("fetch: too many bytes for a preview")

// file stores the fetched blocks of a file. It is safe for concurrent use.
type file struct {
	item target

	mu     sync.Mutex
	blocks map[int64][]byte // by index; immutable
	bytes  int64            // of all blocks
}

func newFile(item target) *file { return &file{item: item, blocks: make(map[int64][]byte)} }

// size returns the number of stored bytes.
func (f *file) size() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bytes
}

// reader reads from a file within a budget until its context ends. It is not safe
// for concurrent use.
type reader struct {
	ctx    context.Context //nolint:containedctx // io.ReaderAt takes none
	file   *file
	budget int64 // bytes that the file may store
}

func (f *file) reader(ctx context.Context, budget int64) *reader { return &reader{ctx, f, budget} }

// section returns the whole file as a stream that can seek.
func (r *reader) section() *io.SectionReader {
	return io.NewSectionReader(r, 0, r.file.item.Entry.Size)
}

// head returns the first n bytes, fewer at the end of the file.
func (r *reader) head(n int64) ([]byte, error) {
	content := make([]byte, min(n, r.file.item.Entry.Size))
	read, err := r.ReadAt(content, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return content[:read], err
}

// ReadAt reads stored blocks and fetches the missing ones.
func (r *reader) ReadAt(p []byte, offset int64) (int, error) {
	size := r.file.item.Entry.Size
	if offset < 0 || offset >= size {
		return 0, io.EOF
	}
	end := min(offset+int64(len(p)), size)
	read := 0
	for at := offset; at < end; {
		block, err := r.block(at/blockSize, (end-1)/blockSize)
		if err != nil {
			return read, err
		}
		from := at % blockSize
		if from >= int64(len(block)) { // the file is shorter than its entry says
			return read, io.ErrUnexpectedEOF
		}
		n := copy(p[read:end-offset], block[from:])
		read += n
		at += int64(n)
	}
	if read < len(p) {
		return read, io.EOF
	}
	return read, nil
}

// block returns one block. If it is missing, block also fetches the missing blocks
// after it, up to last.
func (r *reader) block(index, last int64) ([]byte, error) {
	f := r.file
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	block, ok := f.blocks[index]
	next := index + 1
	for next <= last && (next-index)*blockSize < requestSize && f.blocks[next] == nil {
		next++
	}
	kept := f.bytes
	f.mu.Unlock()
	if ok {
		return block, nil
	}
	offset := index * blockSize
	length := min(next*blockSize, f.item.Entry.Size) - offset
	if kept+length > r.budget {
		return nil, errTooMuch
	}
	content, err := f.item.Source.Read(r.ctx, f.item.Path, f.item.Entry.Version, offset, length)
	if err != nil {
		return nil, &sourceError{err}
	}
	if int64(len(content)) > length {
		content = content[:length]
	}
	f.keep(index, content)
	return content[:min(len(content), blockSize)], nil
}

// keep stores fetched bytes as blocks, from index on.
func (f *file) keep(index int64, content []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(content) > 0 {
		n := min(len(content), blockSize)
		if f.blocks[index] == nil {
			f.blocks[index] = content[:n:n]
			f.bytes += int64(n)
		}
		content = content[n:]
		index++
	}
}
