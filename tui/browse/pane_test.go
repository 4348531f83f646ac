package browse

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
	"wangpan/tui/theme"
	"wangpan/wire"
)

var errLost = errors.New("the server cannot be reached")

// desk is a pane with a server beside it that answers when it is told to.
type desk struct {
	*Pane
	t       *testing.T
	folders map[wire.Path][]wire.Entry // in byte order
	limit   int                        // entries a page
	asked   []Request                  // not yet answered
	chosen  []Chosen
}

func newDesk(t *testing.T, lang string, width, height int) *desk {
	t.Helper()
	d := &desk{t: t, folders: make(map[wire.Path][]wire.Entry), limit: wire.MaxEntries}
	d.Pane = New(Options{
		Theme:   theme.New(theme.Options{}),
		Locale:  locale.New(lang),
		Explain: func(err error) string { return err.Error() },
		Source: func(r Request) tea.Cmd {
			d.asked = append(d.asked, r)
			return nil
		},
	})
	d.Registry = command.NewRegistry(d.Commands(), LineCommands(), field.Commands())
	d.Resize(width, height)
	return d
}

// Update handles a message as the screen does.
func (d *desk) Update(msg tea.Msg) tea.Cmd { return update(d.Pane, msg) }

// update handles a message as the screen does: the registry has the command of a
// key, unless the user types into the pane.
func update(p *Pane, msg tea.Msg) tea.Cmd {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok || p.Typing() {
		return p.Update(msg)
	}
	c := p.Registry.Find(command.List, press)
	if c == nil || c.Able != nil && !c.Able() {
		return nil
	}
	cmd, _ := c.Run(nil)
	return cmd
}

// run carries out a command and everything that follows from it.
func (d *desk) run(cmd tea.Cmd) {
	d.t.Helper()
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case Chosen:
		d.chosen = append(d.chosen, msg)
	default:
		d.run(d.Update(msg))
	}
}

// answer answers the oldest open request, truthfully or with an error.
func (d *desk) answer(err error) {
	d.t.Helper()
	if len(d.asked) == 0 {
		d.t.Fatal("nothing was asked")
	}
	request := d.asked[0]
	d.asked = d.asked[1:]
	page := Page{Request: request, Err: err}
	for _, e := range d.folders[request.Path] {
		if e.Name <= request.After {
			continue
		}
		if len(page.Entries) == d.limit {
			page.More = true
			break
		}
		page.Entries = append(page.Entries, e)
	}
	if err != nil {
		page.Listing = wire.Listing{}
	}
	d.run(d.Update(page))
}

// open opens a folder and answers everything.
func (d *desk) open(path wire.Path) {
	d.t.Helper()
	d.run(d.Open(path))
	d.settleAll()
}

func (d *desk) settleAll() {
	d.t.Helper()
	for len(d.asked) > 0 {
		d.answer(nil)
	}
}

// press presses keys by name, such as "down" or "G".
func (d *desk) press(keys ...string) {
	d.t.Helper()
	for _, name := range keys {
		d.run(d.Update(press(name)))
	}
}

func press(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "enter": tea.KeyEnter,
		"backspace": tea.KeyBackspace, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "space": tea.KeySpace,
	}
	if code, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(letter)[0], Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

func (d *desk) names() []string {
	var names []string
	for _, r := range d.rows {
		names = append(names, string(r.Name))
	}
	return names
}

