package accounts

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"
)

const (
	usageRows  = 50 // accounts that the sheet Usage lists, the largest first
	usageChart = 10 // of them in its chart
)

// writeUsage shows who uses how much. The sheet Accounts has the number of everybody.
func writeUsage(f *excelize.File, r *roster) error {
	titles := []string{"User 用户", "Used 已用", "Files 文件", "Quota 配额", entriesTitle}
	ours, err := ownSheet(f, sheetUsage, titles[0], func() error {
		if err := headOf(f, sheetUsage, titles, []float64{34, 14, 12, 14, entriesWidth}); err != nil {
			return err
		}
		return newUsage(f)
	})
	if err != nil || !ours {
		return err
	}
	if err := entriesColumn(f); err != nil {
		return err
	}
	list := slices.DeleteFunc(r.all(), func(e *entry) bool { return e.name == "" })
	slices.SortFunc(list, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(b.used, a.used), cmp.Compare(a.name, b.name))
	})
	var rows [][]any
	var all, rest [3]int64 // used, files, entries
	for i, e := range list {
		for n, number := range []int64{e.used, e.files, e.entries} {
			all[n] += number
			if i >= usageRows {
				rest[n] += number
			}
		}
		if i < usageRows {
			rows = append(rows, []any{e.name, e.used, e.files, e.quota.shown(), e.entries})
		}
	}
	for len(rows) < usageChart {
		rows = append(rows, nil) // the sums stay where the chart does not take them for somebody
	}
	rows = append(rows, []any{"(others 其他)", rest[0], rest[1], "", rest[2]}, []any{"(all 合计)", all[0], all[1], "", all[2]})
	return fillRows(f, sheetUsage, rows)
}

// The column of entries in the sheet Usage, and its width.
const (
	entriesTitle = "Entries 条目"
	entriesWidth = 12
)

// entriesColumn adds the column of entries to the sheet of an earlier version.
func entriesColumn(f *excelize.File) error {
	if title, err := f.GetCellValue(sheetUsage, "E1"); err != nil || title == entriesTitle {
		return err
	}
	count, err := f.NewStyle(&excelize.Style{NumFmt: formatCount})
	if err != nil {
		return err
	}
	header, err := headerStyle(f)
	if err != nil {
		return err
	}
	return errors.Join(f.SetColStyle(sheetUsage, "E", count), f.SetColWidth(sheetUsage, "E", "E", entriesWidth),
		setText(f, sheetUsage, 5, 1, entriesTitle), f.SetCellStyle(sheetUsage, "E1", "E1", header))
}

// shown is a cell that says the quota: a number where it is one.
func (a allowance) shown() any {
	if a.set && a.most > 0 {
		return a.most
	}
	return a.text
}

// newUsage sets the formats of the columns and draws the chart, which follows the cells by itself.
func newUsage(f *excelize.File) error {
	size := formatSize
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &size})
	if err != nil {
		return err
	}
	count, err := f.NewStyle(&excelize.Style{NumFmt: formatCount})
	if err != nil {
		return err
	}
	quota, err := f.NewStyle(&excelize.Style{CustomNumFmt: &size, Alignment: &excelize.Alignment{Horizontal: "right"}})
	if err != nil {
		return err
	}
	for column, style := range map[string]int{"B": style, "C": count, "D": quota, "E": count} {
		if err := f.SetColStyle(sheetUsage, column, style); err != nil {
			return err
		}
	}
	if style, err = headerStyle(f); err != nil {
		return err
	}
	// A column's style covers its header too.
	if err := f.SetCellStyle(sheetUsage, "A1", "E1", style); err != nil {
		return err
	}
	readable := excelize.Font{Color: "404040", Size: 9} // excelize's own grey is hardly seen
	oneColour, nothing := false, 0.0
	last := strconv.Itoa(usageChart + 1)
	return f.AddChart(sheetUsage, "F2", &excelize.Chart{
		Type: excelize.Bar,
		Series: []excelize.ChartSeries{{
			Name:       sheetUsage + "!$B$1",
			Categories: sheetUsage + "!$A$2:$A$" + last,
			Values:     sheetUsage + "!$B$2:$B$" + last,
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{headColour}},
		}},
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: "Who uses most 用量最多的用户"}}},
		Legend:    excelize.ChartLegend{Position: "none"},
		Dimension: excelize.ChartDimension{Width: 640, Height: 360},
		// The largest on top, as in the list.
		VaryColors: &oneColour,
		XAxis:      excelize.ChartAxis{ReverseOrder: true, Font: readable},
		// From nothing on: programs begin where the values do, and bars would not compare.
		YAxis: excelize.ChartAxis{Minimum: &nothing, Font: readable, NumFmt: excelize.ChartNumFmt{CustomNumFmt: formatSize}, MajorGridLines: true},
	})
}
