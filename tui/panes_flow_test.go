//go:build !windows

package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/tui/session"
	"wangpan/tui/tuitest"
)

// here makes a folder of this computer with files in it, in which the client is
// started.
func (p *place) here(t *testing.T, files ...string) {
	t.Helper()
	p.cwd = t.TempDir()
	for _, name := range files {
		path := filepath.Join(p.cwd, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name+" of this computer"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// The folders of this computer stand beside the drive, copying across is the
// same key in either direction, and both are there again in the next run.
func TestTwoPanes(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "论文.pdf", "paper")
	p.write(t, "b.iso", "image")
	p.write(t, "照片/一.jpg", "picture")
	p.here(t, "notes.txt", "todo.txt", "树/叶.txt")
	term := p.show(t, p.Addr, "en", 120, 40)
	term.Wait("论文.pdf", "3 items")
	term.Type(tuitest.Tab)
	term.Wait("←", "notes.txt", "树/", "论文.pdf", "c copy to drive")
	term.Type(" k" + tuitest.Enter)
	term.Wait("叶.txt", "1 item")
	term.Type(" h") // what is in a marked folder goes with that
	term.Wait("notes.txt", "▌● ▸ 树/")
	term.Type("j c")
	term.Wait("2 items → drive /", "2 done", "5 items")
	wantFile(t, filepath.Join(p.drive, "notes.txt"), []byte("notes.txt of this computer"))
	wantFile(t, filepath.Join(p.drive, "树", "叶.txt"), []byte("树/叶.txt of this computer"))
	term.Type(tuitest.Tab + "gjj c")
	term.Wait("b.iso → ")
	term.WaitGone("←")
	term.Type("G d") // goes to the folder for downloads, whatever is beside the drive
	term.Wait("论文.pdf → "+p.downloads, "4 done", "5 items")
	wantFile(t, filepath.Join(p.cwd, "b.iso"), []byte("image"))
	wantFile(t, filepath.Join(p.downloads, "论文.pdf"), []byte("paper"))
	term.Type(">>q")
	term.Ended()

	keeper, err := session.Open(p.state)
	if err != nil {
		t.Fatal(err)
	}
	if s := keeper.Settings(); !s.LocalPane || s.LocalFolder != p.cwd || s.PaneShare != halfShare+2*shareStep {
		t.Errorf("remembered is %+v", s)
	}
	p.cwd = ""
	term = p.show(t, p.Addr, "zh", 120, 40)
	term.Wait("todo.txt", "照片/", "→", "复制到本机")
	term.Type("w")
	term.WaitGone("todo.txt")
	term.Type("q")
	term.Ended()
}

// What is done in a folder of this computer is done to its files, and a name
// that the server refuses is seen there and stays.
func TestFilesOfThisComputer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.here(t, "a.txt", "b.txt", "bad\x01name")
	data := t.TempDir()
	term := p.show(t, p.Addr, "en", 80, 24, "XDG_DATA_HOME="+data)
	term.Wait("0 items")
	term.Type("w" + tuitest.Tab)
	term.Wait("a.txt", "bad␁name", "3 items")
	term.Type("n")
	term.Wait("New folder")
	term.Type("b.txt" + tuitest.Enter)
	term.Wait("The name already exists.")
	term.Type(tuitest.CtrlU + "docs" + tuitest.Enter)
	term.Wait("docs is created.", "docs/", "4 items")
	term.Type("jr")
	term.Wait("New name of a.txt")
	term.Type(tuitest.CtrlU + "论文.txt" + tuitest.Enter)
	term.Wait("a.txt is now 论文.txt.", "▌  论文.txt")
	term.Type("z")
	term.Wait("Undone: a.txt", "a.txt ")
	term.Type("gx")
	term.Wait("docs is in this computer's trash.", "3 items")
	if _, err := os.Stat(filepath.Join(data, "Trash", "files", "docs")); err != nil {
		t.Error(err)
	}
	term.Type(tuitest.Tab + "z") // from the drive's pane
	term.Wait("Undone on this computer: docs", "4 items")
	term.Type(tuitest.Tab)
	if err := os.WriteFile(filepath.Join(p.cwd, "came.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	term.Wait("came.txt", "5 items")
	term.Type("Gkc")
	term.Wait("1 was left out", "bad␁name", "The server does not allow these file names.")
	term.Type(tuitest.Enter)
	term.WaitGone("1 was left out")
	term.Type("i")
	term.Wait("In " + filepath.Dir(filepath.Join(p.cwd, "x"))[:4])
	term.Type(tuitest.Enter + "\x07") // ctrl+g
	term.Wait("Go to a folder on this computer")
	term.Type("docs" + tuitest.Enter)
	term.Wait("docs /", "This folder is empty.")
	term.Resize(40, 12)
	term.Wait("docs /", "This folder is empty.")
	term.Type(tuitest.Tab)
	term.WaitGone("docs /")
	term.Type("q")
	term.Ended()
}

// A folder with very many files is seen at once, and moving in it costs no more
// than anywhere.
func TestMovingInTwoPanesIsCheap(t *testing.T) {
	p := newPlace(t)
	var files []string
	for i := range 60 {
		files = append(files, fmt.Sprintf("%02d 一个很长的中文文件名用来测量移动光标要写多少字节.jpg", i))
		p.put(t, fmt.Sprintf("%02d 网盘上%s.jpg", i, strings.Repeat("照片", i%20)), i)
	}
	p.here(t, files...)
	term := p.show(t, p.Addr, "zh", budgetWidth, budgetHeight)
	term.Wait("60 项")
	term.Type(tuitest.Tab)
	term.Wait("←", "00 一个很长")
	before := settled(term, quiet)
	for range 6 {
		was := term.Screen()
		term.Type("j")
		term.WaitFor("another screen", func(screen string) bool { return screen != was })
		after := settled(term, quiet)
		if wrote := after - before; wrote > moveBudget {
			t.Errorf("moving takes %d bytes, %d are allowed", wrote, moveBudget)
		}
		before = after
	}
}

// TestTwoPanesGolden compares both panes with recorded screens, as TestGolden
// does with one.
func TestTwoPanesGolden(t *testing.T) {
	p := newPlace(t)
	// The system's folder for downloads is the same in each run.
	if err := p.keeper.Change(func(s *settings) { s.DownloadDir = "" }); err != nil {
		t.Fatal(err)
	}
	p.put(t, "论文-final.pdf", 12_400_000)
	p.put(t, "debian-13.iso", 6_541_000)
	p.Stop()
	p.Restart() // so that the files are counted at once
	p.cwd = filepath.Join(p.state, "files")
	if err := os.Mkdir(p.cwd, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int64{
		"草稿 2.md": 2000, "草稿 10.md": 10_000, "evil\x1b[31m.exe": 7,
		"一个非常长的文件名用来检查列表在窄终端里怎样截断而不破坏对齐也不丢掉扩展名.docx": 5_000_000,
	} {
		path := filepath.Join(p.cwd, name)
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, noon, noon); err != nil {
			t.Fatal(err)
		}
	}
	for _, lang := range []string{"en", "zh"} {
		term := p.show(t, session.Embedded, lang, 80, 24)
		term.Wait("debian-13.iso")
		term.Type(tuitest.Tab + "g")
		term.Wait("~ / files /", "←", "草稿 10.md")
		term.Type("j ")
		for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 40}} { // each differs from the one before, and is drawn whole
			term.Resize(size[0], size[1])
			golden(t, term, fmt.Sprintf("panes_%s_%dx%d", lang, size[0], size[1]))
		}
		term.Type("wq") // the next one begins alike
		term.Ended()
	}
}
