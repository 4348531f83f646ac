package preview

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
)

// huge is a file of so many bytes that begins and ends with what is given, with
// letters between.
type huge struct {
	head, tail []byte
	size       int64
}

func (h huge) ReadAt(p []byte, offset int64) (int, error) {
	n := 0
	for ; n < len(p); n++ {
		at := offset + int64(n)
		switch {
		case at >= h.size:
			return n, io.EOF
		case at < int64(len(h.head)):
			p[n] = h.head[at]
		case at >= h.size-int64(len(h.tail)):
			p[n] = h.tail[at-h.size+int64(len(h.tail))]
		default:
			p[n] = "wangpan\n"[at%8]
		}
	}
	return n, nil
}

const gigabyte = 1 << 30

// hugeZip is a zip of two files, the second of which fills it.
func hugeZip() huge {
	local := func(name string) []byte {
		return append(binary.LittleEndian.AppendUint32(append([]byte("PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00"), make([]byte, 12)...),
			uint32(len(name))), name...)
	}
	central := func(name string, size, offset uint32) []byte {
		b := append([]byte("PK\x01\x02\x14\x00\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00"), 0, 0, 0, 0)
		b = binary.LittleEndian.AppendUint32(b, size)
		b = binary.LittleEndian.AppendUint32(b, size)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(name)))
		b = append(b, make([]byte, 12)...)
		b = binary.LittleEndian.AppendUint32(b, offset)
		return append(b, name...)
	}
	head := append(local("first.txt"), local("电影.mkv")...)
	directory := append(central("first.txt", 0, 0), central("电影.mkv", gigabyte-1000, 39)...)
	end := append([]byte("PK\x05\x06\x00\x00\x00\x00\x02\x00\x02\x00"), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(end[12:], uint32(len(directory)))
	end = binary.LittleEndian.AppendUint32(end, uint32(gigabyte-len(directory)-22))
	return huge{head, append(append(directory, end...), 0, 0), gigabyte}
}

// Of large files only what is shown is fetched.
func TestBytesFetched(t *testing.T) {
	var bigTar bytes.Buffer
	bigTar.Write(tarred("small.txt", "second.txt")[:3*512])
	tests := []struct {
		name string
		item string
		file io.ReaderAt
		size int64
		most int64
		want string
	}{
		{"text", "log.txt", huge{size: gigabyte}, gigabyte, proseStep, "wangpan"},
		{"zip", "a.zip", hugeZip(), gigabyte, 3 * blockSize, "电影.mkv"},
		{"anything", "a.mkv", huge{head: []byte("\x1aE\xdf\xa3\x00\x00\x00"), size: gigabyte}, gigabyte, blockSize, "0000 1a 45 df a3"},
		{"picture", "a.png", huge{head: gradient(10, 10), size: gigabyte}, gigabyte, 2 * blockSize, "too large"},
		{"tar", "a.tar", huge{head: bigTar.Bytes(), size: gigabyte}, gigabyte, tarBudget, "small.txt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, locale.English, trueColour, 60, 20)
			view := d.look(d.layAt(tt.item, tt.file, tt.size))
			if !strings.Contains(ansi.Strip(view), tt.want) {
				t.Errorf("the view is\n%s", view)
			}
			if d.bytes > tt.most {
				t.Errorf("%d bytes are fetched, %d are enough", d.bytes, tt.most)
			}
			t.Logf("%d bytes in %d requests", d.bytes, d.requests)
		})
	}
}

// chunk is a part of a PNG.
func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// wide is the beginning of a PNG of so many pixels.
func wide(width, height uint32, bits byte) []byte {
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(header, bits, 6, 0, 0, 0))...)
}

