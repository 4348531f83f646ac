package accounts

import (
	"github.com/xuri/excelize/v2"
)

// Formats of numbers, as Excel's own format language has them.
const (
	formatText  = 49 // "@": what is typed stays text, also =1+1 and 007
	formatSize  = `[>=1000000000]0.0,,,\ "GB";[>=1000000]0.0,,\ "MB";0.0,\ "KB"`
	formatTime  = `yyyy\-mm\-dd\ hh:mm\ "UTC"`
	formatCount = 3 // "#,##0"
)

// formattedRows is how far down the filter and the choice of a Status reach: beyond any account, and
// not to the very end of the sheet, where nobody could insert a row any more.
const formattedRows = 2 * maxAccounts

var columnWidths = [columnCount]float64{30, 16, 18, 11, 12, 13, 12, 10, 11, 22, 22, 30}

// newWorkbook makes a workbook without accounts. It has a header that is in sight whatever is
// scrolled, filters, and columns whose format is set for rows that people will type.
func newWorkbook() (*excelize.File, error) {
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", sheetAccounts); err != nil {
		return nil, err
	}
	header, err := headerStyle(f)
	if err != nil {
		return nil, err
	}
	for c := range columnCount {
		if err := newColumn(f, sheetAccounts, c, int(c)+1, 1, header); err != nil {
			return nil, err
		}
	}
	if err := f.SetRowHeight(sheetAccounts, 1, headHeight); err != nil {
		return nil, err
	}
	panes := &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}
	if err := f.SetPanes(sheetAccounts, panes); err != nil {
		return nil, err
	}
	// The filter reaches below any row, so that it needs no touch when rows are added.
	if err := f.AutoFilter(sheetAccounts, "A1:"+cellName(int(columnCount), formattedRows), nil); err != nil {
		return nil, err
	}
	// After the filter, which begins the properties of the sheet anew.
	return f, onPaper(f, sheetAccounts)
}

// newColumn sets up a column: its title in the header row, width, format, and the choice of a Status.
func newColumn(f *excelize.File, sheet string, c column, at, row, headerStyle int) error {
	style, err := columnStyle(f, c)
	if err != nil {
		return err
	}
	name, err := excelize.ColumnNumberToName(at)
	if err != nil {
		return err
	}
	if err := f.SetColStyle(sheet, name, style); err != nil {
		return err
	}
	if err := f.SetColWidth(sheet, name, name, columnWidths[c]); err != nil {
		return err
	}
	if c == colStatus {
		choice := excelize.NewDataValidation(true)
		choice.SetSqref(cellName(at, row+1) + ":" + cellName(at, formattedRows))
		if err := choice.SetDropList([]string{"active", "disabled"}); err != nil {
			return err
		}
		if err := f.AddDataValidation(sheet, choice); err != nil {
			return err
		}
	}
	if err := setText(f, sheet, at, row, c.title()); err != nil {
		return err
	}
	return f.SetCellStyle(sheet, cellName(at, row), cellName(at, row), headerStyle)
}

func columnStyle(f *excelize.File, c column) (int, error) {
	size, moment := formatSize, formatTime
	switch c {
	case colPassword:
		// Filled: a hash that is wider than the column must not run over the blank cell beside it,
		// New password, as if something stood there.
		return f.NewStyle(&excelize.Style{NumFmt: formatText, Alignment: &excelize.Alignment{Horizontal: "fill"}})
	case colQuota:
		return f.NewStyle(&excelize.Style{CustomNumFmt: &size, Alignment: &excelize.Alignment{Horizontal: "right"}})
	case colUsed:
		return f.NewStyle(&excelize.Style{CustomNumFmt: &size})
	case colEntryLimit:
		return f.NewStyle(&excelize.Style{NumFmt: formatCount, Alignment: &excelize.Alignment{Horizontal: "right"}})
	case colFiles, colEntries:
		return f.NewStyle(&excelize.Style{NumFmt: formatCount})
	case colLastLogin, colRegistered:
		return f.NewStyle(&excelize.Style{CustomNumFmt: &moment, Alignment: &excelize.Alignment{Horizontal: "center"}})
	default:
		return f.NewStyle(&excelize.Style{NumFmt: formatText})
	}
}
