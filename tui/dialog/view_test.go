package dialog

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

var noon = time.Date(2026, 11, 20, 12, 3, 0, 0, time.Local)

const (
	hostile = "evil\x1b[2J\u202e\r\n\x9b31m\u200b\x07.exe"
	family  = "👨\u200d👩\u200d👧 家庭照片 ❤\ufe0f.jpg"
	print1  = "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDOLSTFS0MwMxZPrAI"
	print2  = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
)

// registry has the keys of all dialogs.
var registry = command.NewRegistry(Commands(), field.Commands())

func look(lang string) Look {
	return Look{Theme: theme.New(theme.Options{Profile: colorprofile.TrueColor}), Locale: locale.New(lang), Registry: registry}
}

func listed(p *Picker, entries ...wire.Entry) *Picker {
	p.Update(NewFolderListed(p.request, entries, nil))
	return p
}

func picker() *Picker {
	p, _ := NewPicker("/data/ann/照片/2026")
	return listed(p,
		wire.Entry{Name: "raw", Size: -1, ModTime: noon, IsDir: true}, wire.Entry{Name: "img10.jpg", Size: 1_200_000, ModTime: noon},
		wire.Entry{Name: "img2.jpg", Size: 999, ModTime: noon}, wire.Entry{Name: family, Size: 12_400_000, ModTime: noon},
		wire.Entry{Name: hostile, Size: 5}, wire.Entry{Name: ".cache", Size: -1, ModTime: noon, IsDir: true},
		wire.Entry{Name: wire.Name(strings.Repeat("很长的名字", 30) + ".pdf"), Size: 654_100_000, ModTime: noon})
}

func part() Target {
	return Target{
		Transfer: 7, Download: true,
		Local:  wire.Entry{Name: "debian-13.iso", Size: 467_000_000, ModTime: noon},
		Remote: wire.Entry{Name: "debian-13.iso", Size: 654_100_000, ModTime: noon.Add(time.Hour)},
		Proven: 467_000_000, Saves: 2 * time.Minute, Others: 12, Resumable: 12,
	}
}

func different() Target {
	t := part()
	t.Reason, t.Download = transfer.ReasonChanged, false
	return t
}

// inside is a file of a folder that is replaced by an unfinished copy.
func inside() Target {
	t := part()
	t.Place, t.Replacing, t.Arrived, t.Resumable, t.Download = "照片/2026/raw", true, true, 4, false
	return t
}

// samples makes each dialog anew, as drawing and keys change it.
var samples = map[string]func() Dialog{
	"message": func() Dialog { return NewMessage(locale.Say("help.title"), locale.Quote("short")) },
	"error": func() Dialog {
		return NewMessage(locale.Say("screen.logout.title"), locale.Quote("put /照片/"+hostile+": no space"))
	},
	"long": func() Dialog {
		return NewMessage(locale.Say("screen.logout.title"), locale.Quote(strings.Repeat("a long story ", 200)))
	},
	"first":   func() Dialog { return NewFirstContact(ServerKey{"drive.lab", 7440, print1}, "yes", "no") },
	"changed": func() Dialog { return NewKeyChanged(ServerKey{"drive.lab", 7440, print2}, print1, "leave") },
	"resume":  func() Dialog { return NewExists(part()) },
	"exists":  func() Dialog { return NewExists(different()) },
	"picker":  func() Dialog { return picker() },
	"loading": func() Dialog { p, _ := NewPicker("/"); return p },
	"help":    func() Dialog { return NewHelp(pickerHelp()) },
	"filter":  func() Dialog { p := picker(); press(p, "/"); press(p, "i"); press(p, "m"); return p },
	"hostile": func() Dialog { return NewExists(hostileTarget()) },
	"rename":  func() Dialog { return rename("论文-终稿.pdf") },
	"confirm": func() Dialog {
		return NewConfirm(locale.Say("screen.logout.title"), []locale.Words{locale.Quote("gone")}, erase)
	},
	"form":     func() Dialog { f := form(); press(f, "a"); press(f, "enter"); press(f, "enter"); return f },
	"list":     func() Dialog { return sampleList(9) },
	"few":      func() Dialog { return sampleList(1) },
	"empty":    func() Dialog { return sampleList(0) },
	"unfinish": func() Dialog { t := part(); t.Partial, t.Arrived = true, true; return NewExists(t) },
	"nothing":  func() Dialog { t := part(); t.Partial, t.Arrived, t.Proven = true, true, 0; return NewExists(t) },
	"inside":   func() Dialog { return NewExists(inside()) },
	"numbered": func() Dialog { l := sampleList(12); l.Number(); return l },
	"path":     func() Dialog { return pathTyped("ph") },
	"search":   func() Dialog { return searched("img jp", hits(30), true) },
	"hits":     func() Dialog { s := searched("2", hits(300), false); presses(s, "tab", "space", "end"); return s },
	"nowhere":  func() Dialog { return searched("img", nil, false) },
	"palette":  func() Dialog { return palette("") },
	"called":   func() Dialog { return palette("newf") },
	"unable":   func() Dialog { p := palette("undo"); press(p, "enter"); return p },
	"typed":    func() Dialog { p := palette("cd 照"); presses(p, "tab", "down"); return p },
	"log": func() Dialog {
		return NewLog(locale.Say("log.title"), locale.Say("log.none"), func(l *locale.Locale) []LogLine {
			var lines []LogLine
			for i := range 12 {
				lines = append(lines, LogLine{Time: l.Clock(noon), Text: l.T("log.failed", "Name", hostile, "Why", strings.Repeat("很长的句子 ", i%5)), Bad: i%3 == 0})
			}
			return lines
		}, nil)
	},
	"keys":   func() Dialog { h := NewHelp(pickerHelp()); presses(h, "/", "f", "i", "l"); return h },
	"recent": func() Dialog { p := pathTyped(""); press(p, "down"); return p },
}

