package dialog

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"wangpan/wire"
)

func TestListingOrder(t *testing.T) {
	in := []wire.Entry{{Name: "b10"}, {Name: "B2"}, {Name: "a"}, {Name: "z", IsDir: true}, {Name: "img1", IsDir: true}}
	var got []string
	for _, e := range NewFolderListed(1, in, nil).Entries {
		got = append(got, string(e.Name))
	}
	if want := []string{"img1", "z", "a", "B2", "b10"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPickerWalks(t *testing.T) {
	root := filepath.FromSlash("/data/ann")
	p, first := NewPicker(root)
	if first != (ListFolder{1, root}) {
		t.Fatalf("asks for %+v", first)
	}
	listed(p, wire.Entry{Name: "docs", IsDir: true}, wire.Entry{Name: "img", IsDir: true}, wire.Entry{Name: "a.txt"})
	press(p, "down")
	if got := press(p, "enter").Answer; got != (ListFolder{2, filepath.Join(root, "img")}) {
		t.Fatalf("enter asks for %+v", got)
	}
	p.Update(NewFolderListed(1, []wire.Entry{{Name: "late"}}, nil))
	if !p.loading {
		t.Fatal("a late listing of another folder was taken")
	}
	listed(p)
	if got := press(p, "h").Answer; got != (ListFolder{3, root}) {
		t.Fatalf("back asks for %+v", got)
	}
	listed(p, wire.Entry{Name: "docs", IsDir: true}, wire.Entry{Name: "img", IsDir: true})
	if p.name() != "img" {
		t.Errorf("back, the cursor stands on %q", p.name())
	}
}

func TestPickerStaysAtTheTop(t *testing.T) {
	p, _ := NewPicker(filepath.FromSlash("/"))
	if got := press(p, "backspace"); got != (Outcome{}) {
		t.Errorf("above the root: %+v", got)
	}
}

func TestPickerPicks(t *testing.T) {
	folder := filepath.FromSlash("/d")
	at := func(names ...string) (picked Picked) {
		for _, name := range names {
			picked.Picks = append(picked.Picks, Pick{filepath.Join(folder, name), name == "sub"})
		}
		return picked
	}
	tests := []struct {
		name string
		keys string
		want Picked
	}{
		{"what is under the cursor", "j ⏎", at("b")},
		{"a folder, by u", "u", at("sub")},
		{"marks in their order", "G_gj_ u", at("c", "a")},
		{"a mark taken back", "j_k_j_u", at("c")},
		{"all", "*u", at("sub", "a", "b", "c")},
		{"all and none, then one", "**ju", at("a")},
		{"all of what a filter leaves", "/b⏎*u", at("sub", "b")},
		{"the hidden ones too", ".*u", at("sub", ".x", "a", "b", "c")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, _ := NewPicker(folder)
			listed(p, wire.Entry{Name: "c"}, wire.Entry{Name: "a"}, wire.Entry{Name: "b"}, wire.Entry{Name: ".x"}, wire.Entry{Name: "sub", IsDir: true})
			var outcome Outcome
			if tt.name == "what is under the cursor" {
				press(p, "j")
			}
			for _, k := range strings.ReplaceAll(tt.keys, " ", "") {
				name := map[rune]string{'⏎': "enter", '_': "space"}[k]
				if name == "" {
					name = string(k)
				}
				outcome = press(p, name)
			}
			got, _ := outcome.Answer.(Picked)
			if !outcome.Close || !slices.Equal(got.Picks, tt.want.Picks) {
				t.Errorf("%q picks %v, want %v", tt.keys, got.Picks, tt.want.Picks)
			}
		})
	}
}

func TestPickerKeepsMarksAcrossFolders(t *testing.T) {
	p, _ := NewPicker(filepath.FromSlash("/d"))
	listed(p, wire.Entry{Name: "a"}, wire.Entry{Name: "sub", IsDir: true})
	press(p, "j")
	press(p, "space")
	press(p, "g")
	press(p, "enter")
	listed(p, wire.Entry{Name: "b"})
	press(p, "space")
	got := press(p, "u").Answer.(Picked).Picks
	if want := []Pick{{Path: filepath.FromSlash("/d/a")}, {Path: filepath.FromSlash("/d/sub/b")}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Sizes that come after the names move nothing.
func TestPickerTakesSizesLater(t *testing.T) {
	p, _ := NewPicker("/d")
	entries := many(100)
	for i := range entries {
		entries[i].Size = -1
	}
	listed(p, entries...)
	for range 30 {
		press(p, "j")
	}
	_, _ = p.View(look("en"), 80, 24)
	name, offset := p.name(), p.list.Cursor-p.list.Top
	press(p, "space")
	press(p, "k")
	listed(p, many(100)...)
	if p.name() != name || p.list.Cursor-p.list.Top != offset || len(p.marks) != 1 {
		t.Errorf("the cursor went from %q to %q, from line %d to %d", name, p.name(), offset, p.list.Cursor-p.list.Top)
	}
	if e, _ := p.under(); e.Size < 0 {
		t.Errorf("the size is not known: %+v", e)
	}
}

func TestPickerEscLeavesTheFilterFirst(t *testing.T) {
	p := picker()
	press(p, "/")
	press(p, "i")
	press(p, "enter")
	if got := press(p, "esc"); got.Close || len(p.rows) != 6 {
		t.Fatalf("the first Esc: %+v, %d rows", got, len(p.rows))
	}
	if got := press(p, "esc"); !got.Close || got.Answer != (PickerClosed{}) {
		t.Fatalf("the second Esc: %+v", got)
	}
}

func TestPickerShowsWhatWentWrong(t *testing.T) {
	p, _ := NewPicker("/")
	p.Update(NewFolderListed(p.request, nil, errors.New("denied\x1b[2J")))
	view, _ := p.View(look("en"), 80, 24)
	if !strings.Contains(view, "denied␛[2J") {
		t.Errorf("no reason:\n%s", ansi.Strip(view))
	}
	if got := press(p, "u"); got != (Outcome{}) {
		t.Errorf("picks from nothing: %+v", got)
	}
}

func TestPickerFollowsTheCursor(t *testing.T) {
	p, _ := NewPicker("/")
	listed(p, many(10_000)...)
	for _, name := range []string{"end", "up", "pgdown", "g", "G", "k", "pgdown"} {
		press(p, name)
		view, _ := p.View(look("en"), 40, 12)
		if !strings.Contains(view, p.name()) {
			t.Fatalf("after %q the cursor is out of view:\n%s", name, ansi.Strip(view))
		}
	}
}

func many(n int) []wire.Entry {
	entries := make([]wire.Entry, n)
	for i := range entries {
		entries[i] = wire.Entry{Name: wire.Name(fmt.Sprintf("照片-%d.jpg", i)), Size: int64(i) * 1000}
	}
	return entries
}

// BenchmarkPicker is one key and one frame with 10,000 files.
func BenchmarkPicker(b *testing.B) {
	p, _ := NewPicker("/")
	listed(p, many(10_000)...)
	l, down := look("zh"), keyPress("down")
	for b.Loop() {
		p.Update(registry.Press(p.Place(), down))
		p.View(l, 120, 40)
	}
}
