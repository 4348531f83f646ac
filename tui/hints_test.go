//go:build !windows

package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/tui/tuitest"
)

// The basic keys fit on the smallest usual screen, and the way to all others
// on any.
func TestHints(t *testing.T) {
	tests := []struct {
		name  string
		width int
		lang  string
		want  string
	}{
		{"narrow", 40, locale.English, "⏎ open  d download  u upload  ? help"},
		{"usual", 80, locale.English, "d download  u upload  space mark  / filter  n folder  r rename  x trash  ? help"},
		{"wide", 120, locale.English, "⏎ open  d download  u upload  space mark  / filter  n folder  r rename  x trash  q quit  i details  p preview  ? help"},
		{"narrow, Chinese", 40, locale.Chinese, "⏎ 打开  d 下载  u 上传  ? 帮助"},
		{"usual, Chinese", 80, locale.Chinese, "⏎ 打开  d 下载  u 上传  space 标记  / 筛选  n 新建  r 重命名  x 删除  ? 帮助"},
	}
	m := newPlace(t).ready(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m.locale.Use(tt.lang)
			m.Update(tea.WindowSizeMsg{Width: tt.width, Height: 24})
			lines := strings.Split(ansi.Strip(m.View().Content), "\n")
			if got := strings.TrimSpace(lines[len(lines)-1]); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// While something is typed into the list its letters are no commands, and a
// preview over the list says how to leave it on any width.
func TestHintsWhereKeysMeanSomethingElse(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "a.txt", "a")
	term := p.show(t, p.Addr, "en", 40, 12)
	term.Wait("a.txt", "? help")
	term.Type("/")
	term.Wait("⏎ done  esc cancel")
	term.WaitGone("d download")
	term.Type("a" + tuitest.Enter)
	term.Wait("d download")
	term.Type("p")
	term.Wait("esc back", "? help")
	term.Type("q")
	term.Ended()
}
