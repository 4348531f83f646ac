package wire

import (
	"bytes"
	"encoding/hex"
	"time"
)

// MaxSize is the largest size, offset or length in a message: 2⁵³−1 bytes.
const MaxSize = 1<<53 - 1

// MaxEntries is the most entries in one Listing.
const MaxEntries = 4096

// Version names one content of one path; see the package documentation.
type Version string

// UnmarshalText accepts 1 to 64 printable ASCII characters.
func (v *Version) UnmarshalText(text []byte) error {
	if len(text) == 0 || len(text) > 64 {
		return Errorf(Invalid, "a version has 1 to 64 characters")
	}
	for _, c := range text {
		if c <= ' ' || c > '~' {
			return Errorf(Invalid, "a version holds a character that is not allowed")
		}
	}
	*v = Version(text)
	return nil
}

// Digest is the BLAKE3-256 of a whole file, or the chaining value of a block.
type Digest [32]byte

// String returns 64 lower-case hexadecimal digits, what b3sum prints.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText encodes d as String does.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText decodes 64 lower-case hexadecimal digits.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(d)) {
		return Errorf(Invalid, "a digest has %d hexadecimal digits", hex.EncodedLen(len(d)))
	}
	if _, err := hex.Decode(d[:], text); err != nil || bytes.ContainsAny(text, "ABCDEF") {
		return Errorf(Invalid, "a digest holds a character that is no lower-case hexadecimal digit")
	}
	return nil
}

// Entry is a file or folder as a client sees it.
type Entry struct {
	Name    Name      `json:"name"`
	Size    int64     `json:"size"`
	ModTime time.Time `json:"mtime"`
	IsDir   bool      `json:"is_dir,omitempty"`
	Version Version   `json:"version,omitempty"` // files only

	// Executable says that the owner may run the file as a program. A server
	// without FeatureExecutable never sets it.
	Executable bool `json:"executable,omitempty"`
}

// RootName is the Name of the Entry of Root.
const RootName Name = "/"

// StatArgs ask for one entry.
type StatArgs struct {
	Path Path `json:"path"`
}

// StatReply is an entry and, for a file, its digest if the server knows it.
type StatReply struct {
	Entry  Entry   `json:"entry"`
	Digest *Digest `json:"digest,omitempty"`
}

// ListArgs ask for a page of a folder.
type ListArgs struct {
	Path  Path `json:"path"`
	After Name `json:"after,omitempty"` // names behind this one only
	Limit int  `json:"limit,omitempty"` // 0 means MaxEntries
}

// Listing is a page of a folder, in the byte order of the names.
type Listing struct {
	Entries  []Entry `json:"entries"`
	More     bool    `json:"more"`     // others follow
	Unlisted int     `json:"unlisted"` // what the protocol cannot name or move
}

// GetArgs ask for a range of a file.
type GetArgs struct {
	Path    Path    `json:"path"`
	Version Version `json:"version,omitempty"` // only this one
	Offset  int64   `json:"offset,omitempty"`
	Length  *int64  `json:"length,omitempty"` // absent: up to the end
}

// GetReply comes before the body of a get.
type GetReply struct {
	Entry  Entry   `json:"entry"`
	Offset int64   `json:"offset"`
	Length int64   `json:"length"` // bytes of the body
	Digest *Digest `json:"digest,omitempty"`
}

// BlocksArgs ask for the digests of a file or of a staged upload.
type BlocksArgs struct {
	Path    Path     `json:"path,omitempty"`
	Upload  UploadID `json:"upload,omitempty"`
	Version Version  `json:"version,omitempty"` // of a file only
	Length  *int64   `json:"length,omitempty"`  // of a file only: blocks of the first so many bytes; absent: all
}

// BlocksReply comes before the body of a blocks: 32 bytes a block.
type BlocksReply struct {
	Version    Version      `json:"version,omitempty"` // not for an upload
	Size       int64        `json:"size"`
	Length     int64        `json:"length"`
	Digest     *Digest      `json:"digest,omitempty"`     // of the whole; not for an upload
	Unfinished []Unfinished `json:"unfinished,omitempty"` // of an upload, in the order of the blocks
}

// Unfinished is a block of an upload of which only the beginning is staged.
type Unfinished struct {
	Block int64 `json:"block"` // its index
	Bytes int64 `json:"bytes"` // that are there; at least one, and not all
}

// BlockCount returns how many blocks cover n bytes.
func BlockCount(n int64) int64 { return (n + BlockSize - 1) / BlockSize }

// MkdirArgs make a folder.
type MkdirArgs struct {
	Path Path `json:"path"`
}

// Check demands a path.
func (a StatArgs) Check() error { return checkPath(a.Path) }

// Check demands a path.
func (a MkdirArgs) Check() error { return checkPath(a.Path) }

// Check demands a path, a limit within bounds, and to go on after a name that
// an entry can have.
func (a ListArgs) Check() error {
	if a.Limit < 0 || a.Limit > MaxEntries {
		return Errorf(Invalid, "a listing has at most %d entries", MaxEntries)
	}
	if a.After == RootName {
		return Errorf(Invalid, "a listing goes on after the name of an entry")
	}
	return checkPath(a.Path)
}

// Check demands a path and a range within bounds.
func (a GetArgs) Check() error {
	if err := checkPath(a.Path); err != nil {
		return err
	}
	return checkRange(a.Offset, a.Length)
}

// Check demands either an upload or a path, which alone may have a version and
// a length, within bounds.
func (a BlocksArgs) Check() error {
	if (a.Path == "") == (a.Upload == "") {
		return Errorf(Invalid, "name either a path or an upload")
	}
	if a.Upload != "" && (a.Version != "" || a.Length != nil) {
		return Errorf(Invalid, "the blocks of an upload take neither version nor length")
	}
	return checkRange(0, a.Length)
}

func checkPath(p Path) error {
	if p == "" {
		return Errorf(Invalid, "the path is missing")
	}
	return nil
}

func checkRange(offset int64, length *int64) error {
	if offset < 0 || offset > MaxSize || length != nil && (*length < 0 || *length > MaxSize) {
		return Errorf(Invalid, "a size, offset or length is out of bounds")
	}
	return nil
}
