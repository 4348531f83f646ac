package transfer

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// there is what the pieces say of each block: its bytes, and whether its
// digest is known.
func there(p *pieces) (list []string) {
	for _, b := range p.list {
		list = append(list, fmt.Sprintf("%d %x", b.bytes, b.digest[:1]))
	}
	return list
}

func TestRecordRoundTrip(t *testing.T) {
	const m = 1 << 20
	tests := []struct {
		name  string
		lines string // appended to those of two blocks with digests
		size  int64  // of the partial's file
		want  []string
	}{
		{"nothing more", "", 8 * m, []string{"4194304 01", "4194304 02"}},
		{"a file that ends earlier", "", 7 * m, []string{"4194304 01", "3145728 00"}},
		{"bytes that no line tells", "", 13 * m, []string{"4194304 01", "4194304 02", "4194304 00", "1048576 00"}},
		{"another digest", digestLine(2, wire.Digest{3}), 12 * m, []string{"4194304 01", "4194304 02", "4194304 03"}},
		{"a torn line", digestLine(2, wire.Digest{3})[:20], 8 * m, []string{"4194304 01", "4194304 02"}},
		{"a digest that was mended", digestLine(0, wire.Digest{3}), 8 * m, []string{"4194304 03", "4194304 02"}},
		{
			"holes", "holes\n" + bytesLine(2, m) + bytesLine(2, 2*m) + digestLine(3, wire.Digest{4}), 16 * m,
			[]string{"4194304 01", "4194304 02", "2097152 00", "4194304 04"},
		},
		{
			"a hole, and the end of the file behind it", "holes\n", 17 * m,
			[]string{"4194304 01", "4194304 02", "0 00", "0 00", "1048576 00"},
		},
		{"rubbish ends it", "holes\n2 rubbish\n" + digestLine(2, wire.Digest{3}), 8 * m, []string{"4194304 01", "4194304 02"}},
		{"a block that the file has not", "holes\n5 +1\n" + digestLine(2, wire.Digest{3}), 8 * m, []string{"4194304 01", "4194304 02"}},
		{"more than a block", "holes\n2 +4194305\n", 8 * m, []string{"4194304 01", "4194304 02"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f"+partialSuffix+recordSuffix)
			f, holes, err := writeRecord(path, someHeader(), startOf(someHeader().Size, 8*m, []wire.Digest{{1}, {2}}))
			if err != nil || holes {
				t.Fatal(holes, err)
			}
			if _, err := f.WriteString(tt.lines); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			h, got, err := readRecord(path, tt.size)
			if err != nil || !reflect.DeepEqual(h, someHeader()) || !reflect.DeepEqual(there(got), tt.want) {
				t.Fatalf("record is %+v, %v, %v", h, there(got), err)
			}
			// What is written of it reads the same.
			f, _, err = writeRecord(path, h, got)
			if err != nil {
				t.Fatal(err)
			}
			_ = f.Close()
			if _, again, err := readRecord(path, tt.size); err != nil || !reflect.DeepEqual(there(again), tt.want) {
				t.Errorf("written again it is %v, %v", there(again), err)
			}
			if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("mode is %v, %v", info.Mode(), err)
			}
		})
	}
}

// Records of programs before this one name the blocks from the start.
func TestRecordOfFormatOne(t *testing.T) {
	h := someHeader()
	h.Format = 1
	line, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	text := string(line) + "\n" + wire.Digest{1}.String() + "\n" + wire.Digest{2}.String() + "\nrubbish"
	h, got, err := parseRecord(strings.NewReader(text), 9<<20)
	want := []string{"4194304 01", "4194304 02", "1048576 00"}
	if err != nil || !reflect.DeepEqual(h, someHeader()) || !reflect.DeepEqual(there(got), want) {
		t.Errorf("record is %+v, %v, %v", h, there(got), err)
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
		{"another format", change(func(h *header) { h.Format = 3 })},
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
			if h, _, err := parseRecord(strings.NewReader(tt.text), 1<<20); err == nil {
				t.Errorf("record is %+v", h)
			}
		})
	}
}

// No more comes out than the size has blocks and the file has bytes, whatever
// the lines say.
func TestRecordIsBounded(t *testing.T) {
	h := someHeader()
	h.Size = wire.MaxSize
	line, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	text := string(line) + "\n" + digestLine(0, wire.Digest{1}) + digestLine(1<<30, wire.Digest{9})
	_, got, err := parseRecord(strings.NewReader(text), 1<<50)
	if err != nil || len(got.list) > 1+maxGap {
		t.Errorf("%d blocks, %v", len(got.list), err)
	}
}

func FuzzParseRecord(f *testing.F) {
	line, err := json.Marshal(someHeader())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(line, '\n'))
	f.Add(append(append(line, '\n'), digestLine(0, wire.Digest{7})+"holes\n3 +1048576\nrubbish"...))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		const size = 9<<20 + 1
		h, got, err := parseRecord(bytes.NewReader(text), size)
		if err != nil {
			return
		}
		sum := int64(0)
		for _, b := range got.list {
			sum += int64(b.bytes)
		}
		if h.check() != nil || got.arrived != sum || sum > min(h.Size, size) || len(got.list) > got.count() {
			t.Errorf("record is %+v with %d of %d bytes in %d blocks", h, got.arrived, sum, len(got.list))
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
		if got := CopyName(tt.name, tt.n); got != tt.want {
			t.Errorf("CopyName(%q, %d) is %q, want %q", tt.name, tt.n, got, tt.want)
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
			for _, path := range []string{part, recordPath(part), strings.TrimSuffix(recordPath(part), recordSuffix) + rewriteSuffix, CopyName(name, n+1)} {
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
