package accounts

import (
	"strconv"

	"github.com/xuri/excelize/v2"
)

// seal is what a workbook says about itself, on a sheet that programs keep and do not show: whose it
// is, how much of the journal it contains, and how many rows it was saved with. Column A holds the
// words below, column B their values, column D the retired folders.
type seal struct {
	ok       bool // false: this is somebody's own workbook, or the sheet was lost
	book     string
	sequence uint64 // of the last operation that is in the rows
	accounts int    // rows, good and bad
	retired  []string
}

const (
	sealVersion = "1"
	// program is what the daemon writes as the last program; editors put their own name there.
	program = "wangpan"
	// maxRetired bounds the list of folders that are never given again.
	maxRetired = 2 * maxAccounts
	// maxSequence leaves room to count on from whatever a seal says.
	maxSequence = 1 << 53
)

var sealWords = []string{"wangpan", "book", "sequence", "accounts"}

// readSeal reads the seal; a seal with anything odd in it is none.
func readSeal(f *excelize.File) seal {
	rows, err := f.GetRows(sheetSeal, excelize.Options{RawCellValue: true})
	if err != nil || len(rows) < len(sealWords) || len(rows) > maxRetired {
		return seal{}
	}
	var values [4]string
	for i, word := range sealWords {
		if len(rows[i]) < 2 || rows[i][0] != word {
			return seal{}
		}
		values[i] = rows[i][1]
	}
	sequence, err1 := strconv.ParseUint(values[2], 10, 64)
	count, err2 := strconv.Atoi(values[3])
	if values[0] != sealVersion || err1 != nil || err2 != nil || sequence > maxSequence {
		return seal{}
	}
	s := seal{ok: true, book: values[1], sequence: sequence, accounts: count}
	for _, cells := range rows {
		if len(cells) > 3 && validFolder(cells[3]) {
			s.retired = append(s.retired, cells[3])
		}
	}
	return s
}

// writeSeal replaces the seal.
func writeSeal(f *excelize.File, s seal) error {
	if i, err := f.GetSheetIndex(sheetSeal); err != nil || i < 0 {
		if _, err := f.NewSheet(sheetSeal); err != nil {
			return err
		}
		if err := f.SetSheetVisible(sheetSeal, false, true); err != nil {
			return err
		}
	}
	values := []string{sealVersion, s.book, strconv.FormatUint(s.sequence, 10), strconv.Itoa(s.accounts)}
	for i, word := range sealWords {
		if err := setText(f, sheetSeal, 1, i+1, word); err != nil {
			return err
		}
		if err := setText(f, sheetSeal, 2, i+1, values[i]); err != nil {
			return err
		}
	}
	old, err := f.GetRows(sheetSeal, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	for i := range max(len(old), len(s.retired)) {
		folder := ""
		if i < len(s.retired) {
			folder = s.retired[i]
		}
		if err := setText(f, sheetSeal, 4, i+1, folder); err != nil {
			return err
		}
	}
	return f.SetAppProps(&excelize.AppProperties{Application: program})
}

// writtenByUs tells whether the daemon was the last program to save the workbook.
func writtenByUs(f *excelize.File) bool {
	props, err := f.GetAppProps()
	return err == nil && props.Application == program
}

// setText writes a text cell, or an empty one: whatever the text begins with, it is never a formula.
func setText(f *excelize.File, sheet string, column, row int, text string) error {
	if text == "" {
		return f.SetCellDefault(sheet, cellName(column, row), "")
	}
	return f.SetCellStr(sheet, cellName(column, row), text)
}