func (d *desk) wantCursor(want wire.Name) {
	d.t.Helper()
	if e, _ := d.Current(); e.Name != want {
		d.t.Errorf("the cursor is on %q, want %q", e.Name, want)
	}
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func file(name string, size int64) wire.Entry {
	return wire.Entry{Name: wire.Name(name), Size: size, ModTime: noon, Version: "1"}
}

func folder(name string) wire.Entry {
	return wire.Entry{Name: wire.Name(name), ModTime: noon, IsDir: true}
}

func listing(entries ...wire.Entry) []wire.Entry {
	slices.SortFunc(entries, func(a, b wire.Entry) int { return strings.Compare(string(a.Name), string(b.Name)) })
	return entries
}

func numbered(n int) []wire.Entry {
	entries := make([]wire.Entry, n)
	for i := range entries {
		entries[i] = file(fmt.Sprintf("照片 %d.jpg", i), int64(i))
	}
	return listing(entries...)
}

func TestOrders(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	old := file("old.txt", 7)
	old.ModTime = noon.Add(-time.Hour)
	d.folders["/"] = listing(file("b10.txt", 5), file("B2.txt", 9), old, folder("z"), folder("a"))
	d.open("/")
	tests := []struct {
		name string
		want []string
	}{
		{"by name", []string{"a", "z", "B2.txt", "b10.txt", "old.txt"}},
		{"by size", []string{"a", "z", "B2.txt", "old.txt", "b10.txt"}},
		{"by time", []string{"a", "z", "B2.txt", "b10.txt", "old.txt"}},
		{"by kind", []string{"a", "z", "B2.txt", "b10.txt", "old.txt"}},
		{"by name", []string{"a", "z", "B2.txt", "b10.txt", "old.txt"}},
	}
	for _, tt := range tests {
		if got := d.names(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if view := ansi.Strip(d.View(true)); !strings.Contains(view, tt.name) {
			t.Errorf("%s is not said in\n%s", tt.name, view)
		}
		d.press("s")
	}
}

func TestSeek(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("a", 1), file("b", 1))
	d.open("/")
	d.Seek("new")
	d.run(d.Refresh())
	d.folders["/"] = listing(file("a", 1), file("b", 1), folder("new"))
	d.settleAll()
	d.wantCursor("new")
}

func TestMarks(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("a", 1), file("b", 1), file("c", 1))
	d.open("/")
	tests := []struct {
		name string
		keys []string
		want int // entries selected
	}{
		{"none: the one under the cursor", nil, 1},
		{"two", []string{"space", "space"}, 2},
		{"all", []string{"a"}, 3},
		{"none again", []string{"a"}, 1},
	}
	for _, tt := range tests {
		d.press(tt.keys...)
		if got := len(d.selected()); got != tt.want {
			t.Errorf("%s: %d selected, want %d", tt.name, got, tt.want)
		}
	}
}

func TestOpenFile(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("论文.pdf", 1))
	d.open("/")
	d.press("l")
	if len(d.chosen) != 1 || d.chosen[0].Path != "/论文.pdf" {
		t.Errorf("chosen %v", d.chosen)
	}
}

func TestMouse(t *testing.T) {
	d := newDesk(t, locale.English, 80, 10)
	d.folders["/"] = numbered(100)
	d.open("/")
	d.run(d.Click(5, d.head()+3))
	d.wantCursor("照片 3.jpg")
	d.run(d.Click(5, d.head()+3))
	if len(d.chosen) != 1 {
		t.Error("the second click did not open")
	}
	d.Scroll(50)
	d.wantCursor("照片 50.jpg")
	d.Scroll(1000)
	d.run(d.Click(5, 99))
	d.wantCursor("照片 92.jpg")
}

// The view is as large as the pane whatever is in it.
func TestViewFits(t *testing.T) {
	d := newDesk(t, locale.Chinese, 80, 24)
	hostile := file("a\x1b[31m\u202egnp.exe", 1)
	d.folders["/"] = listing(hostile, folder(strings.Repeat("很长的名字", 16)), file(strings.Repeat("👨‍👩‍👧‍👦", 10)+".tar.gz", 1<<50))
	d.open("/")
	d.unlisted = 3
	for _, size := range [][2]int{{80, 24}, {40, 8}, {20, 3}, {200, 60}, {1, 1}, {40, 0}} {
		d.Resize(size[0], size[1])
		view := d.View(true)
		lines := strings.Split(view, "\n")
		if size[1] > 0 && len(lines) != size[1] {
			t.Errorf("%v: %d lines", size, len(lines))
		}
		for _, line := range lines {
			if size[0] >= 20 && text.Width(line) > size[0] {
				t.Errorf("%v: %d cells in %q", size, text.Width(line), line)
			}
		}
		if strings.Contains(ansi.Strip(view), "\x1b") || strings.Contains(view, "\x1b[31m\u202e") {
			t.Errorf("%v: a name reached the terminal raw", size)
		}
	}
}

func BenchmarkHundredThousand(b *testing.B) {
	entries := numbered(100_000)
	d := newDesk(&testing.T{}, locale.Chinese, 120, 40)
	d.show(Order{}.arrange(nil, entries, true), Order{})
	b.Run("key and frame", func(b *testing.B) {
		for b.Loop() {
			d.Update(press("down"))
			d.View(true)
		}
	})
	b.Run("arrange a page", func(b *testing.B) {
		for b.Loop() {
			Order{}.arrange(d.rows[:90_000], entries[:4096], true)
		}
	})
}

// selected returns the entries that are selected now.
func (p *Pane) selected() []selected {
	s := p.Selection()
	return s.entries()
}
