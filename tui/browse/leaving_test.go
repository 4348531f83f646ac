package browse

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/wire"
)

// What is on its way out is off the screen at once, and comes back only when it
// stays, or when a listing that began after it was gone has it.
func TestLeaving(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("a", 1), file("b", 2), file("c", 4), file("d", 8))
	d.open("/")
	want := func(step string, want ...string) {
		t.Helper()
		if got := d.names(); !slices.Equal(got, want) {
			t.Errorf("%s: %v are shown, want %v", step, got, want)
		}
	}
	d.press("j")
	d.Leaving("/", "b")
	want("leaving", "a", "c", "d")
	d.wantCursor("c")
	d.Leaving("/elsewhere", "c")
	want("leaving another folder", "a", "c", "d")
	d.run(d.Refresh())
	d.settleAll()
	want("listed while it leaves", "a", "c", "d")
	d.Leaving("/", "c")
	d.wantCursor("d")
	d.Stay("/", "c")
	want("stayed", "a", "c", "d")
	d.run(d.Refresh()) // it begins before b is gone
	d.Gone("/", "b")
	d.settleAll()
	want("listed before", "a", "c", "d")
	d.run(d.Refresh())
	d.settleAll()
	want("another of that name", "a", "b", "c", "d")
	d.wantCursor("d")
}

func TestFilterCountsNothingThatLeaves(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file(".a", 1), file("a", 2), file("b", 4), file("c", 8))
	d.open("/")
	d.Leaving("/", "c")
	d.press("/")
	d.write("a")
	if view := ansi.Strip(d.View(true)); !strings.Contains(view, "1 of 2") {
		t.Errorf("it is not 1 of 2 in\n%s", view)
	}
}

// Who goes away and comes back finds nothing that is on its way out.
func TestLeavingWhileElsewhere(t *testing.T) {
	d := newDesk(t, locale.English, 80, 24)
	d.folders["/"] = listing(file("a", 1), file("b", 2), file("c", 4))
	d.folders["/x"] = nil
	d.open("/")
	d.Leaving("/", "a", "b", "c")
	d.open("/x")
	d.Gone("/", "a")
	d.Stay("/", "b")
	d.run(d.Open("/"))
	if got := d.names(); !slices.Equal(got, []string{"b"}) {
		t.Errorf("%v are shown from before, want b", got)
	}
	d.settleAll()
	if got := d.names(); !slices.Equal(got, []string{"a", "b"}) { // another a
		t.Errorf("%v are shown, want a and b", got)
	}
	if d.open("/x"); len(d.away) != 1 {
		t.Errorf("%v are on their way", d.away)
	}
	d.Stay("/", "c")
	if len(d.away) != 0 {
		t.Errorf("%v are on their way", d.away)
	}
}

// Taking out one row comes to the same as going through all.
func TestLeavingOneByOne(t *testing.T) {
	for _, tt := range []struct {
		name  string
		keys  []string
		leave wire.Name
	}{
		{"the cursor's", []string{"j"}, "b"},
		{"the last", []string{"G"}, "d"},
		{"above the cursor", []string{"G"}, "a"},
		{"below the cursor", nil, "c"},
		{"not shown", nil, ".e"},
		{"not there", nil, "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, all := newDesk(t, locale.English, 80, 24), newDesk(t, locale.English, 80, 24)
			for _, one := range []*desk{d, all} {
				one.folders["/"] = listing(file(".e", 16), file("a", 1), file("b", 2), file("c", 4), file("d", 8))
				one.open("/")
				one.press(tt.keys...)
				one.press(".", ".")
			}
			before := slices.Clone(d.all)
			d.Leaving("/", tt.leave)
			all.moved = true
			all.left(leaving{tt.leave: false})
			if got, want := d.View(true), all.View(true); got != want {
				t.Errorf("it shows\n%s\nwant\n%s", got, want)
			}
			if d.size != all.size || d.there != all.there || d.list.Cursor != all.list.Cursor {
				t.Errorf("%d bytes, %d there, cursor %d; want %d, %d, %d", d.size, d.there, d.list.Cursor, all.size, all.there, all.list.Cursor)
			}
			if !slices.EqualFunc(before, d.all, func(a, b row) bool { return a.Name == b.Name }) {
				t.Error("what commands read was changed")
			}
		})
	}
}
