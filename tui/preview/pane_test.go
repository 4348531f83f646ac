package preview

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// While the cursor moves, nothing is fetched and nothing is drawn.
func TestNothingHappensWhileTheCursorMoves(t *testing.T) {
	d := newDesk(t, locale.English, trueColour, 40, 20)
	before := d.look(d.lay("first.txt", []byte("the first one")))
	requests := d.requests
	var rests []rested
	for i := range 50 {
		if d.Show(d.lay(fmt.Sprintf("%d.txt", i), []byte("x"))) == nil {
			t.Fatalf("item %d asks for nothing", i)
		}
		rests = append(rests, rested{d.generation})
		if view := d.View(); view != before {
			t.Fatalf("the view changed:\n%s", view)
		}
	}
	for _, rest := range rests[:49] {
		if cmd := d.Update(rest); cmd != nil {
			t.Fatal("a rest that the cursor left is answered")
		}
	}
	if d.requests != requests {
		t.Errorf("%d requests while the cursor moved", d.requests-requests)
	}
	d.run(d.Update(rests[49]))
	if view := ansi.Strip(d.View()); !strings.Contains(view, "49.txt") || strings.Contains(view, "first") {
		t.Errorf("the last one is not shown:\n%s", view)
	}
}

// On a line that is silent every call returns, and what was under way ends when
// the cursor moves on.
func TestASilentSourceStopsNothing(t *testing.T) {
	d := newDesk(t, locale.English, trueColour, 40, 20)
	d.block = make(chan struct{})
	answers := make(chan tea.Msg)
	for i := range 3 {
		d.Show(d.lay(fmt.Sprintf("%d.txt", i), []byte("x")))
		batch, ok := d.Update(rested{d.generation})().(tea.BatchMsg)
		if !ok {
			t.Fatal("nothing is under way")
		}
		go func() { answers <- batch[0]() }()
		d.Update(slow{d.generation})
		if view := ansi.Strip(d.View()); !strings.Contains(view, "Loading") || !strings.Contains(view, fmt.Sprintf("%d.txt", i)) {
			t.Errorf("it is not said that %d.txt takes its time:\n%s", i, view)
		}
		d.Scroll(5)
	}
	d.Show(target{})
	view := d.View()
	for range 3 {
		answer, ok := (<-answers).(made)
		if !ok || !errors.Is(answer.err, context.Canceled) {
			t.Errorf("what was left came to %+v", answer)
		}
		d.run(d.Update(answer))
	}
	if d.View() != view || strings.TrimSpace(view) != "" {
		t.Errorf("a late answer is shown:\n%s", d.View())
	}
}

func TestLookingAgainFetchesNothing(t *testing.T) {
	d := newDesk(t, locale.English, trueColour, 40, 20)
	first, second := d.lay("a.go", []byte(program)), d.lay("b.txt", []byte("b"))
	view := d.look(first)
	d.look(second)
	requests := d.requests
	if again := d.look(first); again != view {
		t.Errorf("shown again it is\n%s", again)
	}
	d.Resize(60, 20)
	if wide := d.look(first); wide == view {
		t.Error("it is not drawn anew for another width")
	}
	d.Locale.Use(locale.Chinese)
	d.Theme.Use(theme.Options{Profile: colorprofile.ASCII})
	if bare := d.look(first); strings.Contains(bare, "38;5") {
		t.Errorf("colours after they were turned off: %q", bare)
	}
	if d.requests != requests {
		t.Errorf("%d requests for what was known", d.requests-requests)
	}
	second.Entry.Version = "v2"
	d.look(second)
	if d.requests == requests {
		t.Error("another version is not fetched")
	}
}

func TestScrollingFetchesMore(t *testing.T) {
	var long strings.Builder
	for i := range 220_000 {
		fmt.Fprintf(&long, "line %d\n", i)
	}
	d := newDesk(t, locale.English, trueColour, 40, 20)
	d.look(d.lay("long.txt", []byte(long.String())))
	if d.bytes != proseStep {
		t.Errorf("%d bytes are fetched at first", d.bytes)
	}
	top := 0
	for range 400 {
		d.run(d.Scroll(20_000))
		if d.top == top {
			break
		}
		top = d.top
	}
	view := ansi.Strip(d.View())
	if !strings.Contains(view, "Only the first") {
		t.Errorf("the end is not told:\n%s", view)
	}
	if d.bytes > proseLimit+blockSize {
		t.Errorf("%d bytes are fetched in the end", d.bytes)
	}
	d.Scroll(-1 << 30)
	if !strings.Contains(d.View(), "line 0") {
		t.Errorf("the beginning is lost:\n%s", d.View())
	}
}

