package browse

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// manyFiles opens a folder of so many files that a command goes through them.
func manyFiles(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t, "en", 80, 10)
	for i := range inline + 1 {
		d.folders["/"] = append(d.folders["/"], wire.Entry{Name: wire.Name(fmt.Sprintf("f%06d", i)), Size: 1})
	}
	d.open("/")
	return d
}

// hold types a filter and returns the commands, which are under way.
func (d *desk) hold(typed string) []tea.Cmd {
	d.t.Helper()
	d.press("/")
	var held []tea.Cmd
	for _, letter := range typed {
		if cmd := d.Update(tea.KeyPressMsg{Code: letter, Text: string(letter)}); cmd != nil {
			held = append(held, cmd)
		}
	}
	return held
}

func TestKeysAreAboutWhatIsToBeShown(t *testing.T) {
	d := manyFiles(t)
	d.hold("000007")
	d.press("enter")
	if e, _ := d.Current(); e.Name != "f000007" {
		t.Errorf("the cursor is on %s", e.Name)
	}
	d.press("a")
	if got := d.selected(); len(got) != 1 || got[0].entry.Name != "f000007" {
		t.Errorf("%d are marked", len(got))
	}
}

func TestFilterOutlivesRefreshThatFails(t *testing.T) {
	d := manyFiles(t)
	held := d.hold("000007")
	d.run(d.Refresh())
	d.answer(errLost)
	for _, cmd := range held {
		d.run(cmd)
	}
	if len(d.rows) != 1 {
		t.Errorf("%d rows are shown", len(d.rows))
	}
}

// What is marked is acted on whole, also while its folder is listed again.
func TestMarksThatHaveNotArrived(t *testing.T) {
	d := newDesk(t, "en", 80, 10)
	d.folders["/"] = []wire.Entry{{Name: "a"}, {Name: "b"}, {Name: "other", IsDir: true}, {Name: "z"}}
	d.folders["/other"] = []wire.Entry{{Name: "x"}}
	d.limit = 2
	d.open("/")
	d.press("a")
	d.open("/other")
	d.seen = nil // too much was seen since
	d.run(d.Open("/"))
	for _, want := range []string{"nothing", "one page", "all"} {
		if got := d.selected(); len(got) != 4 {
			t.Errorf("%s arrived: %d are selected of %d that are marked", want, len(got), d.Marked())
		}
		if len(d.asked) > 0 {
			d.answer(nil)
		}
	}
	d.folders["/"] = d.folders["/"][1:]
	d.run(d.Refresh())
	d.settleAll()
	if got := d.selected(); len(got) != 3 {
		t.Errorf("%d are selected after one is gone", len(got))
	}
}
