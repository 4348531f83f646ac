package browse

import (
	"maps"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text/field"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// wantMarked checks what is selected, and what is drawn as marked.
func wantMarked(t rapid.TB, p *Pane, want map[wire.Name]bool) {
	t.Helper()
	got := make(map[wire.Name]bool)
	for _, one := range p.selected() {
		if p.Marked() > 0 {
			got[one.entry.Name] = true
		}
	}
	if !maps.Equal(got, want) {
		t.Fatalf("marked are %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
	for i := range p.rows {
		if r := &p.rows[i]; p.marks.has(r) != want[r.Name] {
			t.Fatalf("%s is drawn as marked: %v", r.Name, p.marks.has(r))
		}
	}
}

// Marks stay with their names, in whatever order these come, are shown, and come
// again.
func TestMarksStayWithTheirNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfDistinct(rapid.SampledFrom([]wire.Name{".a", ".b", "c", "d1", "d10", "d2", "e", "f", "g"}), rapid.ID)
		there := slices.Sorted(slices.Values(some.Draw(t, "there")))
		pane := New(Options{
			Theme: theme.New(theme.Options{}), Locale: locale.New(locale.English),
			Explain: func(err error) string { return err.Error() },
		})
		pane.Registry = command.NewRegistry(pane.Commands(), LineCommands(), field.Commands())
		pane.Source = func(r Request) tea.Cmd { // two entries a page
			page := Page{Request: r}
			for _, name := range there {
				if name > r.After && len(page.Entries) < 2 {
					page.Entries = append(page.Entries, wire.Entry{Name: name, Size: int64(name[0])})
				}
			}
			page.More = len(page.Entries) > 0 && page.Entries[len(page.Entries)-1].Name != there[len(there)-1]
			return func() tea.Msg { return page }
		}
		var run func(tea.Cmd)
		run = func(cmd tea.Cmd) {
			if cmd == nil {
				return
			}
			switch msg := cmd().(type) {
			case tea.BatchMsg:
				for _, one := range msg {
					run(one)
				}
			case Viewed:
			default:
				run(update(pane, msg))
			}
		}
		pane.Resize(80, 24)
		run(pane.Open(wire.Root))
		want := make(map[wire.Name]bool)
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { wantMarked(t, pane, want) },
			"space": func(*rapid.T) {
				if e, ok := pane.Current(); ok {
					if want[e.Name] = !want[e.Name]; !want[e.Name] {
						delete(want, e.Name)
					}
				}
				run(update(pane, press("space")))
			},
			"invert": func(*rapid.T) {
				for i := range pane.rows {
					name := pane.rows[i].Name
					if want[name] = !want[name]; !want[name] {
						delete(want, name)
					}
				}
				run(update(pane, press("*")))
			},
			"range": func(t *rapid.T) {
				from := pane.list.Cursor
				run(update(pane, press("v")))
				for range rapid.IntRange(0, 5).Draw(t, "steps") {
					run(update(pane, press(rapid.SampledFrom([]string{"j", "k", "g", "G"}).Draw(t, "step"))))
				}
				for i := min(from, pane.list.Cursor); i <= max(from, pane.list.Cursor) && i < len(pane.rows); i++ {
					want[pane.rows[i].Name] = true
				}
				if len(pane.rows) > 0 {
					run(update(pane, press("v")))
				}
			},
			"another view": func(t *rapid.T) {
				run(update(pane, press(rapid.SampledFrom([]string{"s", "S", ".", "G", "g"}).Draw(t, "key"))))
			},
			"filter": func(t *rapid.T) { run(pane.setFilter(rapid.SampledFrom([]string{"", "d", "1"}).Draw(t, "filter"))) },
			"change": func(t *rapid.T) {
				there = slices.Sorted(slices.Values(some.Draw(t, "there")))
				run(pane.Refresh())
				maps.DeleteFunc(want, func(name wire.Name, _ bool) bool { return !slices.Contains(there, name) })
			},
			"away and back": func(*rapid.T) {
				back := there
				there = nil
				run(pane.Open("/x"))
				there = back
				run(pane.Open(wire.Root))
			},
		})
	})
}

// Where a filter is still looking through what was listed anew, the rows before
// are drawn with their own marks.
func TestMarksWhileAFilterLooks(t *testing.T) {
	d := manyFiles(t)
	d.run(d.setFilter("00000"))
	d.press("j", "space") // f000001
	d.folders["/"] = append([]wire.Entry{{Name: "a"}, {Name: "b"}}, d.folders["/"]...)
	d.run(d.Refresh())
	var held []tea.Cmd
	for len(d.asked) > 0 {
		page := Page{Request: d.asked[0]}
		d.asked = nil
		page.Entries = d.folders["/"]
		held = append(held, d.Update(d.Update(page)()))
	}
	want := map[wire.Name]bool{"f000001": true}
	if !d.sifting {
		t.Error("nothing looks")
	}
	wantMarked(t, d.Pane, want)
	for _, cmd := range held {
		d.run(cmd)
	}
	if d.sifting {
		t.Error("it looks still")
	}
	wantMarked(t, d.Pane, want)
}