var erase = Button{Key: NewButton("d", "exists.discard", nil).Key, Answer: "erased", Danger: true}

func hostileTarget() Target {
	t := different()
	t.Local.Name, t.Remote.Name = hostile, wire.Name(strings.Repeat(family, 20))
	t.Local.Size, t.Remote.ModTime = -1, time.Time{}
	return t
}

// palette is one with items of all kinds, in which something was typed.
func palette(line string) *Palette {
	var listed []PlacesAsked
	o := &PathOptions{
		Base: "/", Limit: 100, Files: true,
		Resolve: func(base, typed string) (string, locale.Words) { return base + typed, nil },
		List:    func(a PlacesAsked) tea.Msg { listed = append(listed, a); return nil },
	}
	run := command.Just(func() {})
	r := command.NewRegistry([]command.Command{
		{Name: "drive.mkdir", Help: "screen.keys.folder", Keys: []string{"n"}, In: command.List, Run: run},
		{Name: "drive.undo", Help: "act.undo.key", Keys: []string{"z"}, In: command.List, Run: run, Able: func() bool { return false }},
		{Name: "transfers.pause_all", Help: "queue.keys.pause_all", Keys: []string{"ctrl+shift+left"}, Label: "ctrl+shift+left/enter", In: command.List, Run: run},
		{Name: "cd", Help: "typed.cd", In: command.List, Usage: "cd PATH", Args: []command.Argument{command.RemotePath}, Run: run},
		{Name: "everywhere.language", Help: "screen.keys.language", Keys: []string{"f2"}, In: command.Everywhere, Run: run},
	})
	p := NewPalette(PaletteOptions{
		Title: locale.Say("palette.title"), Locale: locale.New("en"), Registry: r, Commands: r.All(), In: command.List,
		Paths: func(*command.Command, command.Argument) *PathOptions { return o },
	})
	p.Update(tea.PasteMsg{Content: line})
	for _, asked := range listed {
		p.Update(NewPlacesListed(asked, []Place{{"照片", true}, {"照相机.txt", false}, {hostile, true}}, nil))
	}
	return p
}

func pickerHelp() HelpSection {
	names := []command.Name{
		"picker.open", "picker.parent", "picker.mark", "picker.mark_all", "picker.upload", "picker.filter", "picker.hidden", "dialog.close",
	}
	return HelpSection{locale.Say("picker.title"), registry.Bindings(names...)}
}

func rename(name string) *Prompt {
	return NewPrompt(PromptOptions{
		Title: locale.Say("picker.title"), Label: locale.Say("trust.compare"), Value: name, Limit: 255,
		Check: func(s string) locale.Words {
			if s == "" {
				return locale.Say("picker.empty")
			}
			return nil
		},
		Answer: func(s string) tea.Msg { return "renamed " + s },
	})
}

