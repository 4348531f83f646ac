package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"wangpan/wire"
)

// versionOf names the content that a file had when info was taken. It needs no
// look into the file, so that a listing can carry it.
func versionOf(info fs.FileInfo) wire.Version {
	var buf [32]byte
	binary.LittleEndian.PutUint64(buf[0:], inodeOf(info))
	binary.LittleEndian.PutUint64(buf[8:], uint64(info.Size())) //nolint:gosec // any bits will do
	binary.LittleEndian.PutUint64(buf[16:], uint64(info.ModTime().UnixNano()))
	binary.LittleEndian.PutUint64(buf[24:], uint64(changeTime(info))) //nolint:gosec // any bits will do
	sum := sha256.Sum256(buf[:])
	return wire.Version(hex.EncodeToString(sum[:16]))
}

// entryOf describes a regular file or a folder to the client.
func entryOf(name wire.Name, info fs.FileInfo) wire.Entry {
	if name == "" {
		name = wire.RootName
	}
	e := wire.Entry{Name: name, ModTime: info.ModTime().UTC(), IsDir: info.IsDir()}
	if !e.IsDir {
		e.Size, e.Version, e.Executable = info.Size(), versionOf(info), isExecutable(info)
	}
	return e
}

// ownerExecutes is the mode bit that stores wire.Entry.Executable. No other bit
// beyond 0600 is ever set: a drive's files belong to the daemon's user alone.
const ownerExecutes fs.FileMode = 0o100

func isExecutable(info fs.FileInfo) bool {
	return info.Mode().IsRegular() && info.Mode()&ownerExecutes != 0
}

// setExecutable gives a file its mode.
func setExecutable(f *os.File, executable bool) error {
	mode := fs.FileMode(0o600)
	if executable {
		mode |= ownerExecutes
	}
	return f.Chmod(mode)
}

// sameContent reports whether a file looks unwritten since it was before. The
// ctime is left out: it changes when the file is only replaced or linked.
func sameContent(before, now fs.FileInfo) bool {
	return before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

// An attribute is the text "DIGEST SIZE MTIME": 64 hexadecimal digits, bytes,
// nanoseconds since 1970.

func formatAttribute(d wire.Digest, info fs.FileInfo) []byte {
	return fmt.Appendf(nil, "%s %d %d", d, info.Size(), info.ModTime().UnixNano())
}

// parseAttribute returns the digest in an attribute, unless it is of another
// size or mtime: then somebody has written to the file since.
func parseAttribute(value []byte, info fs.FileInfo) (d wire.Digest, ok bool) {
	parts := strings.Split(string(value), " ")
	if len(parts) != 3 || d.UnmarshalText([]byte(parts[0])) != nil ||
		parts[1] != strconv.FormatInt(info.Size(), 10) ||
		parts[2] != strconv.FormatInt(info.ModTime().UnixNano(), 10) {
		return wire.Digest{}, false
	}
	return d, true
}

// storedDigest returns the digest that was kept with f, or nil.
func storedDigest(f *os.File, info fs.FileInfo) *wire.Digest {
	value, err := readAttribute(f)
	if err != nil {
		return nil // none, or a file system without attributes: both mean "not known"
	}
	if d, ok := parseAttribute(value, info); ok {
		return &d
	}
	return nil
}
