package accounts

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetReader follows the rows and cells of one sheet, and hands out those that say anything. excelize
// puts cells that are out of order into wrong columns, and rows that are out of order over one another,
// without an error.
type sheetReader struct {
	in          *inspection
	take        taker       // nil where nobody wants the rows
	row, column int         // where we are; 1-based
	cells       []sheetCell // of the row so far
	kind        string      // of the cell: its attribute t
	formula     bool        // the cell has one
	inline      bool        // the cell holds its text in an element is
	reads       *[]byte     // where text goes; nil for nowhere
	value, is   []byte      // of the cell
}

// sheetCell is a cell that says anything.
type sheetCell struct {
	column  int
	text    string // the stored value, not what a format makes of it
	shared  int32  // index of the shared string that it shows, -1 for none
	formula bool
	unclear bool // no text, and says something else than it shows: a fraction, a date, TRUE
}

// The elements of a sheet that matter: worksheet > sheetData > row > c > v, f, is > t, r > t.
const (
	depthData = iota + 2
	depthRow
	depthCell
	depthValue
	depthText
	depthRunText
)

func (s *sheetReader) begin(open []xml.Name, t xml.StartElement) error {
	depth := len(open)
	s.reads = nil
	if depth < depthRow || depth > depthRunText || open[depthData-1].Local != "sheetData" {
		return nil // what formats and extensions hold is no cell, though its names are the same
	}
	within, name := open[depth-2].Local, t.Name.Local
	switch {
	case depth == depthRow && name == "row":
		return s.beginRow(attribute(t, "r"))
	case depth == depthCell && name == "c" && within == "row":
		s.kind, s.formula, s.inline = attribute(t, "t"), false, false
		s.value, s.is = s.value[:0], s.is[:0]
		return s.beginCell(attribute(t, "r"))
	case depth >= depthValue && (open[depthCell-1].Local != "c" || open[depthRow-1].Local != "row"):
	case depth == depthValue && name == "v":
		s.value, s.reads = s.value[:0], &s.value
	case depth == depthValue && name == "f":
		s.formula = true
	case depth == depthValue && name == "is":
		s.is, s.inline = s.is[:0], true
	case depth == depthText && name == "t" && within == "is",
		depth == depthRunText && name == "t" && within == "r" && open[depthValue-1].Local == "is":
		s.reads = &s.is
	}
	return nil
}

func (s *sheetReader) text(data []byte) {
	if s.reads != nil {
		*s.reads = append(*s.reads, data...)
	}
}

func (s *sheetReader) end(open []xml.Name) error {
	s.reads = nil
	depth := len(open)
	if depth < depthRow || depth > depthCell || open[depthData-1].Local != "sheetData" || open[depthRow-1].Local != "row" {
		return nil
	}
	if depth == depthCell && open[depthCell-1].Local == "c" {
		return s.endCell()
	}
	if depth == depthRow && s.take != nil && len(s.cells) > 0 {
		return s.take(s.row, s.cells)
	}
	return nil
}

// endCell finds out what the cell says.
func (s *sheetReader) endCell() error {
	cell := sheetCell{column: s.column, shared: -1, formula: s.formula}
	switch {
	case s.kind == "s" && len(s.value) > 0:
		i, err := strconv.Atoi(string(bytes.TrimSpace(s.value)))
		if err != nil || i < 0 || i >= len(s.in.strings) {
			if s.take == nil {
				return nil
			}
			return fmt.Errorf("cell %s shows a text that is not there", cellName(s.column, s.row))
		}
		s.in.shown[i]++
		cell.shared, cell.text = int32(i), s.in.strings[i] //nolint:gosec // limits.strings bounds them
	case s.take == nil:
		return nil
	case s.kind == "inlineStr" && s.inline:
		cell.text = unescape(string(s.is))
	default:
		cell.text = string(s.value)
		cell.unclear = s.kind == "b" || s.kind == "e" || s.kind == "d" ||
			s.kind != "str" && s.kind != "inlineStr" && strings.ContainsAny(cell.text, ".eE")
	}
	if s.take != nil && (cell.text != "" || cell.formula) {
		s.cells = append(s.cells, cell)
	}
	return nil
}

// beginRow takes the r of a row; a row without one follows the row before.
func (s *sheetReader) beginRow(r string) error {
	number := s.row + 1
	if r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < number {
			return fmt.Errorf("row %q follows row %d", r, s.row)
		}
		number = n
	}
	if number > excelize.TotalRows {
		return fmt.Errorf("it has a row %d", number)
	}
	s.row, s.column, s.cells = number, 0, s.cells[:0]
	return nil
}

// beginCell takes the r of a cell, such as B12; a cell without one follows the cell before.
func (s *sheetReader) beginCell(r string) error {
	column, row := s.column+1, s.row
	if r != "" {
		var ok bool
		if column, row, ok = splitCell(r); !ok {
			return fmt.Errorf("it has a cell %q", r)
		}
	}
	if row != s.row || column <= s.column || column > excelize.MaxColumns {
		return fmt.Errorf("cell %q follows %s", r, cellName(s.column, s.row))
	}
	s.column = column
	return nil
}

// splitCell reads a reference in capitals, as programs write it.
func splitCell(s string) (column, row int, ok bool) {
	i := 0
	for ; i < len(s) && i < 3 && s[i] >= 'A' && s[i] <= 'Z'; i++ {
		column = column*26 + int(s[i]-'A') + 1
	}
	for _, digit := range s[i:] {
		if digit < '0' || digit > '9' || row > excelize.TotalRows {
			return 0, 0, false
		}
		row = row*10 + int(digit-'0')
	}
	return column, row, column > 0 && row > 0
}

// cellName is the reverse of splitCell.
func cellName(column, row int) string {
	letters := ""
	for ; column > 0; column = (column - 1) / 26 {
		letters = string(rune('A'+(column-1)%26)) + letters
	}
	return letters + strconv.Itoa(row)
}
