package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

// sampleJournal writes a journal of n registrations and returns its bytes.
func sampleJournal(tb testing.TB, n int) (path string, data []byte) {
	tb.Helper()
	path = filepath.Join(tb.TempDir(), "accounts.journal")
	j, err := openJournal(path, "book", 7, quiet)
	if err != nil {
		tb.Fatal(err)
	}
	for i := range n {
		name := fmt.Sprintf("user%d", i)
		if err := j.append(op{Kind: opRegister, Folder: name, Name: name, Hash: goodHash}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := j.close(); err != nil {
		tb.Fatal(err)
	}
	if data, err = os.ReadFile(path); err != nil {
		tb.Fatal(err)
	}
	return path, data
}

func reopen(tb testing.TB, path string, data []byte) (*journal, error) {
	tb.Helper()
	if err := os.WriteFile(path, data, fileMode); err != nil {
		tb.Fatal(err)
	}
	j, err := openJournal(path, "book", 0, quiet)
	if err == nil {
		tb.Cleanup(func() { _ = j.close() })
	}
	return j, err
}

// TestJournalCut cuts the file after every byte: what was whole stays, and the next operation can be
// appended.
func TestJournalCut(t *testing.T) {
	path, data := sampleJournal(t, 3)
	heading := bytes.IndexByte(data, '\n') + 1
	for cut := heading; cut <= len(data); cut++ {
		j, err := reopen(t, path, data[:cut])
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		want := bytes.Count(data[heading:cut], []byte{'\n'})
		if cut < len(data) && data[cut] == '\n' {
			want++ // all of the line but its line feed
		}
		if len(j.ops) != want {
			t.Fatalf("cut at %d: %d operations, want %d", cut, len(j.ops), want)
		}
		if err := j.append(op{Kind: opStatus, Folder: "user0"}); err != nil {
			t.Fatal(err)
		}
		if err := j.close(); err != nil {
			t.Fatal(err)
		}
		again, err := openJournal(path, "book", 0, quiet)
		if err != nil || len(again.ops) != want+1 {
			t.Fatalf("cut at %d, appended: %v", cut, err)
		}
		if err := again.close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestJournalFlips flips every bit of the file: an acknowledged operation is never lost in silence.
func TestJournalFlips(t *testing.T) {
	path, data := sampleJournal(t, 2)
	for i := range len(data) * 8 {
		flipped := slices.Clone(data)
		flipped[i/8] ^= 1 << (i % 8)
		j, err := reopen(t, path, flipped)
		var damage *damageError
		if err == nil && len(j.ops) != 2 {
			t.Fatalf("bit %d: %d operations and no error", i, len(j.ops))
		}
		if err != nil && !errors.As(err, &damage) {
			t.Fatalf("bit %d: %v", i, err)
		}
	}
}

func TestJournalDamage(t *testing.T) {
	_, data := sampleJournal(t, 3)
	lines := bytes.SplitAfter(data, []byte{'\n'})
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, c := range []struct {
		name string
		data []byte
		want int // the line, 0 for none
	}{
		{"whole", data, 0},
		{"zeros at the end, as a power cut leaves them", join(data, make([]byte, 300)), 0},
		{"zeros in the last line", join(lines[0], lines[1], lines[2], make([]byte, 50), lines[3][50:]), 0},
		{"a line is missing", join(lines[0], lines[1], lines[3]), 3},
		{"a line twice", join(lines[0], lines[1], lines[1], lines[2]), 3},
		{"zeros in the middle", join(lines[0], make([]byte, 50), lines[1][50:], lines[2]), 2},
		{"half a line in the middle", join(lines[0], lines[1][:50], []byte{'\n'}, lines[2]), 2},
		{"no heading", join(lines[1:]...), 1},
		{"empty", nil, 1},
		{"text", []byte("hello\n"), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := reopen(t, filepath.Join(t.TempDir(), "accounts.journal"), c.data)
			line := 0
			if damage, ok := errors.AsType[*damageError](err); ok {
				line = damage.line
			}
			if line != c.want || err != nil && c.want == 0 {
				t.Errorf("got %v, want damage in line %d", err, c.want)
			}
		})
	}
}

func TestJournalForgets(t *testing.T) {
	path, _ := sampleJournal(t, 4)
	j, err := openJournal(path, "book", 0, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer j.close()
	old := time.Now().Add(-2 * keepFolded)
	for i := range 3 {
		j.ops[i].At = old
	}
	j.ops[3].At = time.Now()
	for _, c := range []struct {
		name   string
		folded uint64
		want   int
	}{
		{"nothing is folded", 7, 4},
		{"less than half may go", 8, 4},
		{"the old ones go", 11, 1},
		{"the young one stays", 11, 1},
	} {
		if err := j.forget(c.folded, time.Now()); err != nil || len(j.ops) != c.want || j.last() != 11 {
			t.Errorf("%s: %d operations up to %d, %v, want %d", c.name, len(j.ops), j.last(), err, c.want)
		}
	}
	if ops := j.after(10); len(ops) != 1 || ops[0].Seq != 11 {
		t.Errorf("after 10: %v", ops)
	}
}

// TestJournalWriteFails: a refused operation has not happened, also after a restart, and the next one
// works again.
func TestJournalWriteFails(t *testing.T) {
	path := newPath(t)
	b := bookAt(t, path, Options{})
	mustRegister(t, b, "alice")
	b.change.Lock()
	if err := b.journal.file.Close(); err != nil { // every write fails from here on
		t.Fatal(err)
	}
	b.change.Unlock()
	if _, err := b.Register(t.Context(), "bob", goodPassword); !errors.Is(err, ErrJournal) || code(err) != "unavailable" {
		t.Fatalf("got %v, want ErrJournal", err)
	}
	mustRegister(t, b, "carol")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = bookAt(t, path, Options{})
	if b.roster.named("bob") != nil || b.roster.named("carol") == nil || b.roster.named("alice") == nil {
		t.Errorf("accounts %v", b.List())
	}
}

func FuzzJournalLine(f *testing.F) {
	line, err := encodeLine(op{Seq: 1, Kind: opRegister, Folder: "ann", Name: "ann", Hash: goodHash})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.TrimSuffix(line, []byte{'\n'}))
	f.Add([]byte("00000000 {}"))
	f.Fuzz(func(t *testing.T, line []byte) {
		o, err := decodeOp(line)
		if err != nil {
			return
		}
		if !validFolder(o.Folder) {
			t.Fatalf("folder %q", o.Folder)
		}
		again, err := encodeLine(o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeOp(bytes.TrimSuffix(again, []byte{'\n'})); err != nil {
			t.Fatalf("%q does not read back: %v", again, err)
		}
	})
}
