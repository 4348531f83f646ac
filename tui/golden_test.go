//go:build !windows

package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/tui/session"
	"wangpan/tui/tuitest"
)

// recording reports whether the tests run with -update, a flag that the library
// for recorded output defines.
func recording() bool {
	update := flag.Lookup("update")
	return update != nil && update.Value.String() == "true"
}

// TestGolden compares whole screens, as a terminal shows them, with recorded
// ones: three sizes, two languages.
func TestGolden(t *testing.T) {
	p := newPlace(t)
	// The system's folder for downloads is the same in each run.
	if err := p.keeper.Change(func(s *settings) { s.DownloadDir = "" }); err != nil {
		t.Fatal(err)
	}
	p.put(t, "论文-final.pdf", 12_400_000)
	p.put(t, "debian-13.iso", 6_541_000)
	p.put(t, "一个非常长的文件名用来检查列表在窄终端里怎样截断而不破坏对齐也不丢掉扩展名.docx", 5_000_000)
	p.put(t, "notes 10.txt", 10)
	p.put(t, "notes 2.txt", 2)
	if err := p.Book().SetQuota(testUser, "30 MB"); err != nil {
		t.Fatal(err)
	}
	p.Stop()
	p.Restart() // so that the files are counted at once
	for _, lang := range []string{"en", "zh"} {
		term := p.show(t, session.Embedded, lang, 80, 24)
		term.Wait("notes 2.txt")
		term.Type("j jj")
		for _, size := range [][2]int{{80, 24}, {40, 12}, {120, 40}} {
			name := fmt.Sprintf("_%s_%dx%d", lang, size[0], size[1])
			term.Resize(size[0], size[1])
			golden(t, term, "list"+name)
			term.Type("L")
			golden(t, term, "logout"+name)
			term.Type("c")
		}
		term.Resize(39, 12)
		golden(t, term, "small_"+lang)
	}
}

// golden waits for the screen to be the recorded one.
func golden(t *testing.T, term *tuitest.Terminal, name string) {
	t.Helper()
	path := filepath.Join("testdata", "screens", name+".golden")
	if recording() {
		settled(term, time.Second)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(term.Screen()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	term.WaitFor(name, func(screen string) bool { return screen+"\n" == string(want) })
}
