package transfer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"wangpan/wire"
)

// A record describes the partial beside it. Its first line is a JSON object. Further
// lines are appended as bytes arrive, so that resuming reads no data again. A later line
// about a block replaces an earlier one. A reader ignores an incomplete last line.
//
//	holes          the partial has holes: bytes without a line have not arrived
//	17 1a2b…       block 17 has arrived and has this digest
//	17 +2097152    the first 2097152 bytes of block 17 have arrived
//
// Without "holes" all bytes up to the end of the file have arrived, whatever the lines
// say. With it, the last block has arrived up to the end of the file. Format 1 contains
// only the digests of the first blocks.

const (
	recordFormat = 2
	maxHeader    = 16 << 10 // bytes of the first line
	holesLine    = "holes"
	// maxGap is the maximum number of blocks between two lines. Streams are closer
	// together.
	maxGap = 4096
)

var errNoRecord = errors.New("not a record of a partial")

// header is the first line of a record.
type header struct {
	Format  int          `json:"format"`
	Origin  string       `json:"origin"` // Options.Origin
	Path    wire.Path    `json:"path"`
	Name    string       `json:"name"` // of the target, in the folder of the record
	Version wire.Version `json:"version"`
	Size    int64        `json:"size"`
	ModTime time.Time    `json:"mtime"`
	// Replaces is the file that the user agreed to replace, if there was one.
	Replaces *replaced `json:"replaces,omitempty"`
}

type replaced struct {
	Size    int64     `json:"size"`
	ModTime time.Time `json:"mtime"`
}

func (h *header) check() error {
	if h.Format < 1 || h.Format > recordFormat || h.Path == "" || h.Name == "" || h.Version == "" || h.Size < 0 || h.Size > wire.MaxSize {
		return errNoRecord
	}
	return nil
}

// parseRecord reads the record of a partial whose file has fileSize bytes, up to the
// first invalid line.
func parseRecord(r io.Reader, fileSize int64) (*header, *pieces, error) {
	lines := bufio.NewReaderSize(r, maxHeader)
	first, err := lines.ReadSlice('\n')
	if err != nil {
		return nil, nil, errNoRecord
	}
	h := new(header)
	if err := wire.Unmarshal(first, h); err != nil {
		return nil, nil, errNoRecord
	}
	if err := h.check(); err != nil {
		return nil, nil, err
	}
	p := &pieces{size: h.Size}
	holes := p.readLines(lines, h.Format)
	h.Format = recordFormat // it is rewritten in this format
	return h, p.within(min(fileSize, h.Size), holes), nil
}

// readLines reads lines up to the first invalid one and reports whether the partial has
// holes.
func (p *pieces) readLines(lines *bufio.Reader, format int) (holes bool) {
	for n := 0; ; n++ {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return holes
		}
		text := string(line[:len(line)-1])
		if format == 1 {
			text = strconv.Itoa(n) + " " + text
		}
		if text == holesLine {
			holes = true
		} else if !p.readLine(text) {
			return holes
		}
	}
}

// readLine applies one line about a block and reports whether it is valid.
func (p *pieces) readLine(line string) bool {
	number, what, _ := strings.Cut(line, " ")
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= p.count() || i > len(p.list)+maxGap {
		return false
	}
	if bytes, ok := strings.CutPrefix(what, "+"); ok {
		n, err := strconv.ParseInt(bytes, 10, 32)
		if err != nil || n < 1 || n > p.length(i) {
			return false
		}
		p.set(i, n)
		p.at(i).digest = wire.Digest{}
		return true
	}
	var d wire.Digest
	if d.UnmarshalText([]byte(what)) != nil {
		return false
	}
	p.set(i, p.length(i))
	p.at(i).digest = d
	return true
}

// within returns the blocks of p that a file of n bytes contains.
func (p *pieces) within(n int64, holes bool) *pieces {
	fit := &pieces{size: p.size}
	for i := range min(int(wire.BlockCount(n)), len(p.list)+maxGap) {
		start := int64(i) * wire.BlockSize
		there := min(p.length(i), n-start)
		if ends := start+there == n; holes && !ends {
			if i >= len(p.list) {
				continue
			}
			there = int64(p.list[i].bytes)
		}
		fit.set(i, there)
		if i < len(p.list) && fit.whole(i) {
			fit.at(i).digest = p.list[i].digest
		}
	}
	return fit
}

// readRecord reads the record at path, of a partial whose file has fileSize bytes.
func readRecord(path string, fileSize int64) (*header, *pieces, error) {
	f, _, err := openChecked(path, os.O_RDONLY|openNoFollow)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return parseRecord(f, fileSize)
}

func digestLine(i int, d wire.Digest) string { return strconv.Itoa(i) + " " + d.String() + "\n" }

func bytesLine(i int, n int32) string { return fmt.Sprintf("%d +%d\n", i, n) }

// lines returns the lines of a record of p. known says whether one has a digest.
func (p *pieces) lines() (text []byte, holes, known bool) {
	lines := new(bytes.Buffer)
	holes = p.arrived > p.prefix()
	if holes {
		lines.WriteString(holesLine + "\n")
	}
	for i, b := range p.list {
		switch {
		case b.digest != wire.Digest{} && p.whole(i):
			lines.WriteString(digestLine(i, b.digest))
			known = true
		case holes && b.bytes > 0:
			lines.WriteString(bytesLine(i, b.bytes))
		}
	}
	return lines.Bytes(), holes, known
}

// writeRecord replaces the record at path and returns it, locked and open for appending.
// The caller holds the lock of the partial. A record without digests is not flushed:
// thousands of small files would wait for the disk, and it contains little.
func writeRecord(path string, h *header, p *pieces) (f *os.File, holes bool, err error) {
	line, err := json.Marshal(h)
	if err != nil {
		return nil, false, err
	}
	if len(line) >= maxHeader {
		return nil, false, fmt.Errorf("write record: header has %d bytes", len(line))
	}
	text, holes, known := p.lines()
	f, err = replaceRecord(path, append(append(line, '\n'), text...), known)
	return f, holes, err
}

// replaceRecord replaces the file at path with content and returns it.
func replaceRecord(path string, content []byte, flush bool) (*os.File, error) {
	temporary := strings.TrimSuffix(path, recordSuffix) + rewriteSuffix
	if err := os.Remove(temporary); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL|openNoFollow, 0o600)
	if err != nil {
		return nil, err
	}
	err = f.Chmod(0o600) // independent of the umask
	if err == nil {
		err = lockFile(f)
	}
	if err == nil {
		_, err = f.Write(content)
	}
	if err == nil && flush {
		err = f.Sync()
	}
	if err == nil && closeToRename {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err == nil && closeToRename {
		f, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	}
	if err != nil {
		_ = f.Close() // it is removed
		_ = os.Remove(temporary)
		return nil, err
	}
	return f, nil
}
