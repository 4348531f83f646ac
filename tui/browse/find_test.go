package browse

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/wire"
)

// write types text into the pane, character by character.
func (d *desk) write(text string) {
	d.t.Helper()
	for _, c := range text {
		d.press(string(c))
	}
}

func TestFilter(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("论文 终稿.pdf", 1), file("论文 草稿.pdf", 2), file("Notes.txt", 4), folder("论文"))
	d.open("/")
	d.press("G")
	d.wantCursor("论文 草稿.pdf")
	d.press("/")
	d.write("论 PDF")
	if got, want := d.names(), []string{"论文 终稿.pdf", "论文 草稿.pdf"}; !slices.Equal(got, want) {
		t.Fatalf("filtered %q, want %q", got, want)
	}
	d.wantCursor("论文 草稿.pdf")
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, "Filter: 论 PDF") || !strings.Contains(view, "2 of 4") {
		t.Errorf("what is typed is not in\n%s", view)
	}
	d.press("enter", "a")
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, "Names that contain: 论 PDF") || !strings.Contains(view, "2 marked") {
		t.Errorf("the filter that is on is not said in\n%s", view)
	}
	if _, left := d.Leave(); !left || len(d.names()) != 4 {
		t.Errorf("after the filter: %q", d.names())
	}
	if got := len(d.selected()); got != 2 {
		t.Errorf("%d selected, want the 2 that were marked while others were left out", got)
	}
	d.press("/")
	d.write("none")
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, "No name contains: none") {
		t.Errorf("that nothing fits is not said in\n%s", view)
	}
	d.press("enter", "l", " ", "d")
}

func TestHiddenNames(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file(".profile", 1), file("a", 1), folder(".git"))
	d.open("/")
	if got, want := d.names(), []string{"a"}; !slices.Equal(got, want) {
		t.Errorf("at first %q, want %q", got, want)
	}
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, "2 hidden") {
		t.Errorf("what is hidden is not said in\n%s", view)
	}
	d.press(".")
	if got, want := d.names(), []string{".git", ".profile", "a"}; !slices.Equal(got, want) {
		t.Errorf("after the key %q, want %q", got, want)
	}
	if !d.Has(".profile") {
		t.Error("a hidden name is taken for free")
	}
}

func TestHistory(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(folder("a"), folder("b"))
	d.folders["/a"] = listing(file("x", 1))
	d.open("/")
	tests := []struct {
		keys []string
		want wire.Path
	}{
		{[]string{"l"}, "/a"},
		{[]string{"h", "j", "l"}, "/b"},
		{[]string{"["}, "/"},
		{[]string{"["}, "/a"},
		{[]string{"[", "[", "["}, "/"},
		{[]string{"]"}, "/a"},
		{[]string{"]", "]"}, "/b"},
		{[]string{"[", "[", "h", "]", "]"}, "/"}, // a new way ends the old one
	}
	for _, tt := range tests {
		for _, key := range tt.keys {
			d.press(key)
			d.settleAll()
		}
		if d.Path() != tt.want {
			t.Fatalf("after %q in %s, want %s", tt.keys, d.Path(), tt.want)
		}
	}
}

func TestMarksInSeveralWays(t *testing.T) {
	d := newDesk(t, locale.English, 100, 24)
	d.folders["/"] = listing(file("a.txt", 1), file("b.jpg", 1), file("c.JPG", 1), file("d.txt", 1), folder("z"))
	d.folders["/z"] = listing(file("inner", 1))
	d.open("/")
	marked := func() []string {
		var names []string
		for name := range d.marks.named(d.all) {
			names = append(names, string(name))
		}
		slices.Sort(names)
		return names
	}
	tests := []struct {
		name string
		do   func()
		want []string
	}{
		{"a range", func() { d.press("j", "v", "j", "j") }, []string{"a.txt", "b.jpg", "c.JPG"}},
		{"that shrinks", func() { d.press("k") }, []string{"a.txt", "b.jpg"}},
		{"and ends", func() { d.press("v", "j", "j") }, []string{"a.txt", "b.jpg"}},
		{"all but these", func() { d.press("*") }, []string{"c.JPG", "d.txt", "z"}},
		{"by a pattern", func() { d.press("+"); d.write("*.jpg"); d.press("enter") }, []string{"b.jpg", "c.JPG", "d.txt", "z"}},
		{"not by a part", func() { d.press("-"); d.write("jp"); d.press("enter") }, []string{"d.txt", "z"}},
	}
	for _, tt := range tests {
		tt.do()
		if got := marked(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	d.open("/z")
	d.press("space")
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, "3 marked, 2 elsewhere") {
		t.Errorf("marks in other folders are not said in\n%s", view)
	}
	var all []string
	for _, one := range d.selected() {
		all = append(all, fmt.Sprint(one.folder, " ", one.entry.Name))
	}
	if want := []string{"/z inner", "/ d.txt", "/ z"}; !slices.Equal(all, want) {
		t.Errorf("selected %q, want %q", all, want)
	}
	d.Unmark()
	if d.Marked() != 0 {
		t.Error("marks are left")
	}
}

func TestJumpToAName(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("alpha", 1), file("beta", 1), file("Bravo", 1), file("图 1", 1))
	d.open("/")
	d.press("f")
	d.write("br")
	d.wantCursor("Bravo")
	d.press("enter", "f")
	d.write("图")
	d.wantCursor("图 1")
	d.press("enter", "f")
	d.write("eta")
	d.wantCursor("beta")
}

