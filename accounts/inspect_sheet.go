package accounts

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// sheetOrder follows the rows and cells of one sheet. excelize puts cells that are out of order into
// wrong columns, and rows that are out of order over one another, without an error.
type sheetOrder struct {
	in          *inspection
	is          bool   // false in parts that are no sheets
	accounts    bool   // it is the sheet Accounts
	row, column int    // where we are; 1-based
	kind        string // of the cell: its attribute t
}

// position is a cell; both numbers are 1-based.
type position struct{ column, row int }

// value takes the text of a cell's v: of a shared string, its index.
func (s *sheetOrder) value(text []byte) {
	if !s.is {
		return
	}
	if s.accounts && (s.kind == "b" || s.kind == "e" || s.kind == "d" || s.kind != "s" && s.kind != "str" && bytes.ContainsAny(text, ".eE")) {
		s.in.unclear[position{s.column, s.row}] = true
	}
	i, err := strconv.Atoi(string(text))
	if s.kind != "s" || err != nil {
		return
	}
	s.in.shown[i]++
	if s.accounts {
		s.in.shared[position{s.column, s.row}] = i
	}
}

func (s *sheetOrder) formula() {
	if s.accounts {
		s.in.formulas[position{s.column, s.row}] = true
	}
}

// beginRow takes the r of a row; a row without one follows the row before.
func (s *sheetOrder) beginRow(r string) error {
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
	s.row, s.column = number, 0
	return nil
}

// beginCell takes the r of a cell, such as B12; a cell without one follows the cell before.
func (s *sheetOrder) beginCell(r string) error {
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