func form() *Form {
	return NewForm(FormOptions{
		Title: locale.Say("picker.title"), Act: "keys.create",
		Fields: []FormField{{Label: locale.Say("trust.yes"), Masked: true, Limit: 256}, {Label: locale.Say("dialog.more"), Limit: 9}},
		Note:   func([]string) locale.Words { return locale.Say("login.weak") },
		Check: func(values []string) (int, locale.Words) {
			if values[1] == "" {
				return 1, locale.Say("screen.logout.title")
			}
			return 0, nil
		},
		Answer: func(values []string) tea.Msg { return values },
	})
}

// press presses a key as the stack does.
func press(d Dialog, name string) Outcome { return d.Update(registry.Press(d.Place(), keyPress(name))) }

func keyPress(name string) tea.KeyPressMsg {
	codes := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
		"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "space": {Code: tea.KeySpace, Text: " "},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
		"pgdown": {Code: tea.KeyPgDown}, "end": {Code: tea.KeyEnd}, "backspace": {Code: tea.KeyBackspace},
	}
	if k, ok := codes[name]; ok {
		return k
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"first", "changed", "resume", "exists", "unfinish", "picker", "filter", "help", "rename", "confirm", "hostile", "list", "few", "empty", "nothing", "inside", "numbered", "path", "recent", "search", "hits", "nowhere", "palette", "called", "unable", "typed", "log", "keys"} {
		for _, lang := range []string{"en", "zh"} {
			for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
				t.Run(fmt.Sprintf("%s_%s_%dx%d", name, lang, size[0], size[1]), func(t *testing.T) {
					view, _ := samples[name]().View(look(lang), size[0], size[1])
					golden.RequireEqual(t, ansi.Strip(view)+"\n")
				})
			}
		}
	}
}

// TestEveryDialogFits draws each dialog in every size, language and character
// set, and looks for lines that break out or escape.
func TestEveryDialogFits(t *testing.T) {
	for name, sample := range samples {
		for _, lang := range []string{"en", "zh"} {
			for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}, {200, 60}} {
				for _, set := range []theme.GlyphSet{theme.Unicode, theme.Console, theme.ASCII} {
					l := look(lang)
					l.Theme.Use(theme.Options{Profile: colorprofile.TrueColor, Glyphs: set})
					view, cursor := sample().View(l, size[0], size[1])
					checkBox(t, fmt.Sprintf("%s %s %v %d", name, lang, size, set), view, cursor, size)
				}
			}
		}
	}
}

func checkBox(t *testing.T, name, view string, cursor *tea.Cursor, size [2]int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) > size[1] {
		t.Errorf("%s: %d lines", name, len(lines))
	}
	for i, line := range lines {
		if got := text.Width(line); got != text.Width(lines[0]) || got > size[0] {
			t.Errorf("%s: line %d takes %d cells, the first %d: %q", name, i, got, text.Width(lines[0]), line)
		}
		if plain := ansi.Strip(line); text.Visible(plain) != plain {
			t.Errorf("%s: line %d would be obeyed by a terminal: %+q", name, i, plain)
		}
	}
	if cursor != nil && (cursor.X < 1 || cursor.X > text.Width(lines[0])-2 || cursor.Y < 1 || cursor.Y > len(lines)-2) {
		t.Errorf("%s: the cursor stands at %v, outside", name, cursor.Position)
	}
}

// What Enter is said to do is what it does: it goes on until the last field.
func TestFormSaysWhatEnterDoes(t *testing.T) {
	f := form()
	for _, want := range []string{"⏎ next", "⏎ create"} {
		if view, _ := f.View(look("en"), 80, 24); !strings.Contains(ansi.Strip(view), want) {
			t.Errorf("%q is not in\n%s", want, ansi.Strip(view))
		}
		press(f, "enter")
	}
}

// What is wrong with a name is said to its end, however narrow the terminal.
func TestPromptSaysAllThatIsWrong(t *testing.T) {
	for _, width := range []int{40, 80} {
		p := NewPrompt(PromptOptions{
			Title: locale.Say("picker.title"), Label: locale.Say("screen.mkdir.label", "Path", "/"), Limit: 255,
			Check:  func(string) locale.Words { return locale.Say("screen.mkdir.invalid") },
			Answer: func(string) tea.Msg { return nil },
		})
		press(p, "enter")
		view, cursor := p.View(look("en"), width, 12)
		checkBox(t, fmt.Sprint("width ", width), view, cursor, [2]int{width, 12})
		if view = ansi.Strip(view); !strings.Contains(view, "255 bytes.") {
			t.Errorf("the end is not in\n%s", view)
		}
	}
}
