package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The sheets that the daemon makes.
const (
	sheetAccounts = "Accounts"
	sheetHelp     = "Help 说明"
	sheetUsage    = "Usage"
	sheetProblems = "Problems"
	sheetSeal     = "wangpan"
)

// maxAccounts is where registrations end. What the workbook unpacks to must stay within maxWorkbook.
const maxAccounts = 100_000

// contents is what a workbook says.
type contents struct {
	layout  layout
	rows    []sheetRow
	lastRow int // the lowest row of the sheet Accounts with anything in it, ours or not
	seal    seal
	ours    bool        // the daemon was the last program to save it
	roster  *roster     // the accounts as the rows say, before the journal is repeated over them
	shown   map[int]int // how many cells show a shared string, by its index
}

// sheetRow is one row of the sheet Accounts that says anything in our columns.
type sheetRow struct {
	number      int // 1-based
	cells       [columnCount]string
	shared      [columnCount]int // index of the shared string that a cell shows, -1 for none
	entry       *entry
	newPassword string
}

// open opens a workbook that was inspected. The caller closes it.
func open(data []byte) (*excelize.File, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue:   true,
		UnzipSizeLimit: maxWorkbook,
		// Above this size excelize would unpack sheets, with their hashes, into the system's
		// folder for temporary files.
		UnzipXMLSizeLimit: maxWorkbook,
	})
	if err != nil {
		if f != nil {
			_ = f.Close()
		}
		return nil, fmt.Errorf("it is not a workbook: %w", err)
	}
	return f, nil
}

// load reads a workbook, every part of which is hostile input. The earlier roster, which may be nil,
// helps to tell who is who where the rows alone do not. The error is for the administrator.
func load(data []byte, earlier *roster) (c *contents, err error) {
	defer func() {
		// No workbook may take the daemon down, whatever it makes excelize do.
		if r := recover(); r != nil {
			c, err = nil, fmt.Errorf("it makes the reader fail: %v", r)
		}
	}()
	if len(data) > maxWorkbook {
		return nil, fmt.Errorf("it is larger than %d MiB", maxWorkbook>>20)
	}
	found, err := inspect(data)
	if err != nil {
		return nil, err
	}
	f, err := open(data)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c = &contents{seal: readSeal(f), shown: found.shown()}
	if err := c.readRows(f, found); err != nil {
		return nil, err
	}
	// Only the daemon leaves its own name as the last program; people add and delete rows.
	c.ours = c.seal.ok && writtenByUs(f)
	if c.ours && c.seal.accounts != len(c.rows) {
		return nil, fmt.Errorf("it was saved with %d accounts, and %d can be read", c.seal.accounts, len(c.rows))
	}
	c.index(earlier)
	return c, nil
}

// accountsSheet returns the name of the sheet as it is spelled in this workbook.
func accountsSheet(f *excelize.File) (string, error) {
	for _, name := range f.GetSheetList() {
		if strings.EqualFold(name, sheetAccounts) {
			return name, nil
		}
	}
	return "", fmt.Errorf("it has no sheet %q", sheetAccounts)
}

// readRows finds the header and reads every row below it.
func (c *contents) readRows(f *excelize.File, found *inspection) error {
	sheet, err := accountsSheet(f)
	if err != nil {
		return err
	}
	rows, err := f.Rows(sheet)
	if err != nil {
		return fmt.Errorf("its sheet %s can not be read: %w", sheetAccounts, err)
	}
	defer rows.Close()
	header := false
	part := found.sheetPart(sheet)
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return fmt.Errorf("row %d of its sheet %s can not be read: %w", number, sheetAccounts, err)
		}
		if len(cells) > 0 {
			c.lastRow = number
		}
		if header {
			if err := c.addRow(number, cells, found.formulas[part], found.shared[part]); err != nil {
				return err
			}
			continue
		}
		if number > headerRows {
			break
		}
		if c.layout, header, err = headerAt(number, cells); err != nil {
			return err
		}
	}
	if !header {
		return fmt.Errorf("its sheet %s has no header row with the columns User and Password", sheetAccounts)
	}
	return rows.Error()
}

// addRow keeps a row that says anything in our columns.
func (c *contents) addRow(number int, cells []string, formulas map[string]bool, shared map[position]int) error {
	r := sheetRow{number: number}
	blank := true
	for col := range columnCount {
		r.cells[col] = c.layout.cell(cells, col)
		r.shared[col] = -1
		if index, ok := shared[position{c.layout.at[col], number}]; ok {
			r.shared[col] = index
		}
		blank = blank && r.cells[col] == ""
	}
	if blank {
		return nil
	}
	if len(c.rows) >= 2*maxAccounts {
		return errors.New("it has too many rows")
	}
	r.entry = &entry{}
	for _, col := range []column{colUser, colPassword, colNewPassword, colFolder} {
		if at := c.layout.at[col]; at > 0 && formulas[cellName(at, number)] {
			r.entry.complain(col, "this is a formula; type text")
		}
	}
	r.parse()
	c.rows = append(c.rows, r)
	return nil
}
