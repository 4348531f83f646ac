package storage

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// The extents file tells how much of each block is there: four bytes a block,
// little endian, the number of bytes from its beginning. It is never flushed
// and never believed: what it names is read and digested before it counts. So
// nothing is lost when only the daemon dies, and after a power cut, when data
// that it names may be missing, the digests tell. It does not grow with the
// number of writes.
//
// Where there is none, the end of the data tells how much of the block is there
// in which it lies. So an upload of one block needs none.

// hintEvery is how many bytes of a range come between two notes of how far it
// is, and so the most that a range loses when the daemon is killed.
const hintEvery = 1 << 20

// extentSize is what the extents file has for a block, in bytes.
const extentSize = 4

// hint notes how much of a block is there.
func (u *upload) hint(block, have int64) error {
	if u.record.Size <= wire.BlockSize {
		return u.data.Truncate(have)
	}
	f, err := u.extentsFile()
	if err != nil {
		return err
	}
	var cell [extentSize]byte
	binary.LittleEndian.PutUint32(cell[:], uint32(have)) //nolint:gosec // at most a block
	_, err = f.WriteAt(cell[:], block*extentSize)
	return err
}

// extentsFile opens the extents for writing, once.
func (u *upload) extentsFile() (*os.File, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.extents == nil {
		f, err := u.ensure(extentsName(u.id))
		if err != nil {
			return nil, err
		}
		u.extents = f
	}
	return u.extents, nil
}

// ensure opens a file of an upload for writing and makes it when it is missing.
func (a *account) ensure(name string) (*os.File, error) {
	f, err := createFile(a.staged, name)
	if errors.Is(err, fs.ErrExist) {
		return a.staged.OpenFile(name, os.O_RDWR|openFlags, 0)
	}
	return f, err
}

// survey calls each for every block of which the files of an upload say that
// something is there: how much, and the recorded digest of a whole one, or
// zero. end is the size of the data.
func (a *account) survey(id wire.UploadID, size, end int64, each func(block, have int64, recorded wire.Digest)) error {
	blocks, err := a.openColumn(blocksName(id))
	if err != nil {
		return err
	}
	defer blocks.Close()
	extents, err := a.openColumn(extentsName(id))
	if err != nil {
		return err
	}
	defer extents.Close()
	for block := range wire.BlockCount(end) {
		var recorded wire.Digest
		var cell [extentSize]byte
		if err := errors.Join(blocks.next(recorded[:]), extents.next(cell[:])); err != nil {
			return err
		}
		there := blockLength(end, block)
		have := min(there, int64(binary.LittleEndian.Uint32(cell[:])))
		switch {
		case there < blockLength(size, block):
			recorded = wire.Digest{}
		case recorded != wire.Digest{}:
			have = there
		}
		if extents.missing && block == wire.BlockCount(end)-1 {
			have = there
		}
		if have > 0 {
			each(block, have, recorded)
		}
	}
	return nil
}

// column is a file with so many bytes for each block. Where it ends, zeros follow.
type column struct {
	io.Closer
	r       io.Reader
	missing bool // the file is
}

func (a *account) openColumn(name string) (column, error) {
	f, _, err := openFile(a.staged, name)
	if errors.Is(err, fs.ErrNotExist) {
		empty := io.NopCloser(strings.NewReader(""))
		return column{empty, empty, true}, nil
	}
	if err != nil {
		return column{}, err
	}
	return column{f, bufio.NewReader(f), false}, nil
}

func (c column) next(cell []byte) error {
	_, err := io.ReadFull(c.r, cell)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		clear(cell) // a crash has cut it
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// read finds out what is there of an upload: recorded blocks are taken as they
// are, the others are digested again.
func (u *upload) read(ctx context.Context, end int64) error {
	u.pieces = newPieces(u.record.Size)
	var unrecorded []int64
	err := u.survey(u.id, u.record.Size, end, func(block, have int64, recorded wire.Digest) {
		if recorded == (wire.Digest{}) {
			unrecorded = append(unrecorded, block)
		} else {
			u.lasting = true
		}
		u.pieces.found(block, have, recorded)
	})
	if err != nil {
		return fmt.Errorf("read what is staged: %w", err)
	}
	for _, block := range unrecorded {
		h, start := digest.From(block), block*wire.BlockSize
		if err := hashRange(ctx, h, u.data, start, start+u.pieces.have(block)); err != nil {
			return fmt.Errorf("read what is staged: %w", err)
		}
		u.pieces.digested(block, h)
	}
	return nil
}
