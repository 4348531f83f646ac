// Package storagetest holds what any storage.Store must do, as tests: a Store
// that passes Run can stand behind the daemon.
//
//	func TestContract(t *testing.T) {
//		storagetest.Run(t, func(t testing.TB) storagetest.Open {
//			dir := t.TempDir()
//			return func() (storage.Store, error) { return storage.Open(dir, log) }
//		})
//	}
//
// The suite looks through the interface only. What else a Store promises, such
// as the layout of its files and what a crash leaves, is tested beside it.
package storagetest

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"testing"
	"time"

	"wangpan/daemon/storage"
	"wangpan/wire"
	"wangpan/wire/digest"
)

// Open opens the Store that lives at one place. It is called again after the
// Store was closed, as a daemon does that starts again.
type Open func() (storage.Store, error)

// Run runs the suite. place makes an empty place for a Store.
func Run(t *testing.T, place func(t testing.TB) Open) {
	t.Helper()
	tests := []struct {
		name string
		test func(t *testing.T, open Open)
	}{
		{"folders of drives", testFolderNames},
		{"neighbours", testNeighbours},
		{"bad paths", testBadPaths},
		{"stat", testStat},
		{"mkdir", testMkdir},
		{"list", testList},
		{"sizes", testSizes},
		{"times", testTimes},
		{"preconditions", testPreconditions},
		{"precondition decided at commit", testPreconditionAtCommit},
		{"stage", testStage},
		{"resume", testResume},
		{"busy", testBusy},
		{"commit", testCommit},
		{"uploads", testUploads},
		{"upload blocks", testUploadBlocks},
		{"content", testContent},
		{"content blocks", testContentBlocks},
		{"versions", testVersions},
		{"end of context", testContext},
		{"one creator wins", testOneCreator},
		{"one replacer wins", testOneReplacer},
		{"readers see whole versions", testReaders},
		{"model", testModel},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, place(t)) })
	}
}

// Preconditions of a write.
var (
	IfAbsent = wire.Precondition{If: wire.IfAbsent}
	IfAny    = wire.Precondition{If: wire.IfAny}
)

// IfVersion is the precondition that this version is there.
func IfVersion(v wire.Version) wire.Precondition {
	return wire.Precondition{If: wire.IfVersion, Version: v}
}

// Time is the mtime of what Put uploads: nanoseconds must survive.
var Time = time.Date(2026, 3, 2, 9, 14, 5, 123456789, time.UTC)

// NewID makes the name of an upload.
func NewID() wire.UploadID {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return wire.UploadID(hex.EncodeToString(b[:]))
}

// Bytes makes n bytes that are not those of another seed.
func Bytes(n int, seed byte) []byte {
	p := make([]byte, n)
	x := uint32(seed)*2654435761 + 1
	for i := range p {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		p[i] = byte(x)
	}
	return p
}

// Sum returns the digest of data and those of its blocks.
func Sum(data []byte) (wire.Digest, []wire.Digest) {
	h := new(digest.Hasher)
	_, _ = h.Write(data)
	return h.Sum(), h.AllBlocks()
}

// PutArgs are those of an upload of data to path from its start.
func PutArgs(path wire.Path, data []byte, pre wire.Precondition) wire.PutArgs {
	return wire.PutArgs{Upload: NewID(), Path: path, Size: int64(len(data)), ModTime: Time, Precondition: pre}
}

// Stage stages data[args.Offset:to] and closes the Staging.
func Stage(t testing.TB, d storage.Drive, args wire.PutArgs, data []byte, to int) {
	t.Helper()
	s, err := d.Stage(t.Context(), args)
	if err != nil {
		t.Fatalf("stage %s at %d: %v", args.Path, args.Offset, err)
	}
	if s.Received() != args.Offset {
		t.Fatalf("received is %d at first, want %d", s.Received(), args.Offset)
	}
	for rest := data[args.Offset:to]; len(rest) > 0; {
		n, err := s.Write(rest[:min(len(rest), wire.ChunkSize)])
		if err != nil {
			t.Fatalf("write to %s: %v", args.Path, err)
		}
		rest = rest[n:]
	}
	if s.Received() != int64(to) {
		t.Fatalf("received is %d at last, want %d", s.Received(), to)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("close the staging of %s: %v", args.Path, err)
	}
}

// Put uploads data to path and returns what commit says.
func Put(t testing.TB, d storage.Drive, path wire.Path, data []byte, pre wire.Precondition) wire.StatReply {
	t.Helper()
	args := PutArgs(path, data, pre)
	Stage(t, d, args, data, len(data))
	sum, _ := Sum(data)
	reply, err := d.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: pre})
	if err != nil {
		t.Fatalf("commit %s: %v", path, err)
	}
	return reply
}

// Read returns what is at path.
func Read(t testing.TB, d storage.Drive, path wire.Path) []byte {
	t.Helper()
	c, err := d.Open(t.Context(), path, "")
	if err != nil {
		t.Fatalf("open %s: %v", path, err)
	}
	defer closing(t, c)
	return readAll(t, c)
}

func readAll(t testing.TB, c storage.Content) []byte {
	t.Helper()
	data, err := io.ReadAll(io.NewSectionReader(c, 0, c.Entry().Size))
	if err != nil {
		t.Fatalf("read %s: %v", c.Entry().Name, err)
	}
	return data
}

// Mkdir makes folders, the outer ones first.
func Mkdir(t testing.TB, d storage.Drive, paths ...wire.Path) {
	t.Helper()
	for _, path := range paths {
		if _, err := d.Mkdir(t.Context(), path); err != nil {
			t.Fatalf("mkdir %s: %v", path, err)
		}
	}
}

// Code is the code that err carries, or "" when there is no error.
func Code(err error) wire.Code {
	if err == nil {
		return ""
	}
	return wire.CodeOf(err)
}

// wantCode fails unless err carries the code and says so in words of its own.
func wantCode(t testing.TB, what string, err error, want wire.Code) {
	t.Helper()
	if got := Code(err); got != want {
		t.Fatalf("%s: %q (%v), want %q", what, got, err, want)
	}
	if e, ok := errors.AsType[*wire.Error](err); err != nil && (!ok || e.Text == "") {
		t.Fatalf("%s: %v has no sentence for a person", what, err)
	}
}

func wantContent(t testing.TB, d storage.Drive, path wire.Path, want []byte) {
	t.Helper()
	if got := Read(t, d, path); !bytes.Equal(got, want) {
		t.Fatalf("%s has %d other bytes than the %d expected", path, len(got), len(want))
	}
}

// opened opens the Store and the drive in folder, and closes both at the end.
func opened(t testing.TB, open Open, folder string) storage.Drive {
	t.Helper()
	s := store(t, open)
	return drive(t, s, folder)
}

func store(t testing.TB, open Open) storage.Store {
	t.Helper()
	s, err := open()
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	t.Cleanup(func() { closing(t, s) })
	return s
}

func drive(t testing.TB, s storage.Store, folder string) storage.Drive {
	t.Helper()
	d, err := s.Drive(folder)
	if err != nil {
		t.Fatalf("open the drive %s: %v", folder, err)
	}
	t.Cleanup(func() { closing(t, d) })
	return d
}

func closing(t testing.TB, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
