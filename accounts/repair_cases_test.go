package accounts

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// TestNoRepair: what the daemon writes has none of the usual causes for which Excel offers to repair a
// workbook, whoever saved it before.
func TestNoRepair(t *testing.T) {
	plainOnly(t)
	for _, c := range []struct {
		name string
		edit func(t *testing.T, data []byte) []byte
	}{
		{"the daemon alone", nil},
		{"LibreOffice", byLibreOffice},
		{"openpyxl", func(t *testing.T, data []byte) []byte {
			t.Helper()
			return byOpenpyxl(t, data, "ws = wb['Accounts']\nws['K1'] = 'Phone'\nws['K2'] = '007'\nws['D3'] = 'maybe'\nws.delete_rows(5)\nwb.create_sheet('Mine')")
		}},
		{"somebody's things", func(t *testing.T, data []byte) []byte {
			t.Helper()
			return edited(t, data, func(f *excelize.File) {
				red, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "FF0000"}})
				if err := errors.Join(err, f.InsertRows(sheetAccounts, 1, 1), f.InsertCols(sheetAccounts, "B", 1),
					f.AddComment(sheetAccounts, excelize.Comment{Cell: "A4", Author: "Li", Text: "on leave"}),
					f.SetDefinedName(&excelize.DefinedName{Name: "People", RefersTo: "Accounts!$A$3:$A$5"}),
					f.SetConditionalFormat(sheetAccounts, "E3:E9", []excelize.ConditionalFormatOptions{{Type: "cell", Criteria: "=", Value: `"disabled"`, Format: &red}})); err != nil {
					t.Fatal(err)
				}
			})
		}},
		{"sheets taken away", func(t *testing.T, data []byte) []byte {
			t.Helper()
			return edited(t, data, func(f *excelize.File) {
				if err := errors.Join(f.DeleteSheet(sheetUsage), f.DeleteSheet(sheetHelp), f.RemoveCol(sheetAccounts, "G")); err != nil {
					t.Fatal(err)
				}
			})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := running(t, 12, Options{})
			if c.edit != nil {
				saveAs(t, b.path, c.edit(t, must(os.ReadFile(b.path))))
				eventually(t, "the edit is in use", func() bool { return onDisk(t, b.path).ours })
			}
			b.Seen("user7", 5_000_000_000, 17, 21, time.Now())
			if err := errors.Join(b.Remove("user2"), b.Remove("user9"), b.Disable("user4"), b.SetQuota("user5", "10 GB")); err != nil {
				t.Fatal(err)
			}
			mustRegister(t, b, "newcomer")
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			for _, cause := range repairCauses(t, must(os.ReadFile(b.path))) {
				t.Error(cause)
			}
		})
	}
}

// TestRepairCauses proves that the causes are found.
func TestRepairCauses(t *testing.T) {
	data := workbookOf(t, 3)
	replace := func(part, old, with string) []byte {
		return repack(t, data, part, func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("%s has no %q", part, old)
			}
			return strings.Replace(s, old, with, 1)
		})
	}
	const sheet = "xl/worksheets/sheet1.xml"
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"a string that is not there", replace(sheet, `t="s"><v>0</v>`, `t="s"><v>9999</v>`), "shows string"},
		{"a style that is not there", replace(sheet, `s="2"`, `s="999"`), "no style"},
		{"columns that overlap", replace(sheet, `max="1" min="1"`, `max="2" min="1"`), "overlap"},
		{"a cell out of order", replace(sheet, `r="B2"`, `r="A2"`), "out of order"},
		{"a filter without a range", replace(sheet, `<autoFilter ref="`, `<autoFilter ref="!`), "autoFilter"},
		{"no content type", replace("[Content_Types].xml", `PartName="/xl/styles.xml"`, `PartName="/xl/other.xml"`), "content type"},
		{"a relation to nothing", replace("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml"), "which is not there"},
		{"a name of nothing", replace("xl/workbook.xml", "</definedName>", "#REF!</definedName>"), "means"},
	} {
		if got := strings.Join(repairCauses(t, c.data), "; "); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if causes := repairCauses(t, data); len(causes) > 0 {
		t.Errorf("of a good one: %v", causes)
	}
}
