package accounts

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// picture is what a workbook shall say: a copy of the index at one moment, that nobody changes.
type picture struct {
	roster *roster
	seal   seal // book and sequence; render fills in the rest
	// pending are folders whose New password cell waits to be read: it stays.
	pending map[string]bool
}

// render writes a picture into the workbook that data holds and c is the reading of. It changes our
// cells where they say something else, and nothing more: columns, sheets, formats and comments of
// people stay as they are.
func render(data []byte, c *contents, p *picture) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("the workbook makes the writer fail: %v", r)
		}
	}()
	f, err := open(data)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sheet, err := accountsSheet(f)
	if err != nil {
		return nil, err
	}
	w := &writer{f: f, sheet: sheet, layout: c.layout, dropped: map[int32]int32{}, written: map[string]bool{}}
	if err := w.accounts(c, p); err != nil {
		return nil, fmt.Errorf("write the sheet %s: %w", sheetAccounts, err)
	}
	if err := writeOwn(f, p.roster); err != nil {
		return nil, fmt.Errorf("write the sheets beside %s: %w", sheetAccounts, err)
	}
	if err := writeSeal(f, p.seal, p.roster, c.seal.kept); err != nil {
		return nil, fmt.Errorf("write the sheet %s: %w", sheetSeal, err)
	}
	w.dropStrings(c.shown)
	var buffer bytes.Buffer
	if err := f.Write(&buffer); err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	return buffer.Bytes(), nil
}

// writer puts accounts into one sheet.
type writer struct {
	f       *excelize.File
	sheet   string
	layout  layout
	dropped map[int32]int32 // shared strings that were replaced, and in how many cells
	written map[string]bool // texts that were written
}

// accounts brings every row up to date, adds the new ones and takes away those that were removed.
func (w *writer) accounts(c *contents, p *picture) error {
	if err := w.missingColumns(c.occupied); err != nil {
		return err
	}
	seen := map[*entry]bool{}
	var gone []int
	for i := range c.rows {
		r := &c.rows[i]
		e := p.roster.byFolder[nameKey(r.entry.folder)]
		switch {
		case r.entry.folder == "":
			// A row that means nothing yet stays as it was typed, but for a password: nobody knows
			// when it will mean something, and until then it could be read.
			if r.cells[colNewPassword] != "" {
				if err := w.text(r, colNewPassword, ""); err != nil {
					return err
				}
			}
		case e == nil:
			gone = append(gone, r.number)
			w.forget(r)
		default:
			seen[e] = true
			if err := w.row(r, e, p.pending[e.folder]); err != nil {
				return err
			}
		}
	}
	p.seal.accounts = len(c.rows) - len(gone)
	number := max(c.lastRow, w.layout.row)
	for _, e := range p.roster.all() {
		if seen[e] || e.folder == "" {
			continue
		}
		number++
		p.seal.accounts++
		if err := w.row(newRow(number), e, false); err != nil {
			return err
		}
	}
	p.seal.retired = p.roster.retiredFolders()
	return w.removeRows(gone)
}

// newRow is a row that says nothing yet.
func newRow(number int) *sheetRow {
	r := &sheetRow{number: number}
	for c := range columnCount {
		r.shared[c] = -1
	}
	return r
}

// row writes the cells of one account that say something else. Cells with something wrong in them
// stay as they were typed, for the administrator to see.
func (w *writer) row(r *sheetRow, e *entry, pending bool) error {
	if said, err := canonicalName(strings.TrimSpace(r.cells[colUser])); e.bad[colUser] == "" && (err != nil || said != e.name) {
		if err := w.text(r, colUser, e.name); err != nil {
			return err
		}
	}
	texts := []struct {
		column column
		want   string
		same   bool
	}{
		{colPassword, e.hash, strings.TrimSpace(r.cells[colPassword]) == e.hash},
		{colNewPassword, "", pending},
		{colStatus, e.status(), strings.EqualFold(strings.TrimSpace(r.cells[colStatus]), e.status())},
		{colFolder, e.folder, strings.TrimSpace(r.cells[colFolder]) == e.folder},
	}
	for _, t := range texts {
		if t.same || e.bad[t.column] != "" || r.cells[t.column] == t.want {
			continue
		}
		if err := w.text(r, t.column, t.want); err != nil {
			return err
		}
	}
	if err := w.allowance(r, colQuota, e, e.quota, parseQuota); err != nil {
		return err
	}
	if err := w.allowance(r, colEntryLimit, e, e.entryLimit, parseEntryLimit); err != nil {
		return err
	}
	return w.facts(r, e)
}

func (e *entry) status() string {
	if e.disabled {
		return "disabled"
	}
	return "active"
}

// allowance writes a cell that limits an account, unless it says so already.
func (w *writer) allowance(r *sheetRow, c column, e *entry, a allowance, parse func(string) (allowance, error)) error {
	if said, err := parse(r.cells[c]); e.bad[c] != "" || err == nil && said.same(a) {
		return nil // also when a formula says it
	}
	if n, err := strconv.ParseInt(a.text, 10, 64); err == nil {
		return w.number(r, c, float64(n))
	}
	return w.text(r, c, a.text)
}

