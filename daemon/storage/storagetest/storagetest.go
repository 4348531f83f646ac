// Package storagetest holds what any storage.Store must do, as tests: a Store
// that passes Run can stand behind the daemon.
//
//	func TestContract(t *testing.T) {
//		storagetest.Run(t, func(tb testing.TB) storagetest.Open {
//			dir := tb.TempDir()
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
func Run(t *testing.T, place func(tb testing.TB) Open) {
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
		{"ranges", testRanges},
		{"ranges that meet", testRangesThatMeet},
		{"ranges at once", testRangesAtOnce},
		{"ranges within blocks", testRangesWithinBlocks},
		{"mend", testMend},
		{"upload blocks", testUploadBlocks},
		{"content", testContent},
		{"content blocks", testContentBlocks},
		{"versions", testVersions},
		{"usage", testUsage},
		{"limit", testLimit},
		{"limit of uploads at once", testLimitAtOnce},
		{"limit of entries", testEntryLimit},
		{"limit of entries at once", testEntryLimitAtOnce},
		{"usage while files come", testUsageMeanwhile},
		{"end of context", testContext},
		{"one creator wins", testOneCreator},
		{"one replacer wins", testOneReplacer},
		{"readers see whole versions", testReaders},
		{"pages of the trash", testTrashPages},
		{"depth", testDepth},
		{"versions in the trash", testKeptVersions},
		{"what is replaced is readable", testReplacedIsReadable},
		{"upload into a removed folder", testRemovedFolderOfUpload},
		{"one of many wins, and nothing is lost", testContest},
		{"search", testSearch},
		{"search goes on", testSearchGoesOn},
		{"count", testCount},
		{"watch", testWatch},
		{"copy", testCopy},
		{"copies and the limit", testCopyLimit},
		{"copy that is given up", testCopyEnds},
		{"copy of what is replaced", testCopyMeanwhile},
		{"copy of what goes away", testCopyOfWhatGoes},
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
func Stage(tb testing.TB, d storage.Drive, args wire.PutArgs, data []byte, to int) {
	tb.Helper()
	s, err := d.Stage(tb.Context(), args)
	if err != nil {
		tb.Fatalf("stage %s at %d: %v", args.Path, args.Offset, err)
	}
	if s.End() != args.Offset {
		tb.Fatalf("the end is %d at first, want %d", s.End(), args.Offset)
	}
	for rest := data[args.Offset:to]; len(rest) > 0; {
		n, err := s.Write(rest[:min(len(rest), wire.ChunkSize)])
		if err != nil {
			tb.Fatalf("write to %s: %v", args.Path, err)
		}
		rest = rest[n:]
	}
	if s.End() != int64(to) {
		tb.Fatalf("the end is %d at last, want %d", s.End(), to)
	}
	if err := s.Close(); err != nil {
		tb.Fatalf("close the staging of %s: %v", args.Path, err)
	}
}

// Put uploads data to path and returns what commit says.
func Put(tb testing.TB, d storage.Drive, path wire.Path, data []byte, pre wire.Precondition) wire.StatReply {
	tb.Helper()
	args := PutArgs(path, data, pre)
	Stage(tb, d, args, data, len(data))
	sum, _ := Sum(data)
	reply, err := d.Commit(tb.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: pre})
	if err != nil {
		tb.Fatalf("commit %s: %v", path, err)
	}
	return reply
}

// Read returns what is at path.
func Read(tb testing.TB, d storage.Drive, path wire.Path) []byte {
	tb.Helper()
	c, err := d.Open(tb.Context(), path, "")
	if err != nil {
		tb.Fatalf("open %s: %v", path, err)
	}
	defer closing(tb, c)
	return readAll(tb, c)
}

func readAll(tb testing.TB, c storage.Content) []byte {
	tb.Helper()
	data, err := io.ReadAll(io.NewSectionReader(c, 0, c.Entry().Size))
	if err != nil {
		tb.Fatalf("read %s: %v", c.Entry().Name, err)
	}
	return data
}

// Mkdir makes folders, the outer ones first.
func Mkdir(tb testing.TB, d storage.Drive, paths ...wire.Path) {
	tb.Helper()
	for _, path := range paths {
		if _, err := d.Mkdir(tb.Context(), path); err != nil {
			tb.Fatalf("mkdir %s: %v", path, err)
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
func wantCode(tb testing.TB, what string, err error, want wire.Code) {
	tb.Helper()
	if got := Code(err); got != want {
		tb.Fatalf("%s: %q (%v), want %q", what, got, err, want)
	}
	if e, ok := errors.AsType[*wire.Error](err); err != nil && (!ok || e.Text == "") {
		tb.Fatalf("%s: %v has no sentence for a person", what, err)
	}
}

func wantContent(tb testing.TB, d storage.Drive, path wire.Path, want []byte) {
	tb.Helper()
	if got := Read(tb, d, path); !bytes.Equal(got, want) {
		tb.Fatalf("%s has %d other bytes than the %d expected", path, len(got), len(want))
	}
}

// opened opens the Store and a drive, and closes both at the end.
func opened(tb testing.TB, open Open) storage.Drive {
	tb.Helper()
	s := store(tb, open)
	return drive(tb, s, "ann")
}

func store(tb testing.TB, open Open) storage.Store {
	tb.Helper()
	s, err := open()
	if err != nil {
		tb.Fatalf("open the store: %v", err)
	}
	tb.Cleanup(func() { closing(tb, s) })
	return s
}

func drive(tb testing.TB, s storage.Store, folder string) storage.Drive {
	tb.Helper()
	d, err := s.Drive(folder)
	if err != nil {
		tb.Fatalf("open the drive %s: %v", folder, err)
	}
	tb.Cleanup(func() { closing(tb, d) })
	return d
}

func closing(tb testing.TB, c io.Closer) {
	tb.Helper()
	if err := c.Close(); err != nil {
		tb.Errorf("close: %v", err)
	}
}
