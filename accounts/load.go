package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
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
	layout   layout
	rows     []sheetRow
	lastRow  int // the lowest row of the sheet Accounts with anything in it, ours or not
	seal     seal
	ours     bool         // as the daemon saved it
	roster   *roster      // the accounts as the rows say, before the journal is repeated over them
	shown    []int32      // how many cells show a shared string, by its index
	occupied map[int]bool // columns that hold anything, ours or not
	header   bool         // the header was found
	rowsLeft int          // how many rows there may be
}

// sheetRow is one row of the sheet Accounts that says anything in our columns.
type sheetRow struct {
	number      int // 1-based
	cells       [columnCount]string
	shared      [columnCount]int32 // index of the shared string that a cell shows, -1 for none
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

// load reads a workbook of which nothing is known.
func load(data []byte) (*contents, error) { return loadWithin(limitsOf(0), data, nil) }

// loadWithin reads a workbook, every part of which is hostile input, and makes sure that it can be
// saved again. The earlier roster, which may be nil, helps to tell who is who where the rows alone do
// not. The error is for the administrator.
func loadWithin(l limits, data []byte, earlier *roster) (c *contents, err error) {
	defer release(len(data))
	defer func() {
		// No workbook may take the daemon down, whatever it makes excelize do.
		if r := recover(); r != nil {
			c, err = nil, fmt.Errorf("it makes the reader fail: %v", r)
		}
	}()
	if c, err = read(l, data, earlier); err != nil {
		return nil, err
	}
	f, err := open(data)
	if err != nil {
		return nil, err
	}
	return c, f.Close()
}

// read is loadWithin for what excelize has just written.
func read(l limits, data []byte, earlier *roster) (*contents, error) {
	if len(data) > maxPacked {
		return nil, fmt.Errorf("it is larger than %d MiB", maxPacked>>20)
	}
	c := &contents{rowsLeft: l.rows, occupied: map[int]bool{}}
	var s sealRows
	found, err := inspect(data, l, map[string]taker{strings.ToLower(sheetAccounts): c.takeRow, sheetSeal: s.take})
	if err != nil {
		return nil, err
	}
	c.shown = found.shown
	_, sealed := found.sheets[sheetSeal]
	if c.seal, err = readSeal(&s, sealed); err != nil {
		return nil, err
	}
	if err := c.begun(found); err != nil {
		return nil, err
	}
	c.index(earlier)
	if err := c.whole(string(found.program) == program); err != nil {
		return nil, err
	}
	return c, nil
}

// whole refuses a workbook that nobody edited, as far as it says itself, and that lacks rows all the
// same: editors put their own name into a file when they save it.
func (c *contents) whole(ours bool) error {
	if c.seal.damaged && ours {
		return fmt.Errorf("its sheet %s is damaged", sheetSeal)
	}
	if !c.seal.ok {
		return nil
	}
	missing := c.missing(c.seal.roll)
	if ours && (len(missing) > 0 || len(c.rows) < c.seal.accounts) {
		return fmt.Errorf("it was saved with %d accounts, and %d can be read; missing: %s (to remove an account, delete its row in an editor, or use wangpand account remove)",
			c.seal.accounts, len(c.rows), someOf(missing))
	}
	c.ours = ours && len(c.changed()) == 0 && len(c.rows) == c.seal.accounts
	return nil
}

// missing returns the folders of a roll that no row names, in order.
func (c *contents) missing(r roll) []string {
	var missing []string
	for key, was := range r {
		if c.roster.byFolder[key] == nil {
			missing = append(missing, was.folder)
		}
	}
	slices.Sort(missing)
	return missing
}

// changed returns the folders whose rows mean something else than when the workbook was saved, and those
// of rows that were added since.
func (c *contents) changed() []string {
	if c.seal.roll == nil {
		return nil // a workbook of version 1 can not tell
	}
	var changed []string
	for key, e := range c.roster.byFolder {
		if was, known := c.seal.roll[key]; !known || was.mark != e.mark() {
			changed = append(changed, e.folder)
		}
	}
	slices.Sort(changed)
	return changed
}

// someOf lists the first of many, for a sentence.
func someOf(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
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

// begun refuses a workbook without accounts' sheet and header.
func (c *contents) begun(found *inspection) error {
	if _, there := found.sheets[strings.ToLower(sheetAccounts)]; !there {
		return fmt.Errorf("it has no sheet %q", sheetAccounts)
	}
	if !c.header {
		return fmt.Errorf("its sheet %s has no header row with the columns User and Password", sheetAccounts)
	}
	return nil
}

// takeRow finds the header and takes every row below it.
func (c *contents) takeRow(number int, cells []sheetCell) (err error) {
	c.lastRow = number
	for _, cell := range cells {
		c.occupied[cell.column] = true
	}
	switch {
	case c.header:
		return c.addRow(number, cells)
	case number <= headerRows:
		c.layout, c.header, err = headerAt(number, cells)
	}
	return err
}

// addRow keeps a row that says anything in our columns.
func (c *contents) addRow(number int, cells []sheetCell) error {
	r := newRow(number)
	blank := true
	var formula, unclear [columnCount]bool
	for _, cell := range cells {
		col, ours := c.layout.of(cell.column)
		if !ours {
			continue
		}
		r.cells[col], r.shared[col] = cell.text, cell.shared
		formula[col], unclear[col] = cell.formula, cell.unclear
		blank = blank && cell.text == ""
	}
	if blank {
		return nil
	}
	if len(c.rows) >= c.rowsLeft {
		return errors.New("it has more rows than it may without a backup as large; " + largeWorkbook)
	}
	r.entry = &entry{}
	for _, col := range []column{colUser, colPassword, colNewPassword, colFolder} {
		if formula[col] {
			r.entry.complain(col, "this is a formula; type text")
		}
		if unclear[col] {
			r.entry.complain(col, "this is a number, a date or a truth value; give the cell the format Text and type it again")
		}
	}
	r.parse()
	c.rows = append(c.rows, *r)
	return nil
}