// Keys that were pressed while further lines are on their way count all the same.
func TestScrollingIsNotLostOnASlowLine(t *testing.T) {
	var long strings.Builder
	for i := range 300 {
		fmt.Fprintf(&long, "line %d\n", i)
	}
	item := func(d *desk) target { return d.lay("long.txt", []byte(long.String())) }
	tests := []struct {
		name string
		by   []int // each is scrolled by, before any answer
		want string
	}{
		{"down", []int{10, 100, 100}, "line 210"},
		{"to the end and further", []int{10, 100, 100, 100, 100}, "line 299"},
		{"and back", []int{10, 100, 100, -5}, "line 31"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, locale.English, trueColour, 40, 20)
			d.look(item(d))
			var under []tea.Cmd
			for _, by := range tt.by {
				under = append(under, d.Scroll(by))
			}
			for _, cmd := range under {
				d.run(cmd)
			}
			if view := ansi.Strip(d.View()); !slices.Contains(strings.Split(view, "\n"), tt.want) {
				t.Errorf("no line %q in\n%s", tt.want, view)
			}
		})
	}
}

// What scrolling can not fetch leaves what is there.
func TestScrollingOnALostLine(t *testing.T) {
	d := newDesk(t, locale.English, trueColour, 40, 20)
	view := d.look(d.lay("long.txt", []byte(strings.Repeat("some line\n", 50_000))))
	d.failure = errors.New("the line is lost")
	for range 30 {
		d.run(d.Scroll(1000))
	}
	d.Scroll(-1 << 30)
	if d.View() != view {
		t.Errorf("it came to\n%s", d.View())
	}
}

func TestFailuresAreToldAndTriedAgain(t *testing.T) {
	tests := []struct {
		name    string
		failure error
		changed bool
		want    string
	}{
		{"lost", errors.New("no server"), false, "Explained: no server"},
		{"replaced", &wire.Error{Code: wire.Conflict}, true, "was replaced"},
		{"gone", &wire.Error{Code: wire.NotFound}, true, "It no longer exists."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, locale.English, trueColour, 40, 20)
			item := d.lay("a.txt", []byte("content"))
			d.failure = tt.failure
			if view := ansi.Strip(d.look(item)); !strings.Contains(view, tt.want) {
				t.Errorf("the view is\n%s", view)
			}
			if told := slices.Equal(d.said, []tea.Msg{outdated{item}}); told != tt.changed {
				t.Errorf("it says %v", d.said)
			}
			if d.Show(item) != nil {
				t.Error("what failed is tried again by itself")
			}
			d.failure = nil
			if d.Again() == nil {
				t.Fatal("nothing is tried again")
			}
			d.run(d.Update(rested{d.generation}))
			if view := ansi.Strip(d.View()); !strings.Contains(view, "content") {
				t.Errorf("after that the view is\n%s", view)
			}
			if d.Again() != nil {
				t.Error("what worked is tried again")
			}
		})
	}
}

// Folders are listed anew each time: nothing tells whether they have changed.
func TestFoldersAreListedAnew(t *testing.T) {
	d := newDesk(t, locale.English, trueColour, 40, 20)
	folder := target{d.shelf, "/f", wire.Entry{Name: "f", IsDir: true}}
	d.folders["/f"] = wire.Listing{Entries: []wire.Entry{{Name: "a"}}}
	d.look(folder)
	d.folders["/f"] = wire.Listing{Entries: []wire.Entry{{Name: "b"}}}
	d.look(d.lay("x.txt", []byte("x")))
	if view := ansi.Strip(d.look(folder)); !strings.Contains(view, "b  ") {
		t.Errorf("the view is\n%s", view)
	}
}

func TestCacheIsBounded(t *testing.T) {
	source := &shelf{}
	tests := []struct {
		name  string
		bytes int64 // fetched of each
		lines int   // drawn of each
		want  int
	}{
		{"many", 1, 1, cacheItems},
		{"fetched", cacheBytes / 10, 1, 9},
		{"drawn", 1, 1000, cacheItems},
		{"too large to have a neighbour", cacheBytes * 2, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c cache
			for i := range 200 {
				item := target{source, wire.Path(fmt.Sprint("/", i)), wire.Entry{Size: 1}}
				c.file(item).bytes = tt.bytes
				p := &page{lines: make([]string, tt.lines)}
				c.keep(keyOf(item), p)
				if c.page(keyOf(item)) != p {
					t.Fatalf("item %d is not kept", i)
				}
			}
			if got := len(c.items); got != tt.want {
				t.Errorf("%d are kept, want %d", got, tt.want)
			}
		})
	}
}
