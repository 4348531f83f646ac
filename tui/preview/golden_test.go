package preview

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"golang.org/x/text/encoding/simplifiedchinese"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/wire"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // recorded dates
	os.Exit(m.Run())
}

const program = `package main

import "fmt"

// main greets; its string is wider than a narrow pane and has to be broken.
func main() {
	for i := range 10 {
		fmt.Println("你好，世界", i, 3.14, "a rather long string that goes on")
	}
}
`

const readme = "# 网盘 *wangpan*\n\nA drive with **strong** words, `code` and a [link](https://example.org/a).\n" +
	"一个非常长的中文句子，用来检查在很窄的终端里怎样换行。标点不应在行首出现，对吧。\n\n" +
	"- one\n- two\n  1. deep\n  2. deeper, with a text that takes more than one line in a narrow pane\n- [x] done\n\n" +
	"> quoted &amp; &lt;safe&gt;\n\n```go\nfunc f() int { return 1 }\n```\n\n| Name | Size |\n|---|---|\n| 论文 | 12 |\n| b | 3 |\n\n---\nend\n"

func TestGolden(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte("第一行：这是一个用国标编码的文本文件。\n第二行，测试。\n"))
	if err != nil {
		t.Fatal(err)
	}
	items := []struct {
		name string
		make func(d *desk) target
	}{
		{"program", func(d *desk) target { return d.lay("main.go", []byte(program)) }},
		{"gbk", func(d *desk) target { return d.lay("说明.txt", gbk) }},
		{"markdown", func(d *desk) target { return d.lay("README.md", []byte(readme)) }},
		{"table", func(d *desk) target {
			return d.lay("人员.csv", []byte("姓名,城市,分数\n张伟,\"北京, 海淀\",98.5\nAnna,\"a very long name of a city that no column holds\",7\n"))
		}},
		{"workbook", func(d *desk) target {
			return d.lay("账目.xlsx", book("账目 2026", [][]string{{"项目", "金额"}, {"房租", "1200"}, {"", "35"}}))
		}},
		{"zip", func(d *desk) target {
			files := map[string]string{"文档/": "", "文档/论文.txt": "text", "../evil\x1b[31m.sh": strings.Repeat("x", 5000)}
			return d.lay("a.zip", zipped(files, "文档/", "文档/论文.txt", "../evil\x1b[31m.sh"))
		}},
		{"tar", func(d *desk) target {
			return d.lay("a.tar.gz", gzipped(tarred("src/", "src/main.go", "\u202etxt.exe")))
		}},
		{"hex", func(d *desk) target {
			return d.lay("a.pdf", append([]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), make([]byte, 100)...))
		}},
		{"broken picture", func(d *desk) target { return d.lay("a.png", gradient(20, 20)[:60]) }},
		{"empty", func(d *desk) target { return d.lay("empty.txt", nil) }},
		{"folder", func(d *desk) target {
			d.folders["/照片"] = wire.Listing{Entries: []wire.Entry{{Name: "a\x1b.jpg", Size: 5_000_000}, {Name: "原图", IsDir: true}}, More: true}
			return target{d.shelf, "/照片", wire.Entry{Name: "照片", IsDir: true}}
		}},
		{"lost", func(d *desk) target {
			d.failure = os.ErrDeadlineExceeded
			return d.lay("a.txt", []byte("x"))
		}},
		{"changed", func(d *desk) target {
			d.failure = &wire.Error{Code: wire.Conflict, Text: "another version"}
			return d.lay("a.txt", []byte("x"))
		}},
		{"gone", func(d *desk) target {
			d.failure = &wire.Error{Code: wire.NotFound, Text: "no /a.txt"}
			return d.lay("a.txt", []byte("x"))
		}},
	}
	for _, lang := range []string{locale.English, locale.Chinese} {
		for _, size := range [][2]int{{38, 30}, {80, 20}, {40, 9}} {
			for _, item := range items {
				t.Run(fmt.Sprintf("%s %s %dx%d", item.name, lang, size[0], size[1]), func(t *testing.T) {
					d := newDesk(t, lang, trueColour, size[0], size[1])
					view := d.look(item.make(d))
					fits(t, view, size[0], size[1])
					golden.RequireEqual(t, tidy(view))
				})
			}
		}
	}
}

// fits checks the size of a view and that nothing in it but colours is an order
// to the terminal.
func fits(t *testing.T, view string, width, height int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != height {
		t.Errorf("%d lines, want %d", len(lines), height)
	}
	for i, l := range lines {
		if text.Width(l) > width {
			t.Errorf("line %d takes %d cells of %d: %q", i, text.Width(l), width, l)
		}
		if bare := stripColours(l); bare != text.Visible(bare) {
			t.Errorf("line %d is not safe: %q", i, l)
		}
	}
}

// stripColours removes escape codes that set colours, and no others.
func stripColours(s string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(s, "\x1b[")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r != ';' && (r < '0' || r > '9') })
		if end < 0 || rest[end] != 'm' {
			out.WriteString("\x1b[")
			s = rest
			continue
		}
		s = rest[end+1:]
	}
}

// tidy makes a view readable in a file: no colours, no blanks at the end.
func tidy(view string) string {
	lines := strings.Split(ansi.Strip(view), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