// facts writes what only the daemon knows.
func (w *writer) facts(r *sheetRow, e *entry) error {
	for _, fact := range []struct {
		column column
		value  int64
	}{{colUsed, e.used}, {colFiles, e.files}, {colEntries, e.entries}} {
		if r.cells[fact.column] == "" || parseCount(r.cells[fact.column]) != fact.value {
			if err := w.number(r, fact.column, float64(fact.value)); err != nil {
				return err
			}
		}
	}
	for _, fact := range []struct {
		column column
		value  time.Time
	}{{colLastLogin, e.lastLogin}, {colRegistered, e.registered}} {
		if fact.value.IsZero() || parseTime(r.cells[fact.column]).Equal(fact.value.Round(time.Second)) {
			continue
		}
		if err := w.number(r, fact.column, serial(fact.value)); err != nil {
			return err
		}
	}
	return nil
}

// text writes a text cell; an empty text empties it.
func (w *writer) text(r *sheetRow, c column, text string) error {
	if w.layout.at[c] == 0 {
		return nil
	}
	w.drop(r, c)
	w.written[text] = true
	return setText(w.f, w.sheet, w.layout.at[c], r.number, text)
}

// drop counts that a cell does not show its shared string any more.
func (w *writer) drop(r *sheetRow, c column) {
	if i := r.shared[c]; i >= 0 {
		w.dropped[i]++
	}
}

func (w *writer) number(r *sheetRow, c column, n float64) error {
	if w.layout.at[c] == 0 {
		return nil
	}
	w.drop(r, c)
	cell := cellName(w.layout.at[c], r.number)
	if n == math.Trunc(n) {
		return w.f.SetCellInt(w.sheet, cell, int64(n))
	}
	return w.f.SetCellFloat(w.sheet, cell, n, -1, 64)
}

// missingColumns adds the columns that the workbook lacks, to the right of the others where no cell holds anything:
// somebody deleted them, or an earlier version had none.
func (w *writer) missingColumns(occupied map[int]bool) error {
	before := w.layout.last
	for c := range columnCount {
		if w.layout.at[c] != 0 {
			continue
		}
		for w.layout.last++; occupied[w.layout.last]; w.layout.last++ {
		}
		header, err := w.f.GetCellStyle(w.sheet, cellName(w.layout.at[colUser], w.layout.row))
		if err != nil {
			return err
		}
		if err := newColumn(w.f, w.sheet, c, w.layout.last, w.layout.row, header); err != nil {
			return err
		}
		w.layout.at[c] = w.layout.last
	}
	if w.layout.last == before {
		return nil
	}
	return w.widenFilter()
}

// widenFilter makes the filter of the sheet reach to the last column. Programs sort only the columns of the filter,
// and an Entry limit beside them would become another account's.
func (w *writer) widenFilter() error {
	for _, name := range w.f.GetDefinedName() {
		if name.Name != "_xlnm._FilterDatabase" || name.Scope != w.sheet {
			continue
		}
		_, cells, _ := strings.Cut(name.RefersTo, "!")
		first, last, _ := strings.Cut(strings.ReplaceAll(cells, "$", ""), ":")
		column, row, err := excelize.CellNameToCoordinates(last)
		if err != nil || column >= w.layout.last {
			continue
		}
		looks, err := w.f.GetSheetProps(w.sheet) // AutoFilter forgets them
		if err != nil {
			return err
		}
		if err := w.f.AutoFilter(w.sheet, first+":"+cellName(w.layout.last, row), nil); err != nil {
			return err
		}
		return w.f.SetSheetProps(w.sheet, &looks)
	}
	return nil
}

// removeRows takes rows out, the lowest first so that the numbers of the others stay true. excelize
// does not move comments with their rows; on a sheet that has any, our cells are emptied instead.
func (w *writer) removeRows(numbers []int) error {
	if len(numbers) == 0 {
		return nil
	}
	comments, err := w.f.GetComments(w.sheet)
	if err != nil {
		return err
	}
	slices.Sort(numbers)
	for _, number := range slices.Backward(numbers) {
		if len(comments) == 0 {
			if err := w.f.RemoveRow(w.sheet, number); err != nil {
				return err
			}
			continue
		}
		for c := range columnCount {
			if err := w.text(newRow(number), c, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// forget counts the shared strings of a row that goes away.
func (w *writer) forget(r *sheetRow) {
	for c := range columnCount {
		w.drop(r, c)
	}
}

// dropStrings empties the shared strings that no cell shows any more. excelize keeps them, and a
// wiped New password or the hash of a former password would stay readable inside the file. The
// argument says how many cells showed each before this save.
func (w *writer) dropStrings(shown []int32) {
	if w.f.SharedStrings == nil {
		return
	}
	for index, dropped := range w.dropped {
		if int(index) >= min(len(w.f.SharedStrings.SI), len(shown)) || shown[index] > dropped {
			continue
		}
		si := &w.f.SharedStrings.SI[index]
		if w.written[si.String()] {
			continue // some other cell shows it since
		}
		if si.T != nil {
			si.T.Val = ""
		}
		si.R, si.RPh, si.PhoneticPr = nil, nil, nil
	}
}
