package accounts

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// TestProblemsSheet: what is wrong stands in the workbook, and goes away when it is mended.
func TestProblemsSheet(t *testing.T) {
	b := running(t, 3, Options{})
	problems := func() int {
		f, err := open(must(os.ReadFile(b.path)))
		if err != nil {
			return -1
		}
		defer f.Close()
		rows, err := f.GetRows(sheetProblems)
		if err != nil {
			return -1
		}
		return len(rows) - 1
	}
	editFile(t, b.path, func(f *excelize.File) { set(t, f, "user1", colStatus, "maybe") })
	eventually(t, "the problem is shown", func() bool { return problems() == 1 })
	if e := onDisk(t, b.path).roster.named("user1"); e.problem() == "" {
		t.Error("the cell was repaired silently")
	}
	editFile(t, b.path, func(f *excelize.File) { set(t, f, "user1", colStatus, "active") })
	eventually(t, "the problem is gone", func() bool { return problems() == 0 && b.entry("user1").usable() })
}

// TestOwnSheets: Help, Usage with its chart and Problems are made again where they are missing, and a
// sheet of the same name that is somebody's own stays as it is.
func TestOwnSheets(t *testing.T) {
	b := running(t, 12, Options{})
	b.Seen("user7", 5_000_000_000, 17, 21, time.Now())
	editFile(t, b.path, func(f *excelize.File) {
		for _, name := range []string{sheetHelp, sheetUsage, sheetProblems} {
			if err := f.DeleteSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.NewSheet(sheetProblems); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStr(sheetProblems, "A1", "my own"); err != nil {
			t.Fatal(err)
		}
	})
	eventually(t, "the edit is in use", func() bool { c := onDisk(t, b.path); return c.ours })
	data := must(os.ReadFile(b.path))
	f := must(open(data))
	defer f.Close()
	for _, c := range []struct{ sheet, cell, want string }{
		{sheetHelp, "A1", helpTitle},
		{sheetUsage, "A2", "user7"},
		{sheetUsage, "B2", "5000000000"},
		{sheetProblems, "A1", "my own"},
		{sheetProblems, "A2", ""},
	} {
		if got := must(f.GetCellValue(c.sheet, c.cell, excelize.Options{RawCellValue: true})); got != c.want {
			t.Errorf("%s!%s: %q, want %q", c.sheet, c.cell, got, c.want)
		}
	}
	if !strings.Contains(unpacked(t, data), "barChart") {
		t.Error("no chart")
	}
}

// TestOlderHelp: explanations that nobody edited follow the program, and what somebody wrote there stays.
func TestOlderHelp(t *testing.T) {
	if sum := helpSum(helpText); sum != "7e88425cc201cf19" {
		t.Errorf("the explanations have changed, and with them their sum: add the one that stood here to olderHelp, and put %s here", sum)
	}
	former := append(slices.Clone(helpText), [2]string{"旧", "a line of an older version"})
	former[0] = [2]string{"旧版", "other words"}
	before := olderHelp
	t.Cleanup(func() { olderHelp = before })
	olderHelp = append(slices.Clone(olderHelp), helpSum(former))
	for _, c := range []struct {
		name, last string
		want       [][2]string
	}{
		{"an older version's", former[len(former)-1][1], helpText},
		{"somebody's", "call Li when something is wrong", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			said := slices.Clone(former)
			said[len(said)-1][1] = c.last
			b := running(t, 2, Options{})
			editFile(t, b.path, func(f *excelize.File) {
				for i, line := range said {
					for column, text := range line {
						if err := f.SetCellStr(sheetHelp, cellName(column+1, i+2), text); err != nil {
							t.Fatal(err)
						}
					}
				}
			})
			eventually(t, "the edit is in use", func() bool { return onDisk(t, b.path).ours })
			want := c.want
			if want == nil {
				want = said
			}
			if got := helpSaid(t, b.path); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// helpSaid returns the explanations of a workbook.
func helpSaid(t *testing.T, path string) (said [][2]string) {
	t.Helper()
	f := must(open(must(os.ReadFile(path))))
	defer f.Close()
	for _, row := range must(f.GetRows(sheetHelp, excelize.Options{RawCellValue: true}))[1:] {
		var line [2]string
		copy(line[:], row)
		said = append(said, line)
	}
	return said
}
