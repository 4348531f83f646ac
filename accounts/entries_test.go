package accounts

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func TestParseEntryLimit(t *testing.T) {
	for _, c := range []struct {
		name string
		text string
		bad  bool
		want allowance
	}{
		{"blank", " ", false, allowance{}},
		{"number", "50000", false, allowance{"50000", true, 50_000}},
		{"commas", " 1,050,000 ", false, allowance{"1050000", true, 1_050_000}},
		{"Chinese commas", "50\uff0c000", false, allowance{"50000", true, 50_000}},
		{"spaces", "50 000", false, allowance{"50000", true, 50_000}},
		{"narrow spaces", "50\u202f000", false, allowance{"50000", true, 50_000}},
		{"Excel's form", "1E+12", false, allowance{"1000000000000", true, 1e12}},
		{"unlimited", "unlimited", false, allowance{"unlimited", true, 0}},
		{"zero", "0", true, allowance{}},
		{"negative", "-1", true, allowance{}},
		{"fraction", "1.5", true, allowance{}},
		{"points", "50.000", true, allowance{}},
		{"decimal comma", "1,5", true, allowance{}},
		{"size", "10 GB", true, allowance{}},
		{"word", "many", true, allowance{}},
		{"hexadecimal", "0x10", true, allowance{}},
		{"not a number", "NaN", true, allowance{}},
		{"too large", "1e300", true, allowance{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseEntryLimit(c.text)
			if got != c.want || c.bad != errors.Is(err, ErrEntryLimit) || !c.bad && err != nil {
				t.Errorf("%+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

// TestEntryLimit: a cell limits its account within moments, and a bad one disables that account only.
func TestEntryLimit(t *testing.T) {
	b := running(t, 4, Options{DefaultEntries: 77})
	editFile(t, b.path, func(f *excelize.File) {
		set(t, f, "user1", colEntryLimit, "50,000")
		set(t, f, "user2", colEntryLimit, "1.5")
		set(t, f, "user3", colEntryLimit, "unlimited")
	})
	eventually(t, "the limit is in use", func() bool {
		limit, err := b.EntryLimit("user1")
		return err == nil && limit == 50_000
	})
	for name, want := range map[string]int64{"user0": 77, "user3": 0} {
		if limit, err := b.EntryLimit(name); err != nil || limit != want {
			t.Errorf("%s may have %d entries, %v, want %d", name, limit, err, want)
		}
	}
	if _, err := b.EntryLimit("user2"); !errors.Is(err, ErrGone) {
		t.Errorf("the account with a bad cell: %v, want ErrGone", err)
	}
	eventually(t, "the problem is shown", func() bool {
		f := must(open(must(os.ReadFile(b.path))))
		defer f.Close()
		rows, _ := f.GetRows(sheetProblems)
		return len(rows) == 2 && rows[1][2] == colEntryLimit.title() && strings.Contains(rows[1][3], "whole number")
	})
	if err := errors.Join(b.SetEntryLimit("user2", "9"), b.SetEntryLimit("user1", "")); err != nil {
		t.Fatal(err)
	}
	if err := b.SetEntryLimit("user0", "0"); !errors.Is(err, ErrEntryLimit) {
		t.Errorf("a limit of 0: %v, want ErrEntryLimit", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	list := bookAt(t, b.path, Options{DefaultEntries: 78}).List()
	for i, want := range []Account{{EntryLimit: 78, DefaultEntryLimit: true}, {EntryLimit: 78, DefaultEntryLimit: true}, {EntryLimit: 9}, {}} {
		if got := list[i]; got.EntryLimit != want.EntryLimit || got.DefaultEntryLimit != want.DefaultEntryLimit || got.Problem != "" {
			t.Errorf("after a restart %+v, want %+v", got, want)
		}
	}
}

// TestEntryLimitInJournal: a change that is not in the workbook yet survives.
func TestEntryLimitInJournal(t *testing.T) {
	b := running(t, 1, Options{look: time.Hour})
	if err := b.SetEntryLimit("user0", "1,234"); err != nil {
		t.Fatal(err)
	}
	if got := onDisk(t, b.path).roster.named("user0").entryLimit; got.set {
		t.Fatalf("the workbook has the limit already: %+v", got)
	}
	path := newPath(t)
	saveAs(t, path, must(os.ReadFile(b.path)))
	saveAs(t, journalPath(path), must(os.ReadFile(journalPath(b.path))))
	if limit, err := bookAt(t, path, Options{}).EntryLimit("user0"); err != nil || limit != 1234 {
		t.Errorf("%d entries, %v, want 1234", limit, err)
	}
}

// TestEarlierColumns: a workbook without the columns of entries gets them with the first save, beside
// what people have, and within the filter.
func TestEarlierColumns(t *testing.T) {
	data := workbookOf(t, 3)
	// As an earlier version saved it: the marks are the same, and so is the name of the program.
	f := must(open(data))
	for _, c := range []column{colEntries, colEntryLimit} {
		name := must(excelize.ColumnNumberToName(int(c) + 1))
		if err := f.RemoveCol(sheetAccounts, name); err != nil {
			t.Fatal(err)
		}
	}
	for _, cell := range []string{"K3", "N3"} { // of people, without a title
		if err := f.SetCellStr(sheetAccounts, cell, "mine"); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.RemoveCol(sheetUsage, "E"), f.SetAppProps(&excelize.AppProperties{Application: program})); err != nil {
		t.Fatal(err)
	}
	path := newPath(t)
	saveAs(t, path, must(f.WriteToBuffer()).Bytes())
	if c := onDisk(t, path); !c.ours || c.layout.at[colEntries] != 0 || c.layout.at[colEntryLimit] != 0 {
		t.Fatalf("this is no earlier workbook: ours %t, columns %v", c.ours, c.layout.at)
	}
	b := bookAt(t, path, Options{DefaultEntries: 77})
	if limit, err := b.EntryLimit("user1"); err != nil || limit != 77 {
		t.Errorf("%d entries, %v, want the default", limit, err)
	}
	b.Seen("user1", 100, 2, 1234, time.Time{})
	eventually(t, "the columns are there", func() bool { return !slices.Contains(onDisk(t, path).layout.at[:], 0) })
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	f = must(open(must(os.ReadFile(path))))
	defer f.Close()
	for cell, want := range map[string]string{"K3": "mine", "N3": "mine", "L1": "Entry limit", "M1": "Entries", "L3": "", "M3": "1234", "M2": "0"} {
		if got := must(f.GetCellValue(sheetAccounts, cell, excelize.Options{RawCellValue: true})); got != want {
			t.Errorf("%s has %q, want %q", cell, got, want)
		}
	}
	for cell, want := range map[string]string{"A2": "user1", "E1": entriesTitle, "E2": "1234", "E" + strconv.Itoa(usageChart+3): "1234"} {
		if got := must(f.GetCellValue(sheetUsage, cell, excelize.Options{RawCellValue: true})); got != want {
			t.Errorf("%s!%s has %q, want %q", sheetUsage, cell, got, want)
		}
	}
	filters := slices.DeleteFunc(f.GetDefinedName(), func(n excelize.DefinedName) bool { return n.Scope != sheetAccounts })
	if len(filters) != 1 || !strings.HasPrefix(strings.ReplaceAll(filters[0].RefersTo, "$", ""), "'Accounts'!A1:M") {
		t.Errorf("the filter is %+v, want it to reach to M", filters)
	}
}
