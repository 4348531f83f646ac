//go:build !windows

package tui

import (
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/tuitest"
)

func TestParts(t *testing.T) {
	tests := []struct {
		name string
		line string
		want []part
	}{
		{"nothing", "  ", nil},
		{"words", "mv a  b", []part{{"mv", 0, 2}, {"a", 3, 4}, {"b", 6, 7}}},
		{"quotes", `cp "a b" 'c d'`, []part{{"cp", 0, 2}, {"a b", 3, 8}, {"c d", 9, 14}}},
		{"an open quote", `cd "a b`, []part{{"cd", 0, 2}, {"a b", 3, 7}}},
		{"a quote within", "cd Ann's 论文", []part{{"cd", 0, 2}, {"Ann's", 3, 8}, {"论文", 9, 15}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := parts(tt.line); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("parts(%q) = %v, want %v", tt.line, got, tt.want)
			}
		})
	}
}

func TestTyping(t *testing.T) {
	mv := typedWord{name: "mv", args: []argument{remotePath, localPath}}
	tests := []struct {
		name  string
		line  string
		from  int
		typed string
		want  argument
	}{
		{"the word itself", "mv", 0, "", plainText},
		{"before the first", "mv ", 3, "", remotePath},
		{"the first", "mv ab", 3, "ab", remotePath},
		{"the first in quotes", `mv "a b`, 3, "a b", remotePath},
		{"before the second", "mv ab ", 6, "", localPath},
		{"the second", `mv "a b" c`, 9, "c", localPath},
		{"the second with blanks", "mv a b c", 5, "b c", localPath},
		{"the second with a blank behind", "mv a b ", 5, "b ", localPath},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if from, typed, got := mv.typing(tt.line); from != tt.from || typed != tt.typed || got != tt.want {
				t.Errorf("typing(%q) = %d, %q, %v", tt.line, from, typed, got)
			}
		})
	}
}

func TestQuotedIsRead(t *testing.T) {
	for _, path := range []string{"/a", "a b", `a "b" c`, "a b/", "论文 终稿/", `"a`, ""} {
		if got := parts("cd " + quoted(path)); len(got) != 2 || got[1].text != path {
			t.Errorf("%q is read as %v", path, got)
		}
	}
}

// TestEveryCommandHasWords finds commands that the keys file, the help or the
// palette could not name.
func TestEveryCommandHasWords(t *testing.T) {
	m := newModelFor(t)
	seen := make(map[string]bool)
	for _, c := range m.commands() {
		if seen[c.String()] || c.binding.Help().Desc == "" || c.ID == "" {
			t.Errorf("%+v: its name is taken, or it has no words", c.Name)
		}
		seen[c.String()] = true
	}
	if chosen, problems := chosenKeys(t.TempDir(), m.commands()); len(chosen)+len(problems) > 0 {
		t.Errorf("without a keys file: %v, %v", chosen, problems)
	}
}

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
	term.Wait("Write: mv FROM TO")
	term.Type("\x15cd nowhere" + tuitest.Enter)
	term.Wait("There is no /nowhere.")
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
	term.Wait("By colour nothing is sorted")
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
	items := []dialog.PaletteItem{
		{Item: "first", Does: dialog.Say("screen.keys.quit"), Name: "quit"},
		{Item: "second", Does: dialog.Say("screen.keys.folder"), Name: "mkdir"},
	}
	for _, line := range []string{"mkd", ":mkd"} {
		t.Run(line, func(t *testing.T) {
			p := dialog.NewPalette(dialog.PaletteOptions{
				Title: dialog.Say("palette.title"), Locale: newModelFor(t).locale, Items: items,
				Typed:    func(string) bool { return false },
				Argument: func(string) (int, string, *dialog.PathOptions) { return 0, "", nil }, Quote: quoted, Usage: func(string) dialog.Words { return nil },
			})
			p.Update(tea.PasteMsg{Content: line})
			ran := ""
			if chosen, ok := p.Update(tea.KeyPressMsg{Code: tea.KeyEnter}).Answer.(dialog.PaletteChosen); ok {
				ran, _ = chosen.Item.(string)
			}
			if ran != "second" {
				t.Errorf("ran %q", ran)
			}
		})
	}
}
