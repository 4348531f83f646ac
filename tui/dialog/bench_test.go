package dialog

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
)

// largeList is how many rows the lists of the benchmark have.
const largeList = 100_000

// largeLists returns each dialog that lists rows, with 100,000 of them.
func largeLists() map[string]Dialog {
	entries, places, rows := many(largeList), make([]Place, largeList), make([]Row, largeList)
	for i := range entries {
		places[i] = Place{Name: string(entries[i].Name)}
		rows[i] = Row{Item: i, Name: string(entries[i].Name), Facts: []locale.Words{locale.Quote("1 MB"), locale.Quote("yesterday")}}
	}
	picker, _ := NewPicker("/data")
	listed(picker, entries...)
	list := sampleList(0)
	list.SetRows(rows)
	path, first := NewPathPrompt(PathOptions{
		Title: locale.Say("picker.title"), Label: locale.Say("picker.open"), Base: "/", Limit: 1024, Files: true,
		Resolve: func(base, typed string) (string, locale.Words) { return base, nil },
		List:    func(asked PlacesAsked) tea.Msg { return asked },
	})
	path.Update(NewPlacesListed(first.(PlacesAsked), places, nil))
	hits := searched("img", hits(maxHits), false)
	press(hits, "tab")
	return map[string]Dialog{"list": list, "picker": picker, "path": path, "search": hits}
}

// BenchmarkLargeList measures a key that moves the cursor and the frame after it,
// and a key that changes a filter.
func BenchmarkLargeList(b *testing.B) {
	for name, d := range largeLists() {
		b.Run(fmt.Sprintf("%s/move", name), func(b *testing.B) {
			d.View(look("en"), 120, 40)
			drawn := look("en")
			for b.Loop() {
				press(d, "down")
				d.View(drawn, 120, 40)
			}
		})
	}
	filtered := largeLists()
	press(filtered["picker"], "/")
	for _, name := range []string{"picker", "path"} {
		d := filtered[name]
		b.Run(name+"/filter", func(b *testing.B) {
			for b.Loop() {
				press(d, "1")
				press(d, "backspace")
			}
		})
	}
}
