//go:build !windows

package tui

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// What is copied leaves for the terminal's clipboard, through tmux too.
func TestCopyPath(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "照片/论文 1.pdf", 10)
	p.put(t, "照片/论文 2.pdf", 10)
	term := p.show(t, p.Addr, "en", 80, 24, "TMUX=/nowhere,1,0")
	term.Wait("照片/")
	term.Type("y")
	term.Wait("Copied: /照片")
	sent := func(text string) {
		t.Helper()
		plain := "]52;c;" + base64.StdEncoding.EncodeToString([]byte(text))
		want := []string{"\x1b" + plain + "\x07", "\x1bPtmux;\x1b\x1b" + plain + "\x07\x1b\\"}
		term.WaitFor(fmt.Sprintf("(in its bytes) %q", text), func(string) bool {
			raw := term.Raw()
			return strings.Contains(raw, want[0]) && strings.Contains(raw, want[1])
		})
	}
	sent("/照片")
	term.Type("l")
	term.Wait("论文 2.pdf")
	term.Type("ay")
	term.Wait("2 paths copied")
	sent("/照片/论文 1.pdf\n/照片/论文 2.pdf")
}