// A change above the cursor leaves it where it is; when its entry goes, the next
// one takes its place.
func TestTheCursorStaysWhileOthersChange(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("b", 1), file("d", 1), file("f", 1))
	d.open("/")
	d.press("j")
	d.wantCursor("d")
	d.folders["/"] = listing(file("a", 1), file("b", 1), file("c", 1), file("d", 1), file("f", 1))
	d.press("ctrl+r")
	d.settleAll()
	d.wantCursor("d")
	d.folders["/"] = listing(file("a", 1), file("b", 1), file("c", 1), file("f", 1))
	d.press("ctrl+r")
	d.settleAll()
	d.wantCursor("f")
}

// The cursor goes to the neighbour of a removed entry also when others have
// gone above it, and the range begun before does not bring the entry back.
func TestTheCursorGoesToTheNeighbour(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = numbered(100)
	d.open("/")
	for range 50 {
		d.press("j")
	}
	d.press("space", "k", "v")
	d.wantCursor("照片 50.jpg")
	kept := slices.DeleteFunc(numbered(100), func(e wire.Entry) bool {
		return slices.Contains([]wire.Name{"照片 1.jpg", "照片 2.jpg", "照片 3.jpg", "照片 50.jpg"}, e.Name)
	})
	d.folders["/"] = kept
	d.press("ctrl+r")
	d.settleAll()
	d.wantCursor("照片 51.jpg")
	d.press("j")
	if d.Marked() != 0 {
		t.Errorf("%d marked of what is gone", d.Marked())
	}
}

// A mark that a filter leaves out is said, and marking all leaves it alone.
func TestMarksOutOfSight(t *testing.T) {
	d := newDesk(t, locale.English, 120, 24)
	d.folders["/"] = listing(file("a.txt", 1), file("b.jpg", 1), file("c.jpg", 1))
	d.open("/")
	d.press("space", "/")
	d.write("jpg")
	d.press("enter", "a", "a")
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, "1 marked") || !strings.Contains(view, "1 of them not shown") {
		t.Errorf("what is marked out of sight is not said in\n%s", view)
	}
}

// The matches of the filter are highlighted, except in the row under the cursor.
func TestFilterHighlights(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.Theme.Match = lipgloss.NewStyle().Transform(func(s string) string { return "<" + s + ">" })
	d.folders["/"] = listing(file("a note.txt", 1), file("Notes and notes.txt", 1))
	d.open("/")
	d.press("/")
	d.write("no")
	view := ansi.Strip(d.View(true))
	if !strings.Contains(view, "<No>tes and <no>tes.txt") || !strings.Contains(view, "a note.txt") {
		t.Errorf("not highlighted:\n%s", view)
	}
}

// Of what is left out because of its name alone, a filter does not speak.
func TestFilterCountsWhatCouldBeShown(t *testing.T) {
	d := newDesk(t, "en", 80, 10)
	d.folders["/"] = []wire.Entry{{Name: ".hidden"}, {Name: "a"}, {Name: "b"}, {Name: "c"}}
	d.open("/")
	for _, want := range []string{"1 of 3", "1 of 4"} {
		d.press("/", "b", "enter")
		if line, _, _ := strings.Cut(d.View(true), "\n"); !strings.Contains(line, want) {
			t.Errorf("it says %q, want %q", line, want)
		}
		d.Leave()
		d.press(".")
	}
}
