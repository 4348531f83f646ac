//go:build !windows

package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/tuitest"
)

func TestPalette(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "论文 终稿/草稿.txt", 10)
	p.put(t, "notes.txt", 10)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("论文 终稿")
	term.Type(":newf")
	term.Wait("new folder", "mkdir")
	term.Type(tuitest.Enter)
	term.Wait("New folder")
	term.Type("raw" + tuitest.Enter)
	term.Wait("▸ raw/")
	term.Type(":cd 论")
	term.Wait("1 match")
	term.Type("\t")
	term.Wait(`: cd "论文 终稿/`, "草稿.txt")
	term.Type(tuitest.Enter)
	term.Wait("/ 论文 终稿 /")
	term.Type(":cd /" + tuitest.Enter)
	term.Wait("notes.txt")
	term.Type(":mv notes.txt raw" + tuitest.Enter)
	term.Wait("notes.txt is moved to /raw/: z undoes it")
	term.Type(":rm raw/notes.txt" + tuitest.Enter)
	term.Wait("notes.txt is in the trash: z undoes it")
	term.Type(":mv raw" + tuitest.Enter)
	term.Wait("Usage: mv FROM TO")
	term.Type("\x15cd nowhere" + tuitest.Enter)
	term.Wait("/nowhere does not exist.")
	p.put(t, ".hidden.txt", 10)
	term.Type(":set hidden" + tuitest.Enter)
	term.Type(":ls" + tuitest.Enter)
	term.Wait(".hidden.txt")
	term.Type(":set nohidden" + tuitest.Enter)
	term.WaitFor("the hidden file gone", func(screen string) bool { return !strings.Contains(screen, ".hidden.txt") })
	term.Type(":sort ")
	term.Wait("4 matches", "kind", "name", "size", "time")
	term.Type("S\t")
	term.Wait(": sort size", "1 match")
	term.Type(tuitest.Enter)
	term.Wait("by size")
	term.Type(":theme q")
	term.Wait("1 match", "quiet")
	term.Type(tuitest.Down + tuitest.Enter)
	term.Wait("The theme is quiet.")
	term.Type(":sort colour" + tuitest.Enter)
	term.Wait("Cannot sort by colour")
	term.Type(tuitest.CtrlU + "lang zh" + tuitest.Enter)
	term.Wait("名称")
	term.Type(":新建" + tuitest.Enter)
	term.Wait("文件夹名称")
	term.Type("新" + tuitest.Enter)
	term.Wait("▸ 新/")
	term.Type(":xyzzy" + tuitest.Enter)
	term.Wait("命令“xyzzy”不存在。")
}

// TestPaletteRunsWhatWasTyped presses Enter before anything was drawn, as a
// paste or a slow line does. Who writes the colon, too, as it is written in the
// README, means the same.
func TestPaletteRunsWhatWasTyped(t *testing.T) {
	run := command.Just(func() {})
	r := command.NewRegistry([]command.Command{
		{Name: "drive.quit", Help: "screen.keys.quit", In: command.List, Run: run},
		{Name: "drive.mkdir", Help: "screen.keys.folder", In: command.List, Run: run},
	})
	for _, line := range []string{"mkd", ":mkd"} {
		t.Run(line, func(t *testing.T) {
			p := dialog.NewPalette(dialog.PaletteOptions{
				Title: locale.Say("palette.title"), Locale: newModelFor(t).locale, Registry: r, Commands: r.All(), In: command.List,
			})
			p.Update(tea.PasteMsg{Content: line})
			var ran command.Name
			if chosen, ok := p.Update(command.Press{Name: "dialog.press"}).Answer.(dialog.PaletteChosen); ok {
				ran = chosen.Command.Name
			}
			if ran != "drive.mkdir" {
				t.Errorf("ran %q", ran)
			}
		})
	}
}
