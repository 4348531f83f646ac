package accounts

import "github.com/xuri/excelize/v2"

// The sheets Help, Usage and Problems are the daemon's own. They are made where they are missing.
// One that somebody replaced by a sheet of their own, under the same name, is left alone: the first
// cell tells.

// ownSheet makes one of our sheets when it is missing, and tells whether it is ours.
func ownSheet(f *excelize.File, name, first string, fill func() error) (bool, error) {
	i, err := f.GetSheetIndex(name)
	if err != nil {
		return false, err
	}
	if i >= 0 {
		text, err := f.GetCellValue(name, "A1")
		return err == nil && text == first, err
	}
	if _, err := f.NewSheet(name); err != nil {
		return false, err
	}
	if err := setText(f, name, 1, 1, first); err != nil {
		return false, err
	}
	return true, fill()
}

// writeOwn brings all of them up to date.
func writeOwn(f *excelize.File, r *roster) error {
	if err := writeHelp(f); err != nil {
		return err
	}
	if err := writeUsage(f, r); err != nil {
		return err
	}
	return writeProblems(f, r)
}

// fillRows writes text and int64 values below the header of one of our sheets, and empties what
// stood below them.
func fillRows(f *excelize.File, sheet string, rows [][]any) error {
	before, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	for i := range max(len(rows), len(before)-1) {
		var want []any
		var have []string
		if i < len(rows) {
			want = rows[i]
		}
		if i+1 < len(before) {
			have = before[i+1]
		}
		for c := range max(len(want), len(have)) {
			var value any
			if c < len(want) {
				value = want[c]
			}
			if err := fillCell(f, sheet, c+1, i+2, value); err != nil {
				return err
			}
		}
	}
	return nil
}

func fillCell(f *excelize.File, sheet string, column, row int, value any) error {
	switch v := value.(type) {
	case string:
		return setText(f, sheet, column, row, v)
	case int64:
		return f.SetCellInt(sheet, cellName(column, row), v)
	}
	return setText(f, sheet, column, row, "")
}

// headOf writes the header row of one of our sheets and sets the widths of its columns.
func headOf(f *excelize.File, sheet string, titles []string, widths []float64) error {
	style, err := headerStyle(f)
	if err != nil {
		return err
	}
	for i, title := range titles {
		if err := setText(f, sheet, i+1, 1, title); err != nil {
			return err
		}
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := f.SetColWidth(sheet, name, name, widths[i]); err != nil {
			return err
		}
	}
	if err := f.SetCellStyle(sheet, "A1", cellName(len(titles), 1), style); err != nil {
		return err
	}
	if err := f.SetRowHeight(sheet, 1, headHeight); err != nil {
		return err
	}
	if err := onPaper(f, sheet); err != nil {
		return err
	}
	return f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// headColour is the blue of header rows and of the chart.
const headColour = "1F4E78"

// headHeight is that of header rows, in points.
const headHeight = 22

// onPaper lets a sheet be printed: across the page, as wide as the page, as long as it takes.
func onPaper(f *excelize.File, sheet string) error {
	across, fit, wide, long := "landscape", true, 1, 0
	if err := f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &across, FitToWidth: &wide, FitToHeight: &long})
}

func headerStyle(f *excelize.File) (int, error) {
	return f.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Bold: true, Color: "FFFFFF", Family: "Calibri", Size: 11},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{headColour}},
		Alignment: &excelize.Alignment{Vertical: "center"},
		NumFmt:    formatText,
	})
}