// What is made to fill the memory, to take for ever or to break a decoder comes
// to a sentence, or to what can be shown of it.
func TestHostileFiles(t *testing.T) {
	zeros := make([]byte, 9<<20)
	lying := zipped(map[string]string{"a.txt": "a"}, "a.txt")
	binary.LittleEndian.PutUint16(lying[len(lying)-12:], 60_000)
	rows := make([][]string, 5)
	for i := range rows {
		rows[i] = []string{"&lt;x&gt;", "&#x202e;"}
	}
	sheet := zipped(map[string]string{
		"xl/workbook.xml":            `<workbook><sheets><sheet name="a" r:id="b"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships/>`,
		"xl/worksheets/sheet1.xml":   `<row><c r="ZZZZZZ1" t="s"><v>99999999</v></c><c r="A1"><v>` + strings.Repeat("9", 9<<20) + `</v></c></row>`,
	}, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml")
	tests := []struct {
		name    string
		file    string
		content []byte
		want    string
	}{
		{"picture of a terapixel", "a.png", wide(1<<20, 1<<20, 8), "too large"},
		{"picture beyond all numbers", "a.png", wide(1<<31-1, 1<<31-1, 16), ""},
		{"deep picture", "a.png", wide(5000, 6000, 16), "too large"},
		{"progressive picture", "a.jpg", progressiveJPEG(5000, 5000), "too large"},
		{"picture that ends early", "a.png", append(wide(100, 100, 8), chunk("IDAT", []byte("x"))...), "0000 89 50 4e 47"},
		{"stream that unpacks to much", "a.txt.gz", gzipped(zeros), "0000 00 00"},
		{"tar that unpacks to much", "a.tar.gz", gzipped(append(tarred("a.txt")[:512], zeros...)), "a.txt"},
		{"broken stream", "a.gz", gzipped([]byte(strings.Repeat("text\n", 100)))[:16], "damaged"},
		{"broken tar", "a.tar", append(tarred("a.txt", "b.txt")[:1024], bytes.Repeat([]byte("x"), 2048)...), "damaged"},
		{"zip that promises more than it has", "a.zip", lying, "0000 50 4b"},
		{"zip that ends early", "a.zip", zipped(map[string]string{"a": "b"}, "a")[:40], "0000 50 4b"},
		{"workbook with a part of much", "a.xlsx", sheet, ""},
		{"workbook without a sheet", "a.xlsx", zipped(map[string]string{"xl/workbook.xml": "<workbook/>"}, "xl/workbook.xml"), "0000 50 4b"},
		{"workbook that is none", "a.xlsx", zipped(map[string]string{"a": "b"}, "a"), "0000 50 4b"},
		{"workbook with orders", "b.xlsx", book("a&#x202e;", rows), "<x>│⟨U+202E⟩"},
		{"deep quotes", "a.md", []byte(strings.Repeat(">", 60_000)), ">>>>"},
		{"deep lists", "a.md", []byte(strings.Repeat("- ", 30_000) + "x"), "- - -"},
		{"open brackets", "a.md", []byte(strings.Repeat("[", 20_000)), "[[["},
		{"brackets in words", "a.md", []byte(strings.Repeat("a[", 30_000)), "a[a["},
		{"stars", "a.md", []byte(strings.Repeat("*a **b ", 9_000)), ""},
		{"code spans", "a.md", []byte(manyTicks()), ""},
		{"references", "a.md", []byte(manyReferences()), "Only the first 131.1 KB"},
		{"entities", "a.md", []byte("&#x1b;[31m &#8238; &#x9b;31m &#0;"), "␛[31m"},
		{"nested lists", "a.md", []byte(manyLists()), "x"},
		{"one endless line", "a.txt", bytes.Repeat([]byte("x"), 3<<20), "xxx"},
		{"one endless cell", "a.csv", append([]byte(`a,"`), bytes.Repeat([]byte("x\n"), 1<<20)...), "x"},
		{"slow expressions", "a.js", []byte("var x = /" + strings.Repeat("(a*)*", 5000) + "\n" + strings.Repeat("/*", 9000)), "var x"},
		{"orders in a text", "a.txt", []byte("\x1b]0;title\x07 \u202e \x1b[2J"), "␛[2J"},
		{"orders in a program", "a.go", []byte("package a // \x1b[2J \u009b2J\u202e\n"), "␛[2J"},
		{"orders in a table", "a.csv", []byte("a,b\n\x1b[2J,\u202e\n"), "␛[2J"},
		{"marks on marks", "a.txt", []byte("a" + strings.Repeat("\u0301", 10_000)), "⟨U+0301⟩"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, locale.English, trueColour, 60, 20)
			view := d.look(d.lay(tt.file, tt.content))
			fits(t, view, 60, 20)
			if d.err != nil || d.page == nil {
				t.Fatalf("it came to %v", d.err)
			}
			if !strings.Contains(ansi.Strip(view), tt.want) {
				t.Errorf("the view is\n%s", ansi.Strip(view))
			}
		})
	}
}

// progressiveJPEG is the beginning of one.
func progressiveJPEG(width, height uint16) []byte {
	b := []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc2\x00\x11\x08")
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, height), width)
	return append(b, "\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"...)
}

func manyTicks() string {
	var b strings.Builder
	for i := range 350 {
		b.WriteString("e" + strings.Repeat("`", i))
	}
	return b.String()
}

// manyReferences come to no line at all, however many of them are read.
func manyReferences() string {
	var b strings.Builder
	for i := range 150_000 {
		fmt.Fprintf(&b, "[%d]: b\n", i)
	}
	return b.String()
}

func manyLists() string {
	var b strings.Builder
	for i := range 250 {
		fmt.Fprintf(&b, "%s- x\n", strings.Repeat("  ", i))
	}
	return b.String()
}

// A decoder that panics makes a sentence and a hex head.
func TestPanicsAreCaught(t *testing.T) {
	j := &job{}
	if err := j.guard(func() error { panic("by a file") }); err != errUnreadable { //nolint:errorlint // it is that one
		t.Errorf("it came to %v", err)
	}
}
