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
	term.Wait("照片/nowhere does not exist.")
	term.Type(tuitest.CtrlU + "照片/2026/r" + tuitest.Tab)
	term.Wait("照片/2026/raw/")
	term.Type(tuitest.Enter)
	term.Wait("/ 照片 / 2026 / raw /", "a.txt")
	term.Type("\x07../b.txt" + tuitest.Enter)
	term.Wait("/ 照片 / 2026 /", "▌  b.txt", "raw/")
	term.Type("\x07~" + tuitest.Enter)
	term.Wait("docs/", "2 items")
	term.Type("\x07")
	term.Wait("Recent:", "/照片/2026/raw")
	term.Type(tuitest.Down + tuitest.Down + tuitest.Enter)
	term.Wait("/ 照片 / 2026 / raw /", "a.txt")
	term.Type("\x07~/docs")
	term.Wait("~/docs", "1 match")
	term.Type(tuitest.Escape)
	term.WaitGone("Go to a path")
	term.Wait("/ 照片 / 2026 / raw /", "a.txt")
}
