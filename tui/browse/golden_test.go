package browse

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"wangpan/tui/locale"
	"wangpan/wire"
)

// Dates are shown where the reader is; the recorded ones were in UTC.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

func TestGolden(t *testing.T) {
	photos := listing(
		folder("raw"), folder("2025 夏天"),
		file("论文-final.pdf", 12_400_000), file("debian-13.iso", 654_100_000), file("notes 2.txt", 12), file("notes 10.txt", 0),
		file("a very long name that says what the file is about and then goes on and on for quite a while.tar.gz", 999),
		file("一个非常长的文件名用来检查列表在窄终端里怎样截断而不破坏对齐也不丢掉扩展名一二三四五六七八九十.docx", 5_000_000_000),
		file("👨‍👩‍👧‍👦 family.jpg", 2_000_000),
	)
	states := []struct {
		name  string
		setup func(d *desk)
	}{
		{"list", func(d *desk) {
			d.open("/photos/2026")
			d.press("j", "j", "space", "j", "space")
		}},
		{"empty", func(d *desk) { d.open("/photos") }},
		{"loading", func(d *desk) { d.run(d.Open("/photos")) }},
		{"filtering", func(d *desk) {
			d.open("/photos/2026")
			d.press("j", "j", "space", "/")
			d.write("no")
		}},
		{"elsewhere", func(d *desk) {
			d.open("/photos/2026")
			d.press("space", "G", "space")
			d.open("/photos")
		}},
		{"marking", func(d *desk) {
			d.open("/photos/2026")
			d.press("s", "S", "v", "j", "j", "+")
			d.write("*.txt")
		}},
		{"error", func(d *desk) {
			d.run(d.Open("/photos"))
			d.answer(errLost)
		}},
	}
	for _, lang := range []string{locale.English, locale.Chinese} {
		for _, size := range [][2]int{{80, 16}, {40, 9}, {120, 14}} {
			for _, state := range states {
				t.Run(fmt.Sprintf("%s %s %dx%d", state.name, lang, size[0], size[1]), func(t *testing.T) {
					d := newDesk(t, lang, size[0], size[1])
					d.folders = map[wire.Path][]wire.Entry{"/photos/2026": photos}
					state.setup(d)
					golden.RequireEqual(t, tidy(d.View(true)))
				})
			}
		}
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
