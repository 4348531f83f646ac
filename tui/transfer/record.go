package transfer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"wangpan/wire"
)

// A record stands beside a partial and says what it is part of. Its first line
// is a JSON object, each line behind it the digest of the next whole block in
// hexadecimal digits. Lines are appended as blocks complete, so that 80 GB are
// never read again just to go on; a torn last line is one that was not written.

const (
	recordFormat = 1
	maxHeader    = 16 << 10                 // bytes of the first line
	digestLine   = 2*len(wire.Digest{}) + 1 // bytes of a line behind it
)

var errNoRecord = errors.New("it is no record of a partial")

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
	if h.Format != recordFormat || h.Path == "" || h.Name == "" || h.Version == "" || h.Size < 0 || h.Size > wire.MaxSize {
		return errNoRecord
	}
	return nil
}

// parseRecord reads a record. Digests end before the first line that is none.
func parseRecord(r io.Reader) (*header, []wire.Digest, error) {
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
	var digests []wire.Digest
	for limit := wire.BlockCount(h.Size); int64(len(digests)) < limit; {
		d, ok := nextDigest(lines)
		if !ok {
			break
		}
		digests = append(digests, d)
	}
	return h, digests, nil
}

func nextDigest(lines *bufio.Reader) (d wire.Digest, ok bool) {
	line, err := lines.ReadSlice('\n')
	if err != nil || len(line) != digestLine {
		return d, false
	}
	return d, d.UnmarshalText(line[:digestLine-1]) == nil
}

// readRecord reads the record at path.
func readRecord(path string) (*header, []wire.Digest, error) {
	f, _, err := openChecked(path, os.O_RDONLY|openNoFollow)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return parseRecord(f)
}

// writeRecord puts a whole record at path at once and returns it, open for
// appending and locked. Only the holder of the partial's lock does that. One without
// digests is not flushed: thousands of small files would wait for the disk, and
// little is lost with it.
func writeRecord(path string, h *header, digests []wire.Digest) (*os.File, error) {
	line, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	if len(line) >= maxHeader {
		return nil, fmt.Errorf("the record would have %d bytes in its first line", len(line))
	}
	content := bytes.NewBuffer(append(line, '\n'))
	for _, d := range digests {
		content.WriteString(d.String())
		content.WriteByte('\n')
	}
	temporary := strings.TrimSuffix(path, recordSuffix) + rewriteSuffix
	if err := os.Remove(temporary); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL|openNoFollow, 0o600)
	if err != nil {
		return nil, err
	}
	err = f.Chmod(0o600) // whatever the umask took
	if err == nil {
		err = lockFile(f)
	}
	if err == nil {
		_, err = f.Write(content.Bytes())
	}
	if err == nil && len(digests) > 0 {
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
		_ = f.Close() // it is given up
		_ = os.Remove(temporary)
		return nil, err
	}
	return f, nil
}
