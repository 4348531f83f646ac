package browse

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/maruel/natural"
	"pgregory.net/rapid"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/wire"
)

// However a folder arrives in pages, it ends in the order in which it would
// have come from one sort.
func TestArrangeMergesAsItSorts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := Order{By(rapid.IntRange(0, int(bys)-1).Draw(t, "by")), rapid.Bool().Draw(t, "reverse")}
		names := rapid.SliceOfDistinct(rapid.StringMatching(`[aAbB啊]{1,2}[0-9]{0,3}`), rapid.ID[string]).Draw(t, "names")
		entries := make([]wire.Entry, len(names))
		for i, name := range names {
			entries[i] = wire.Entry{
				Name: wire.Name(name), IsDir: rapid.Bool().Draw(t, "folder"),
				Size: rapid.Int64Range(0, 3).Draw(t, "size"), ModTime: time.Unix(rapid.Int64Range(0, 3).Draw(t, "time"), 0),
			}
		}
		var merged []row
		for rest := entries; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "page")
			merged, rest = order.arrange(merged, rest[:n], true), rest[n:]
		}
		other := Order{}.arrange(nil, entries, true)
		before := slices.Clone(other)
		sorted := order.arrange(other, nil, false)
		if !slices.Equal(merged, sorted) {
			t.Fatalf("merged %v, sorted %v", merged, sorted)
		}
		if !slices.Equal(other, before) {
			t.Fatal("arrange changed what it was given")
		}
	})
}

// The keys by which names are sorted stand to one another as the names do.
func TestNaturalKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a!~0-9 啊]{0,4}[0-9]{0,12}[a.]{0,2}[0-9]{0,2}`)
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		got, want := strings.Compare(text.NaturalKey(a), text.NaturalKey(b)), 0
		if natural.Less(a, b) {
			want = -1
		} else if natural.Less(b, a) {
			want = 1
		}
		if got != want && got != 0 && want != 0 {
			t.Errorf("%q and %q stand %d, want %d", a, b, got, want)
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	var m memory
	for i := range 200 {
		m.put(place{path: wire.Path(fmt.Sprintf("/%d", i)), rows: make([]row, 10_000)})
	}
	rows := 0
	for _, p := range m {
		rows += len(p.rows)
	}
	if len(m) != maxPlaces || rows > maxRemembered {
		t.Errorf("%d places and %d rows are remembered", len(m), rows)
	}
	if _, ok := m.take("/199"); !ok {
		t.Error("the latest place is forgotten")
	}
}

// The column that the rows are ordered by says so, and which way round.
func TestHeadingsSayTheOrder(t *testing.T) {
	tests := []struct {
		name  string
		order Order
		want  string
	}{
		{"as usual", Order{}, "Name Size Modified"},
		{"names the other way round", Order{ByName, true}, "Name ↓ Size Modified"},
		{"size", Order{By: BySize}, "Name Size ↓ Modified"},
		{"size the other way round", Order{BySize, true}, "Name Size ↑ Modified"},
		{"time", Order{By: ByTime}, "Name Size Modified ↓"},
		{"kind", Order{By: ByKind}, "Name Size Modified"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, locale.English, 80, 24)
			d.folders["/"] = listing(file("a", 1))
			d.open("/")
			d.run(d.SetOrder(tt.order))
			if got := strings.Join(strings.Fields(ansi.Strip(d.headings())), " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
