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
	layout  layout
	rows    []sheetRow
	lastRow int // the lowest row of the sheet Accounts with anything in it, ours or not
	seal    seal
	ours    bool        // as the daemon saved it
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

// load reads a workbook of which nothing is known.
func load(data []byte) (*contents, error) { return loadWithin(limitsOf(0), data, nil) }

// loadWithin reads a workbook, every part of which is hostile input. The earlier roster, which may be
// nil, helps to tell who is who where the rows alone do not. The error is for the administrator.
func loadWithin(l limits, data []byte, earlier *roster) (c *contents, err error) {
	defer func() {
		// No workbook may take the daemon down, whatever it makes excelize do.
		if r := recover(); r != nil {
			c, err = nil, fmt.Errorf("it makes the reader fail: %v", r)
		}
	}()
	if len(data) > maxPacked {
		return nil, fmt.Errorf("it is larger than %d MiB", maxPacked>>20)
	}
	found, err := inspect(data, l)
	if err != nil {
		return nil, err
	}
	f, err := open(data)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c = &contents{shown: found.shown}
	if c.seal, err = readSeal(f); err != nil {
		return nil, err
	}
	if err := c.readRows(f, found); err != nil {
		return nil, err
	}
	c.index(earlier)
	if err := c.whole(writtenByUs(f)); err != nil {
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
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return fmt.Errorf("row %d of its sheet %s can not be read: %w", number, sheetAccounts, err)
		}
		if len(cells) > 0 {
			c.lastRow = number
		}
		if header {
			if err := c.addRow(number, cells, found); err != nil {
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
func (c *contents) addRow(number int, cells []string, found *inspection) error {
	r := sheetRow{number: number}
	blank := true
	for col := range columnCount {
		r.cells[col] = c.layout.cell(cells, col)
		r.shared[col] = -1
		if index, ok := found.shared[position{c.layout.at[col], number}]; ok {
			r.shared[col] = index
		}
		blank = blank && r.cells[col] == ""
	}
	if blank {
		return nil
	}
	if len(c.rows) >= found.left.rows {
		return errors.New("it has more rows than it may without a backup as large; " + largeWorkbook)
	}
	r.entry = &entry{}
	for _, col := range []column{colUser, colPassword, colNewPassword, colFolder} {
		if at := c.layout.at[col]; at > 0 && found.formulas[position{at, number}] {
			r.entry.complain(col, "this is a formula; type text")
		}
		if at := c.layout.at[col]; at > 0 && found.unclear[position{at, number}] {
			r.entry.complain(col, "this is a number, a date or a truth value; give the cell the format Text and type it again")
		}
	}
	r.parse()
	c.rows = append(c.rows, r)
	return nil
}
