//go:build !windows

package tui

import (
	"fmt"
	"strings"
	"testing"

	"wangpan/tui/session"
	"wangpan/tui/tuitest"
)

// TestDialogsGolden compares what opens over the drive with recorded screens:
// three sizes, two languages.
func TestDialogsGolden(t *testing.T) {
	p := newPlace(t)
	if err := p.keeper.Change(func(s *settings) { s.DownloadDir = "" }); err != nil {
		t.Fatal(err)
	}
	p.put(t, "论文-final.pdf", 12_400_000)
	p.put(t, "debian-13.iso", 6_541_000)
	p.put(t, "notes.txt", 10)
	p.put(t, "旧/old.txt", 7)
	screens := []struct {
		name, keys string
	}{
		{"new_folder", "n"},
		{"rename", "r"},
		{"rename_taken", "r\x01\x0bdebian-13.iso" + tuitest.Enter},
		{"move", "m"},
		{"copy", "C"},
		{"go", "\x07"},
		{"search", "F"},
		{"bookmarks", "b"},
		{"palette", ":"},
		{"speed", "R"},
		{"downloads", "D"},
		{"password", "P"},
		{"help", "?"},
		{"purge", "Tp"},
		{"quit", "L"},
	}
	for _, lang := range []string{"en", "zh"} {
		term := p.show(t, session.Embedded, lang, 81, 24)
		term.Wait("notes.txt", "论文-final.pdf")
		if lang == "en" {
			term.Type("x")
			term.Wait("is in the trash")
		}
		term.Type("j")
		for _, size := range [][2]int{{80, 24}, {40, 12}, {120, 40}} {
			term.Resize(size[0], size[1])
			term.Wait("▌  notes.txt")
			settled(term, settling)
			for _, screen := range screens {
				for _, key := range strings.SplitAfter(screen.keys, "T") { // a list takes keys when it is there
					term.Type(key)
					if key == "T" {
						term.Wait("/旧/")
					}
				}
				golden(t, term, fmt.Sprintf("dialog_%s_%s_%dx%d", screen.name, lang, size[0], size[1]))
				for strings.Contains(term.Screen(), "╯") { // one closes what opened last
					open := term.Screen()
					term.Type(tuitest.Escape)
					term.WaitFor("something closed", func(screen string) bool { return screen != open })
				}
				term.Wait("▌  notes.txt")
			}
		}
		term.Type("q")
		term.Ended()
	}
}
