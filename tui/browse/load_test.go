package browse

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/wire"
)

func TestPagesArriveWhileOneMoves(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("a", 1), file("c", 1), file("e", 1), folder("z"), file("zz", 1))
	d.limit = 2
	d.run(d.Open("/"))
	d.answer(nil)
	if got, want := d.names(), []string{"a", "c"}; !slices.Equal(got, want) {
		t.Fatalf("after one page %q, want %q", got, want)
	}
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, "2 items…") {
		t.Errorf("that more is to come is not said in\n%s", view)
	}
	d.press("down")
	d.wantCursor("c")
	d.settleAll()
	if got, want := d.names(), []string{"z", "a", "c", "e", "zz"}; !slices.Equal(got, want) {
		t.Errorf("in the end %q, want %q", got, want)
	}
	d.wantCursor("c")
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, "5 items ") {
		t.Errorf("the count is not in\n%s", view)
	}
}

func TestCursorStaysAtTheTopUntilMoved(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("a", 1), file("b", 1), folder("z"))
	d.limit = 2
	d.open("/")
	d.wantCursor("z")
}

func TestLatePagesAreDropped(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(folder("sub"))
	d.folders["/sub"] = listing(file("inner", 1))
	d.open("/")
	d.press("enter")  // asks for /sub
	d.press("h", "l") // asks for / and for /sub again
	d.answer(nil)     // the first /sub is late
	d.answer(nil)     // so is /
	if d.Path() != "/sub" || len(d.names()) != 0 {
		t.Errorf("%s shows %q after late answers only", d.Path(), d.names())
	}
	d.answer(nil)
	if got, want := d.names(), []string{"inner"}; !slices.Equal(got, want) {
		t.Errorf("/sub shows %q, want %q", got, want)
	}
}

func TestFoldersAreRemembered(t *testing.T) {
	d := newDesk(t, locale.English, 80, 10)
	d.folders["/"] = append(numbered(100), folder("照片夹"))
	d.folders["/照片夹"] = listing(file("x", 1), file("y", 1))
	d.open("/")
	d.press("ctrl+d", "ctrl+d", "space", "g")
	d.wantCursor("照片夹")
	d.press("enter")
	d.settleAll()
	d.press("down")
	d.press("backspace")
	d.wantCursor("照片夹")
	if len(d.names()) != 101 || d.marks.count() != 1 {
		t.Errorf("back at / there are %d rows and %d marks before the server answers, want 101 and 1", len(d.names()), d.marks.count())
	}
	d.press("l")
	d.wantCursor("y")
}

func TestRefresh(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("a", 1), file("b", 1), file("c", 1))
	d.open("/")
	d.press("down", "space", "space") // b and c
	d.folders["/"] = listing(file("0", 1), file("b", 2), file("d", 1))
	d.press("ctrl+r")
	if got, want := d.names(), []string{"a", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("while it is refreshed %q, want %q", got, want)
	}
	d.settleAll()
	if got, want := d.names(), []string{"0", "b", "d"}; !slices.Equal(got, want) {
		t.Errorf("refreshed %q, want %q", got, want)
	}
	if got := d.selected(); len(got) != 1 || got[0].entry.Name != "b" {
		t.Errorf("marked is %v, want b alone: c is gone", got)
	}
	d.press("ctrl+r")
	d.answer(errLost)
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, errLost.Error()) || len(d.names()) != 3 {
		t.Errorf("the failure is not beside the rows in\n%s", view)
	}
}

func TestSortWhileLoading(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("a", 1), file("b", 5), file("c", 3), file("d", 4))
	d.limit = 1
	d.run(d.Open("/"))
	d.answer(nil)
	d.answer(nil)
	d.press("s")
	d.settleAll()
	if got, want := d.names(), []string{"b", "d", "c", "a"}; !slices.Equal(got, want) {
		t.Errorf("by size %q, want %q", got, want)
	}
	d.run(d.Refresh())
	d.press("s", "s")
	if got, want := d.names(), []string{"a", "b", "c", "d"}; !slices.Equal(got, want) {
		t.Errorf("by name while it is refreshed %q, want %q", got, want)
	}
	d.settleAll()
	if got, want := d.names(), []string{"a", "b", "c", "d"}; !slices.Equal(got, want) {
		t.Errorf("by name %q, want %q", got, want)
	}
}

func TestDisorderEndsTheLoading(t *testing.T) {
	tests := []struct {
		name  string
		after wire.Name
		page  wire.Listing
	}{
		{"the same page again", "b", wire.Listing{Entries: []wire.Entry{file("a", 1), file("b", 1)}, More: true}},
		{"a name twice", "b", wire.Listing{Entries: []wire.Entry{file("c", 1), file("c", 1)}}},
		{"nothing, and more of it", "b", wire.Listing{More: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, locale.English, 80, 24)
			d.folders["/"] = listing(file("a", 1), file("b", 1), file("c", 1))
			d.limit = 2
			d.run(d.Open("/"))
			d.answer(nil)
			request := d.asked[0]
			d.asked = nil
			d.run(d.Update(Page{Request: request, Listing: tt.page}))
			if d.Loading() || len(d.asked) > 0 || !errors.Is(d.err, ErrDisorder) {
				t.Errorf("loading %v, asked %v, error %v", d.Loading(), d.asked, d.err)
			}
		})
	}
}
