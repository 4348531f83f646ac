package accounts

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestPeoplesThingsSurvive: everything that people add is there after a save.
func TestPeoplesThingsSurvive(t *testing.T) {
	path := newPath(t)
	style := 0
	data := edited(t, workbookOf(t, 3), func(f *excelize.File) {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(f.InsertRows(sheetAccounts, 1, 1)) // a title above the header
		must(f.SetCellStr(sheetAccounts, "A1", "Our people"))
		must(f.InsertCols(sheetAccounts, "B", 1)) // a column among ours
		must(f.SetCellStr(sheetAccounts, "B2", "Phone"))
		must(f.SetCellStr(sheetAccounts, "B4", "=+86 138"))
		must(f.SetCellFormula(sheetAccounts, "P3", "LEN(A3)"))
		must(f.SetCellStr(sheetAccounts, "P2", "Length"))
		_, err := f.NewSheet("Notes")
		must(err)
		must(f.SetCellStr("Notes", "A1", "call user1 on Monday"))
		must(f.AddComment(sheetAccounts, excelize.Comment{Cell: "A4", Author: "Li", Text: "on leave"}))
		must(f.MergeCell("Notes", "C1", "D2"))
		style, err = f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFFF00"}}})
		must(err)
		must(f.SetCellStyle(sheetAccounts, "A4", "A4", style))
		must(f.SetCellFormula(sheetAccounts, cellName(int(colQuota)+2, 4), "10*1000"))
		red, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "FF0000"}})
		must(err)
		must(f.SetConditionalFormat(sheetAccounts, "E3:E9", []excelize.ConditionalFormatOptions{{Type: "cell", Criteria: "=", Value: `"disabled"`, Format: &red}}))
		must(f.SetDefinedName(&excelize.DefinedName{Name: "People", RefersTo: "Accounts!$A$3:$A$5"}))
	})
	if err := os.WriteFile(path, data, fileMode); err != nil {
		t.Fatal(err)
	}
	b := bookAt(t, path, Options{})
	mustRegister(t, b, "newcomer")
	if err := b.Disable("user2"); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cell := func(sheet, ref string) string {
		t.Helper()
		v, err := f.GetCellValue(sheet, ref)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	formula, _ := f.GetCellFormula(sheetAccounts, "P3")
	quota, _ := f.GetCellFormula(sheetAccounts, cellName(int(colQuota)+2, 4))
	comments, _ := f.GetComments(sheetAccounts)
	merged, _ := f.GetMergeCells("Notes")
	gotStyle, _ := f.GetCellStyle(sheetAccounts, "A4")
	conditions, _ := f.GetConditionalFormats(sheetAccounts)
	phone, _ := f.GetCellFormula(sheetAccounts, "B4")
	for _, c := range []struct{ name, got, want string }{
		{"title", cell(sheetAccounts, "A1"), "Our people"},
		{"header", cell(sheetAccounts, "A2"), "User"},
		{"column", cell(sheetAccounts, "B2"), "Phone"},
		{"cell that looks like a formula", cell(sheetAccounts, "B4") + phone, "=+86 138"},
		{"formula", formula, "LEN(A3)"},
		{"formula in our column", quota, "10*1000"},
		{"sheet", cell("Notes", "A1"), "call user1 on Monday"},
		{"comment", comments[0].Cell + " " + comments[0].Text, "A4 on leave"},
		{"merged cells", merged[0].GetStartAxis(), "C1"},
		{"style", fmt.Sprint(gotStyle), fmt.Sprint(style)},
		{"conditional format", fmt.Sprint(len(conditions["E3:E9"])), "1"},
		{"name", f.GetDefinedName()[0].Name + f.GetDefinedName()[len(f.GetDefinedName())-1].Name, f.GetDefinedName()[0].Name + "People"},
		{"new row", cell(sheetAccounts, "A6"), "newcomer"},
		{"disabled", cell(sheetAccounts, cellName(int(colStatus)+2, 5)), "disabled"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

// TestRemovedRows: rows of removed accounts go, with and without comments on the sheet, and a name
// that is registered again does not get the files of its former owner.
func TestRemovedRows(t *testing.T) {
	for _, c := range []struct {
		name    string
		comment bool
	}{{"plain", false}, {"with a comment below", true}} {
		t.Run(c.name, func(t *testing.T) {
			path := newPath(t)
			data := workbookOf(t, 4)
			if c.comment {
				data = edited(t, data, func(f *excelize.File) {
					if err := f.AddComment(sheetAccounts, excelize.Comment{Cell: "A5", Text: "about user3"}); err != nil {
						t.Fatal(err)
					}
				})
			}
			if err := os.WriteFile(path, data, fileMode); err != nil {
				t.Fatal(err)
			}
			b := bookAt(t, path, Options{})
			if err := b.Remove("user1"); err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			if text := unpacked(t, must(os.ReadFile(path))); strings.Count(text, ">user1<") != 1 {
				t.Errorf("user1 is there %d times, want once, as a retired folder", strings.Count(text, ">user1<"))
			}
			b = bookAt(t, path, Options{})
			mustRegister(t, b, "user1")
			if folder, err := b.Folder("user1"); err != nil || folder != "user1~2" {
				t.Errorf("folder %q, %v", folder, err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			f := must(open(must(os.ReadFile(path))))
			defer f.Close()
			for _, name := range []string{"user0", "user2", "user3", "user1"} {
				if cells, err := f.SearchSheet(sheetAccounts, name); err != nil || len(cells) == 0 {
					t.Errorf("%s: %v, %v", name, cells, err)
				} else if name == "user3" && c.comment && cells[0] != "A5" {
					t.Errorf("user3 moved away from its comment, to %s", cells[0])
				}
			}
		})
	}
}
