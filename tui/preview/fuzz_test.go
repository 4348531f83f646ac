package preview

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"pgregory.net/rapid"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/theme"
)

// FuzzPage shows a file of any content under a name that each of the decoders
// takes to be its own: whatever comes of it fits the pane and is safe to print.
func FuzzPage(f *testing.F) {
	names := []string{"a", "a.md", "a.csv", "a.tsv", "a.xlsx", "a.zip", "a.tar", "a.gz", "a.png", "a.go", "a.html", "a.json"}
	seeds := [][]byte{
		nil, []byte(readme), []byte("a,\"b\nc\",1\n"), []byte("a\tb\n"), book("表", [][]string{{"a", "b"}, {"", "c"}}),
		zipped(map[string]string{"a/b": "c"}, "a/b"), tarred("a/", "a/b"), gzipped(tarred("a")), gradient(4, 4), []byte(program),
		[]byte("<p>\x1b</p>"), []byte("\xff\xfea\x00\x1b\x00"), []byte("\xb5\xda\xd2\xbb\xd0\xd0"), []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00"),
		[]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\x00\x00\x00"), []byte("BZh91AY&SY"),
	}
	for i, seed := range seeds {
		f.Add(uint8(i%len(names)), seed, uint8(40))
	}
	f.Fuzz(func(t *testing.T, name uint8, content []byte, width uint8) {
		cells := int(width)%120 + 1
		for _, look := range []theme.Options{trueColour, {Profile: colorprofile.ASCII, Glyphs: theme.ASCII}} {
			d := newDesk(t, locale.English, look, cells, 12)
			fits(t, d.look(d.lay(names[int(name)%len(names)], content)), cells, 12)
			d.run(d.Scroll(5))
			fits(t, d.View(), cells, 12)
		}
	})
}

// FuzzDecode turns any bytes into text, or says that they are none.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"", "text", "论文", "\xb5\xda\xd2\xbb", "\xff\xfea\x00", "\xfe\xff\x00a", "\xef\xbb\xbfa", "\xe8\xae", "a\x00"} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, content []byte, cut bool) {
		got, ok := decode(content, cut)
		if !ok {
			return
		}
		for _, l := range sanitize(strings.Split(got.text, "\n")) {
			if l != text.Visible(l) {
				t.Errorf("%q is not safe", l)
			}
		}
	})
}

func TestDecode(t *testing.T) {
	tests := []struct {
		name    string
		content string
		cut     bool
		want    decoded
		text    bool
	}{
		{"ASCII", "plain\n", false, decoded{"plain\n", ""}, true},
		{"UTF-8", "论文", false, decoded{"论文", ""}, true},
		{"half a character at the end", "论文\xe8\xae", true, decoded{"论文", ""}, true},
		{"half a character, and no more to come", "a long enough text in UTF-8: 论文终稿 \xe8", false, decoded{"a long enough text in UTF-8: 论文终稿 \xe8", ""}, true},
		{"with a mark", "\xef\xbb\xbf论文", false, decoded{"论文", "UTF-8"}, true},
		{"UTF-16 little endian", "\xff\xfe\xba\x8b\x87\x65\n\x00", false, decoded{"论文\n", "UTF-16LE"}, true},
		{"UTF-16 big endian", "\xfe\xff\x8b\xba\x65\x87", false, decoded{"论文", "UTF-16BE"}, true},
		{"UTF-16 cut in a character", "\xff\xfe\xba\x8b\x87", true, decoded{"论", "UTF-16LE"}, true},
		{"GBK", "\xc2\xdb\xce\xc4\xd6\xd5\xb8\xe5", false, decoded{"论文终稿", "GB18030"}, true},
		{"GBK cut in a character", "\xc2\xdb\xce\xc4\xd6\xd5\xb8", true, decoded{"论文终", "GB18030"}, true},
		{"GBK in a program", "int a; // \xc2\xdb\xce\xc4\n", false, decoded{"int a; // 论文\n", "GB18030"}, true},
		{"zeros", "a\x00b", false, decoded{}, false},
		{"controls", "\x01\x02\x03\x04\x05abc", false, decoded{}, false},
		{"colours in a log", "\x1b[31mred\x1b[0m", false, decoded{"\x1b[31mred\x1b[0m", ""}, true},
		{"high bytes of no kind", "\xff\xff\x90\x00\xff", false, decoded{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := decode([]byte(tt.content), tt.cut)
			if ok != tt.text || ok && got != tt.want {
				t.Errorf("it is %+v, %v, want %+v, %v", got, ok, tt.want, tt.text)
			}
		})
	}
}

// However a line is broken, nothing but blanks between its rows is lost, and no
// row is too wide.
func TestFlowProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l line
		whole := ""
		for _, piece := range rapid.SliceOfN(rapid.StringMatching(`[a-z 论文，。]{0,12}`), 0, 8).Draw(t, "pieces") {
			l = append(l, span{text.Visible(piece), tone(len(piece) % int(failure))})
			whole += piece
		}
		cells := rapid.IntRange(2, 20).Draw(t, "cells")
		words := rapid.Bool().Draw(t, "words")
		shown := ""
		for _, row := range flow(l, cells, words, 1000) {
			if row.width() > cells {
				t.Fatalf("%v takes %d cells of %d", row, row.width(), cells)
			}
			for _, s := range row {
				shown += s.text
			}
		}
		if strings.ReplaceAll(shown, " ", "") != strings.ReplaceAll(whole, " ", "") {
			t.Fatalf("%q became %q", whole, shown)
		}
		if short := l.cut(cells); short.width() > cells {
			t.Fatalf("cut to %d cells it is %v", cells, short)
		}
	})
}
