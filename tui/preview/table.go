package preview

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"wangpan/tui/text"
)

// Bounds of tables.
const (
	tableColumns = 64  // columns read
	cellBytes    = 256 // bytes read per cell
	cellWidth    = 28  // width of a column next to others, in cells of the screen
	measured     = 100 // rows that determine the width of a column
)

// table shows rows in columns, the first row as headings. Columns that do not fit
// are cut off at the right.
func (j *job) table(rows [][]string) {
	for _, row := range rows {
		for i := range row {
			row[i] = text.Visible(short(row[i]))
		}
	}
	widths, numeric := measure(rows[:min(len(rows), measured)])
	if len(widths) > 1 {
		for i := range widths {
			widths[i] = min(widths[i], max(cellWidth, j.look.width/len(widths)))
		}
	}
	bar := j.theme.Glyph.Border.Left
	for n, row := range rows {
		if j.full() {
			j.more = true
			return
		}
		var l line
		t := plain
		if n == 0 {
			t = strong
		}
		for i, width := range widths {
			cell := ""
			if i < len(row) {
				cell = row[i]
			}
			if i > 0 {
				l = append(l, span{bar, muted})
			}
			if numeric[i] {
				cell = text.PadLeft(cell, width)
			} else {
				cell = text.Pad(cell, width)
			}
			l = append(l, span{cell, t})
		}
		j.row(l)
	}
}

// short cuts a long cell and joins its lines.
func short(cell string) string {
	if len(cell) > cellBytes {
		cell = strings.ToValidUTF8(cell[:cellBytes], "")
	}
	if strings.ContainsAny(cell, "\r\n\t") {
		cell = strings.Join(strings.Fields(cell), " ")
	}
	return cell
}

// measure returns the widths of columns, and which of them hold only numbers.
func measure(rows [][]string) (widths []int, numeric []bool) {
	for n, row := range rows {
		for i, cell := range row[:min(len(row), tableColumns)] {
			if i == len(widths) {
				widths, numeric = append(widths, 1), append(numeric, n > 0 || len(rows) > 1)
			}
			widths[i] = max(widths[i], text.Width(cell))
			if n > 0 && cell != "" {
				_, err := strconv.ParseFloat(strings.TrimSuffix(strings.ReplaceAll(cell, ",", ""), "%"), 64)
				numeric[i] = numeric[i] && err == nil
			}
		}
	}
	return widths, numeric
}

// csv shows separated values up to the first row that is not well-formed.
func (j *job) csv(content, ext string, whole bool) {
	if !whole { // the last row is incomplete
		content = content[:strings.LastIndexByte(content, '\n')+1]
	}
	r := csv.NewReader(strings.NewReader(content))
	r.Comma = separator(content, ext)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	var rows [][]string
	for len(rows) <= j.want {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && len(row) == 0 {
			break
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		j.source(content, "", "")
		return
	}
	j.fact(strings.ToUpper(ext[1:]))
	j.table(rows)
}

// separator guesses the separator from the first line.
func separator(content, ext string) rune {
	if ext == ".tsv" {
		return '\t'
	}
	first, _, _ := strings.Cut(content, "\n")
	best, most := ',', 0
	for _, r := range []rune{',', ';', '\t', '|'} {
		if n := strings.Count(first, string(r)); n > most {
			best, most = r, n
		}
	}
	return best
}
