package transfer

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangpan/wire"
)

const origin = "SHA256:key/alice"

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), 1}).Read(b)
	return b
}

// flipped is b with one bit changed.
func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 4
	return b
}

func start(t *testing.T, m *memory, change ...func(*Options)) *Queue {
	t.Helper()
	o := Options{Dial: m.dial, Origin: origin}
	for _, f := range change {
		f(&o)
	}
	q := New(o)
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return q
}

// settle waits until nothing goes on by itself, without patience for the network.
func settle(t *testing.T, q *Queue) Snapshot {
	t.Helper()
	return until(t, q, func(s Snapshot) bool {
		if s.Counts[Waiting] > 0 {
			q.Nudge()
		}
		return s.Counts[Queued]+s.Counts[Active]+s.Counts[Waiting] == 0
	})
}

// until waits for a state of the queue.
func until(t *testing.T, q *Queue, is func(Snapshot) bool) Snapshot {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		s := q.Snapshot()
		if is(s) {
			return s
		}
		select {
		case <-q.Changed():
		case <-deadline:
			t.Fatalf("the queue does not get there: %+v", s)
		}
	}
}

// run does one job to its end, or to its question.
func run(t *testing.T, q *Queue, job Job) Transfer {
	t.Helper()
	id := q.Add(job)[0]
	return find(t, settle(t, q), id)
}

func find(t *testing.T, s Snapshot, id ID) Transfer {
	t.Helper()
	for _, tr := range s.Transfers {
		if tr.ID == id {
			return tr
		}
	}
	t.Fatalf("no transfer %d", id)
	return Transfer{}
}

func wantState(t *testing.T, got Transfer, want State) {
	t.Helper()
	if got.State != want {
		t.Fatalf("state is %d (%v, question %+v), want %d", got.State, got.Err, got.Question, want)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantFile(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s has %d bytes that are not the %d wanted", filepath.Base(path), len(got), len(want))
	}
}

// wantOnly checks that folder holds these names and nothing else.
func wantOnly(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Fatalf("the folder holds %q, want %q", got, want)
	}
}

// ownPartial leaves behind what an interrupted download of an earlier run of
// the program leaves: a partial with these bytes, and its record.
func ownPartial(t *testing.T, target string, m *memory, remote wire.Path, content []byte) {
	t.Helper()
	f := m.files[remote]
	p, err := createPartial(partialPath(target, 1), &header{
		Format: recordFormat, Origin: origin, Path: remote, Name: filepath.Base(target),
		Version: f.version, Size: int64(len(f.data)), ModTime: f.modTime,
	})
	if err != nil {
		t.Fatal(err)
	}
	into, err := p.writeFrom(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	// More than the file has: only its beginning is of use.
	fits := min(len(content), len(f.data))
	if _, err := into.Write(content[:fits]); err != nil {
		t.Fatal(err)
	}
	if _, err := p.f.WriteAt(content[fits:], int64(fits)); err != nil {
		t.Fatal(err)
	}
	p.close()
}

func background(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// removeIfThere removes path; never says that it must not be there.
func removeIfThere(t *testing.T, path string, never bool) error {
	t.Helper()
	err := os.Remove(path)
	if err == nil && never {
		t.Errorf("%s is there", filepath.Base(path))
	}
	return err
}
