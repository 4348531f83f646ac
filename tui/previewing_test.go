//go:build !windows

package tui

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/tui/session"
	"wangpan/tui/tuitest"
	"wangpan/wire/linetest"
)

// layOut puts a few files to look at into the account's drive.
func (p *place) layOut(t *testing.T) {
	t.Helper()
	p.write(t, "a.go", "package a\n\n// Answer is known.\nconst Answer = 42\n"+strings.Repeat("// more\n", 200)+"// the end\n")
	p.write(t, "b.md", "# Title\n\nSome **strong** words: &#27;[31mred.\n")
	p.write(t, "c.bin", "\x00\x01\x02wangpan")
	p.write(t, "照片/inner.txt", "x")
}

// The preview shows what is under the cursor, beside the list where there is
// room and over it elsewhere, and is there again in the next run.
func TestPreview(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.layOut(t)
	term := p.show(t, p.Addr, "en", 120, 40)
	term.Wait("照片/", "a.go", "4 items")
	term.Type("p")
	term.Wait("│ 照片/", "│ inner.txt")
	term.Type("j")
	term.Wait("│ Go · ", "const Answer = 42", "▌  a.go")
	term.Type(strings.Repeat("J", 20))
	term.Wait("// the end")
	term.Type(strings.Repeat("K", 20))
	term.Wait("const Answer = 42")
	term.Type("j")
	term.Wait("│ # Title", "strong words: ␛[31mred.")
	term.Type("j")
	term.Wait("│ 0000 00 01 02 77 61", "...wangp")
	p.write(t, "c.bin", "replaced")
	term.Type("\x12") // ctrl+r
	term.Wait("│ replaced")
	term.Resize(80, 24)
	term.WaitFor("the list alone, drawn anew", func(screen string) bool {
		return !strings.Contains(screen, "│") && strings.Contains(screen, "? help")
	})
	term.Type("p")
	term.Wait(" replaced", "J preview down")
	term.Type("k")
	term.Wait("# Title")
	term.Resize(40, 12)
	term.Wait(" b.md", "# Title")
	term.Type(tuitest.Escape)
	term.Wait("▌  b.md", "c.bin")
	term.Resize(120, 40)
	term.Wait("│ # Title")
	term.Type("q")
	term.Ended()
	keeper, err := session.Open(p.state)
	if err != nil {
		t.Fatal(err)
	}
	if !keeper.Settings().Preview {
		t.Error("the preview is not remembered")
	}
	term = p.show(t, p.Addr, "zh", 120, 40)
	term.Wait("│ inner.txt", "│ 1 项")
	term.Type("p")
	term.WaitGone("│")
}

// While the server says nothing any more, the preview waits and the keys do not.
func TestPreviewOnASilentLine(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.layOut(t)
	line := linetest.Start(t, p.Addr)
	term := p.show(t, p.through(t, line.Addr), "en", 120, 40)
	term.Wait("照片/", "a.go", "4 items")
	term.Type("p")
	term.Wait("│ inner.txt")
	line.Hold(linetest.Down, 0)
	term.Type("j")
	term.Wait("▌  a.go", "│ Loading")
	term.Type("j")
	term.Wait("▌  b.md")
	term.Type("j")
	term.Wait("▌  c.bin")
	term.Type("q")
	term.Ended()
}

// A terminal that says that it is kitty gets pictures to draw itself.
func TestPreviewByKitty(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 300, 200))); err != nil {
		t.Fatal(err)
	}
	p.write(t, "a.png", picture.String())
	term := p.show(t, p.Addr, "en", 120, 40, "TERM=xterm-256color", "COLORTERM=truecolor")
	term.Wait("a.png")
	term.Type("p")
	term.Wait("300 × 200", "▀▀▀")
	term.Type("\x1bP>|kitty(0.43.1)\x1b\\")
	term.WaitFor("placeholders", func(screen string) bool { return strings.Contains(screen, "\U0010eeee") })
	term.WaitFor("(in its bytes) a picture", func(string) bool {
		raw := term.Raw()
		return strings.Contains(raw, "\x1b_G") && strings.Contains(raw, "U=1")
	})
	term.Type("p")
	term.WaitGone("300 × 200")
}

// With two panes the preview takes the place of the one that has not the focus.
func TestPreviewAcross(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "remote.txt", "what the server has\n")
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "local.txt"), []byte("what is here\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.keeper.Change(func(s *settings) { s.LocalFolder = folder }); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{120, 40} {
		term := p.show(t, p.Addr, "en", width, 24)
		term.Wait("remote.txt")
		term.Type(tuitest.Tab)
		term.Wait("local.txt")
		term.Type("p")
		term.Wait("what is here")
		if width == 120 {
			term.WaitGone("remote.txt")
		} else {
			term.Wait("local.txt  ", "  1/1") // its list is hidden
		}
		term.Type(tuitest.Tab)
		term.Wait("what the server has")
		term.Type(tuitest.Escape)
		term.WaitGone("what the server has")
		term.Wait("remote.txt")
		term.Type("q")
		term.Ended()
	}
}
