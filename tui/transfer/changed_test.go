package transfer_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/linetest"
)

// changes are what somebody does, by hand, to a file that is just being moved.
var changes = []struct {
	name string
	do   func(t *testing.T, path string, data []byte) []byte // what is there afterwards; nil: no file
}{
	{"grown", func(t *testing.T, path string, data []byte) []byte {
		t.Helper()
		return rewritten(t, path, append(bytes.Clone(data), "more"...))
	}},
	{"shrunk", func(t *testing.T, path string, data []byte) []byte {
		t.Helper()
		return rewritten(t, path, data[:wire.BlockSize])
	}},
	{"emptied", func(t *testing.T, path string, _ []byte) []byte {
		t.Helper()
		return rewritten(t, path, []byte{})
	}},
	{"same size and time", func(t *testing.T, path string, data []byte) []byte {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		other := bytes.Clone(data)
		for i := range other {
			other[i] ^= 1
		}
		rewritten(t, path, other)
		if err := os.Chtimes(path, time.Time{}, info.ModTime()); err != nil {
			t.Fatal(err)
		}
		return other
	}},
	{"deleted", func(t *testing.T, path string, _ []byte) []byte {
		t.Helper()
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		return nil
	}},
	{"replaced by a folder", func(t *testing.T, path string, _ []byte) []byte {
		t.Helper()
		if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
			t.Fatal(err)
		}
		return nil
	}},
}

// rewritten changes the file in its place, as an editor or a logger does.
func rewritten(t *testing.T, path string, data []byte) []byte {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return data
}

// TestChangedWhileItMoves changes a file in the middle of its transfer, on the
// disk of whoever sends it. What arrives is the file before or after, whole, or
// nothing does, and the transfer says so; never is it a mixture.
func TestChangedWhileItMoves(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the system does not let a file be changed that is being read")
	}
	eachDirection(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a := newLined(t)
		data := content(3*wire.BlockSize + 99)
		way := linetest.Down
		if direction == transfer.Upload {
			way = linetest.Up
		}
		for _, tt := range changes {
			t.Run(tt.name, func(t *testing.T) {
				job, arrives := a.offer(t, direction, data)
				source := filepath.Join(a.daemon.Dir, "drives", "ann", "f")
				if direction == transfer.Upload {
					source = job.Local
				}
				before := a.line.Passed(way)
				a.line.Rate(8 << 20)
				q := transfer.New(transfer.Options{Dial: a.dial, Origin: "ann"})
				t.Cleanup(func() { _ = q.Close() })
				q.Add(job)
				waitFor(t, func() bool { return a.line.Passed(way)-before > wire.BlockSize })
				after := tt.do(t, source, data)
				a.line.Rate(0)
				tr := settle(t, q).Transfers[0]
				got, err := os.ReadFile(arrives)
				switch {
				case tr.State == transfer.Done && (bytes.Equal(got, data) || after != nil && bytes.Equal(got, after)):
				case tr.State == transfer.Failed && tr.Err != nil && errors.Is(err, os.ErrNotExist):
				default:
					t.Errorf("%d bytes arrive (%v) and the state is %d: %v", len(got), err, tr.State, tr.Err)
				}
				if err := q.Close(); err != nil {
					t.Fatal(err)
				}
				for _, path := range []string{arrives, source} {
					if err := os.RemoveAll(path); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	})
}

// TestDamagedOnTheDisk flips a bit in what has arrived so far, while nobody
// looks: it is found, and only its block is sent again.
func TestDamagedOnTheDisk(t *testing.T) {
	eachDirection(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a := newLined(t)
		data := content(4*wire.BlockSize + 99)
		job, arrives := a.offer(t, direction, data)
		job.IfExists = transfer.Resume
		way, parts := linetest.Down, filepath.Join(filepath.Dir(job.Local), "*.wangpan-part")
		if direction == transfer.Upload {
			way, parts = linetest.Up, filepath.Join(a.daemon.Dir, "uploads", "ann", "*")
		}
		before := a.line.Passed(way)
		a.line.Rate(16 << 20)
		q := transfer.New(transfer.Options{Dial: a.dial, Origin: "ann"})
		q.Add(job)
		waitFor(t, func() bool { return a.line.Passed(way)-before > 2*wire.BlockSize+wire.BlockSize/2 })
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		a.daemon.Stop()
		flipLargest(t, parts)
		a.daemon.Restart()
		a.line.Rate(0)
		q = transfer.New(transfer.Options{Dial: a.dial, Origin: "ann"})
		t.Cleanup(func() { _ = q.Close() })
		done(t, q, job)
		wantFile(t, arrives, data)
		a.leftovers(t, job)
		if again := a.line.Passed(way) - before - int64(len(data)); again > 2*wire.BlockSize {
			t.Errorf("%d bytes were sent again, want the damaged block and at most one more", again)
		}
	})
}

// flipLargest turns a bit in the second block of the largest file that the
// pattern matches.
func flipLargest(t *testing.T, pattern string) {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var largest string
	most := int64(wire.BlockSize + wire.BlockSize/2)
	for _, path := range found {
		if info, err := os.Stat(path); err == nil && info.Size() > most {
			largest, most = path, info.Size()
		}
	}
	f, err := os.OpenFile(largest, os.O_RDWR, 0)
	if err != nil {
		t.Fatalf("of %v none is large enough: %v", found, err)
	}
	defer f.Close()
	at, b := int64(wire.BlockSize+wire.BlockSize/2), make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}
