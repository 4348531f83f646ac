//go:build !windows

package tui

import (
	"testing"

	"wangpan/tui/tuitest"
)

func TestGoToAPath(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "照片/2026/raw/a.txt", 10)
	p.put(t, "照片/2026/b.txt", 10)
	p.put(t, "照片/2025/c.txt", 10)
	p.put(t, "docs/d.txt", 10)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("照片/", "docs/")
	term.Type("\x07") // ctrl+g
	term.Wait("Go to a path", "2 matches")
	term.Type("照" + tuitest.Tab)
	term.Wait("照片/ ", "▸ 2025", "▸ 2026")
	term.Type("nowhere" + tuitest.Enter)
	term.Wait("There is no", "照片/nowhere")
	term.Type(tuitest.CtrlU + "照片/2026/r" + tuitest.Tab)
	term.Wait("照片/2026/raw/")
	term.Type(tuitest.Enter)
	term.Wait("/ 照片 / 2026 / raw /", "a.txt")
	term.Type("\x07../b.txt" + tuitest.Enter)
	term.Wait("/ 照片 / 2026 /", "▌  b.txt", "raw/")
	term.Type("\x07~" + tuitest.Enter)
	term.Wait("docs/", "2 items")
	term.Type("\x07")
	term.Wait("Recently:", "/照片/2026/raw")
	term.Type(tuitest.Down + tuitest.Down + tuitest.Enter)
	term.Wait("/ 照片 / 2026 / raw /", "a.txt")
	term.Type("\x07~/docs")
	term.Wait("~/docs", "1 match")
	term.Type(tuitest.Escape)
	term.WaitGone("Go to a path")
	term.Wait("/ 照片 / 2026 / raw /", "a.txt")
}

func TestResolve(t *testing.T) {
	tests := []struct {
		name, base, typed string
		want              string // blank: refused
	}{
		{"whole", "/a", "/b/c", "/b/c"},
		{"from here", "/a", "b", "/a/b"},
		{"from the top", "/", "b", "/b"},
		{"above", "/a/b", "..", "/a"},
		{"above the top", "/a", "../../../x", "/x"},
		{"home", "/a", "~", "/"},
		{"from home", "/a", "~/b", "/b"},
		{"a name with a tilde", "/a", "~b", "/a/~b"},
		{"doubled slashes", "/a", "//b///c/", "/b/c"},
		{"quoted", "/a", "'/b c'", "/b c"},
		{"a name with quotes", "/a", `"b"`, `/a/"b"`},
		{"decomposed", "/a", "cafe\u0301", "/a/caf\u00e9"},
		{"blanks around", "/a", "  /b ", "/b"},
		{"nothing", "/a", " ", ""},
		{"text direction", "/a", "b\u202e", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := resolve(tt.base, tt.typed); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
