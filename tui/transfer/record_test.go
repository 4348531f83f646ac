package transfer

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"wangpan/wire"
)

func someHeader() *header {
	return &header{
		Format: recordFormat, Origin: origin, Path: "/a/文", Name: "文", Version: "v1", Size: 5 * wire.BlockSize,
		ModTime: time.Unix(1, 2).UTC(), Replaces: &replaced{Size: 3, ModTime: time.Unix(4, 5).UTC()},
	}
}

func TestRecordRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f"+partialSuffix+recordSuffix)
	digests := []wire.Digest{{1}, {2}, {3}}
	f, err := writeRecord(path, someHeader(), digests[:2])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(digests[2].String() + "\n" + digests[2].String()[:20]); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	h, got, err := readRecord(path)
	if err != nil || !reflect.DeepEqual(h, someHeader()) || !reflect.DeepEqual(got, digests) {
		t.Errorf("record is %+v, %v, %v", h, got, err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v, %v", info.Mode(), err)
	}
}

func TestBadRecords(t *testing.T) {
	change := func(f func(*header)) string {
		h := someHeader()
		f(h)
		line, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		return string(line) + "\n"
	}
	tests := []struct{ name, text string }{
		{"nothing", ""},
		{"no line", strings.TrimSpace(change(func(*header) {}))},
		{"no JSON", "hello\n"},
		{"null", "null\n"},
		{"no UTF-8", strings.Replace(change(func(*header) {}), "alice", "\xff", 1)},
		{"another format", change(func(h *header) { h.Format = 2 })},
		{"no path", strings.Replace(change(func(*header) {}), `"path"`, `"p"`, 1)},
		{"no clean path", strings.Replace(change(func(*header) {}), "/a/文", "/a/../文", 1)},
		{"no version", strings.Replace(change(func(*header) {}), `"version"`, `"v"`, 1)},
		{"a version of control characters", strings.Replace(change(func(*header) {}), `"v1"`, `"\u0007"`, 1)},
		{"no name", change(func(h *header) { h.Name = "" })},
		{"a negative size", change(func(h *header) { h.Size = -1 })},
		{"an absurd size", change(func(h *header) { h.Size = 1 << 60 })},
		{"an endless line", strings.Repeat(" ", 1<<20) + change(func(*header) {})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if h, _, err := parseRecord(strings.NewReader(tt.text)); err == nil {
				t.Errorf("record is %+v", h)
			}
		})
	}
}

// No more digests come out than the size has whole blocks and a rest.
func TestRecordIsBounded(t *testing.T) {
	line, err := json.Marshal(someHeader())
	if err != nil {
		t.Fatal(err)
	}
	text := string(line) + "\n" + strings.Repeat(wire.Digest{9}.String()+"\n", 1000)
	_, digests, err := parseRecord(strings.NewReader(text))
	if err != nil || len(digests) != 5 {
		t.Errorf("%d digests, %v", len(digests), err)
	}
}

func FuzzParseRecord(f *testing.F) {
	line, err := json.Marshal(someHeader())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(line, '\n'))
	f.Add(append(append(line, '\n'), wire.Digest{7}.String()+"\nrubbish"...))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, digests, err := parseRecord(bytes.NewReader(text))
		if err != nil {
			return
		}
		if h.check() != nil || int64(len(digests)) > wire.BlockCount(h.Size) {
			t.Errorf("record is %+v with %d digests", h, len(digests))
		}
		if _, err := wire.ParsePath(string(h.Path)); err != nil {
			t.Error(err)
		}
	})
}

func TestCopyName(t *testing.T) {
	long := strings.Repeat("长", 85) // 255 bytes
	tests := []struct {
		name string
		n    int
		want string
	}{
		{"a.txt", 2, "a (2).txt"},
		{"a", 3, "a (3)"},
		{"a.tar.gz", 2, "a (2).tar.gz"},
		{".bashrc", 2, ".bashrc (2)"},
		{".tar.gz", 2, ".tar (2).gz"},
		{"a b.c.txt", 12, "a b.c (12).txt"},
		{"论文.pdf", 2, "论文 (2).pdf"},
		{"a." + strings.Repeat("x", 100), 2, "a." + strings.Repeat("x", 100) + " (2)"},
		{long, 2, strings.Repeat("长", 83) + " (2)"},
	}
	for _, tt := range tests {
		if got := copyName(tt.name, tt.n); got != tt.want {
			t.Errorf("copyName(%q, %d) is %q, want %q", tt.name, tt.n, got, tt.want)
		}
	}
}

// Whatever a file is called: its partial, the record and its copies have names
// that a disk takes, that are not the file's and not one another's.
func TestNamesAlwaysFit(t *testing.T) {
	runes := []rune("abc.()-2 论文🙂é")
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOfN(rapid.SampledFrom(runes), 1, 255, 255).Draw(t, "name")
		seen := map[string]bool{name: true}
		for n := 1; n <= 3; n++ {
			part := partialPath(name, n)
			for _, path := range []string{part, recordPath(part), strings.TrimSuffix(recordPath(part), recordSuffix) + rewriteSuffix, copyName(name, n+1)} {
				if len(path) > 255 || !utf8.ValidString(path) || seen[path] {
					t.Fatalf("%q has %d bytes; seen before: %v", path, len(path), seen[path])
				}
				seen[path] = true
			}
		}
	})
}

func TestLongNamesDoNotMeet(t *testing.T) {
	a, b := strings.Repeat("x", 254)+"a", strings.Repeat("x", 254)+"b"
	if partialPath(a, 1) == partialPath(b, 1) {
		t.Error("two long names share a partial")
	}
}

// The name of a file may have 255 bytes, and it still gets a partial.
func TestDownloadOfLongName(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	name := strings.Repeat("长", 85)
	data := random(3000)
	m.set(wire.Path("/"+name), data)
	m.cutGet = []int64{1000}
	target := filepath.Join(folder, name)
	tr := run(t, start(t, m), Job{Local: target, Remote: wire.Path("/" + name)})
	wantState(t, tr, Done)
	wantFile(t, target, data)
	wantOnly(t, folder, name)
}
