package accounts

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// seal is what a workbook says about itself, on a sheet that programs keep and do not show: whose it
// is, how much of the journal it contains, and which rows it was saved with. The package documentation
// says what stands where.
type seal struct {
	ok       bool // false: this is somebody's own workbook, or the sheet was lost
	damaged  bool // the sheet is there, and is not as the daemon writes it; not ok then
	book     string
	sequence uint64 // of the last operation that is in the rows
	accounts int    // rows, good and bad
	retired  []string
	roll     roll              // nil in a workbook of version 1
	notes    map[string]string // what the daemon still has to say about accounts, by folder
	kept     keptSeal
}

// keptSeal says where things stand, so that the next save changes few cells.
type keptSeal struct {
	lines []sealed             // what the columns of folders and marks say, from the first row on
	ends  [sealColumns + 1]int // the lowest row with anything in it, by column
}

// sealRows are the rows of the seal as they are read.
type sealRows struct {
	rows    [][]string
	ends    [sealColumns + 1]int
	tooMany bool
}

func (s *sealRows) take(number int, cells []sheetCell) error {
	if number > maxSealed {
		s.tooMany = true
		return nil
	}
	for len(s.rows) < number-1 {
		s.rows = append(s.rows, nil)
	}
	var row [sealColumns]string
	last := 0
	for _, cell := range cells {
		if cell.column <= sealColumns {
			row[cell.column-1], last = cell.text, cell.column
			s.ends[cell.column] = number
		}
	}
	s.rows = append(s.rows, slices.Clone(row[:last]))
	return nil
}

// roll says what every row was when the workbook was saved, by the key of its folder. What is missing or
// differs in the rows was done by somebody else.
type roll map[string]sealed

// sealed is one row as it was saved.
type sealed struct {
	folder string
	mark   uint64 // of entry.mark
}

const (
	// sealVersion is the version of the workbook's format that is written. Version 1, which had no
	// roll and no notes, is read as well, and becomes this one with the next save.
	sealVersion = 2
	// program is what the daemon writes as the last program; editors put their own name there.
	program = "wangpan"
	// maxSealed bounds the rows of the seal: retired folders, accounts, notes.
	maxSealed = 2 * maxAccounts
	// maxSequence leaves room to count on from whatever a seal says.
	maxSequence = 1 << 53
	maxNote     = 200 // characters
)

// The columns of the seal, 1-based.
const (
	sealWord = iota + 1
	sealValue
	_
	sealRetired
	_
	sealFolder
	sealMark
	_
	sealNoted
	sealNote
	sealColumns = sealNote
)

// sealWords stand in column A. Version 1 had no sum.
var sealWords = []string{"wangpan", "book", "sequence", "accounts", "sum"}

// wordsOf1 is how many of them version 1 had.
const wordsOf1 = 4

// newerError says that the workbook was saved by a later version of this program.
type newerError struct{ version int }

func (n *newerError) Error() string {
	return fmt.Sprintf("its format has version %d, and this program knows versions up to %d; install the newer wangpand", n.version, sealVersion)
}

// readSeal reads the seal; a seal with anything odd in it is none.
func readSeal(found *sealRows, there bool) (seal, error) {
	if !there {
		return seal{}, nil // somebody's own workbook
	}
	rows := found.rows
	if len(rows) < wordsOf1 || found.tooMany {
		return seal{damaged: true}, nil
	}
	var values [5]string
	for i, word := range sealWords {
		if i < len(rows) && len(rows[i]) >= 2 && rows[i][0] == word {
			values[i] = rows[i][1]
		} else if i < wordsOf1 {
			return seal{damaged: true}, nil
		}
	}
	version, err0 := strconv.Atoi(values[0])
	sequence, err1 := strconv.ParseUint(values[2], 10, 64)
	count, err2 := strconv.Atoi(values[3])
	if errors.Join(err0, err1, err2) != nil || version < 1 || sequence > maxSequence {
		return seal{damaged: true}, nil //nolint:nilerr // what it means is decided by who saved the file
	}
	if version > sealVersion {
		return seal{}, &newerError{version}
	}
	s := seal{ok: true, book: values[1], sequence: sequence, accounts: count}
	s.readLists(rows, version)
	s.kept.ends = found.ends
	if version >= 2 && values[4] != s.sum() {
		return seal{damaged: true}, nil
	}
	return s, nil
}

// sum covers all that the seal says, in an order that does not depend on where it stands.
func (s *seal) sum() string {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, s.book, s.sequence, s.accounts)
	for _, folder := range slices.Sorted(slices.Values(s.retired)) {
		_, _ = fmt.Fprintln(h, folder)
	}
	for _, key := range slices.Sorted(maps.Keys(s.roll)) {
		_, _ = fmt.Fprintln(h, s.roll[key].folder, s.roll[key].mark)
	}
	for _, folder := range slices.Sorted(maps.Keys(s.notes)) {
		_, _ = fmt.Fprintln(h, folder, s.notes[folder])
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func (s *seal) readLists(rows [][]string, version int) {
	if version >= 2 {
		s.roll, s.notes = roll{}, map[string]string{}
	}
	for i, cells := range rows {
		at := func(column int) string {
			if column <= len(cells) {
				return cells[column-1]
			}
			return ""
		}
		if folder := at(sealRetired); validFolder(folder) {
			s.retired = append(s.retired, folder)
		}
		if version < 2 {
			continue
		}
		if folder := at(sealFolder); validFolder(folder) {
			mark, _ := strconv.ParseFloat(at(sealMark), 64) // programs may write 2.8E+14; 0 matches no row
			line := sealed{folder, uint64(max(mark, 0))}
			s.roll[nameKey(folder)] = line
			for len(s.kept.lines) < i {
				s.kept.lines = append(s.kept.lines, sealed{})
			}
			s.kept.lines = append(s.kept.lines, line)
		}
		if folder := at(sealNoted); validFolder(folder) {
			s.notes[folder] = shorten(at(sealNote), maxNote)
		}
	}
}

// mark is a number that changes with what a row means: 48 bits, so that every program writes it
// exactly, and a number, because excelize never forgets a text.
func (e *entry) mark() uint64 {
	cells := []string{
		e.name, e.hash, e.status(), strconv.FormatBool(e.quota.set), strconv.FormatInt(e.quota.most, 10),
		strconv.FormatInt(e.used, 10), strconv.FormatInt(e.files, 10),
		strconv.FormatInt(e.lastLogin.Unix(), 10), strconv.FormatInt(e.registered.Unix(), 10),
	}
	// Workbooks of earlier versions have neither, and their marks must stay what they are.
	if e.entries != 0 || e.entryLimit.set {
		cells = append(cells, strconv.FormatInt(e.entries, 10), strconv.FormatBool(e.entryLimit.set), strconv.FormatInt(e.entryLimit.most, 10))
	}
	sum := sha256.Sum256([]byte(strings.Join(cells, "\x00")))
	return binary.BigEndian.Uint64(sum[:]) >> 16
}

// writeSeal replaces the seal. Of the long list it writes only cells that say something else.
func writeSeal(f *excelize.File, s seal, r *roster, kept keptSeal) error {
	if i, err := f.GetSheetIndex(sheetSeal); err != nil || i < 0 {
		if _, err := f.NewSheet(sheetSeal); err != nil {
			return err
		}
		if err := f.SetSheetVisible(sheetSeal, false, true); err != nil {
			return err
		}
	}
	w := &sealWriter{f: f, ends: kept.ends}
	s.roll, s.notes = r.roll(), r.notes()
	values := []string{strconv.Itoa(sealVersion), s.book, strconv.FormatUint(s.sequence, 10), strconv.Itoa(s.accounts), s.sum()}
	for i, word := range sealWords {
		w.text(sealWord, i+1, word)
		w.text(sealValue, i+1, values[i])
	}
	w.lines(s.roll.placed(kept.lines), kept.lines)
	for i, folder := range slices.Sorted(maps.Keys(s.notes)) {
		w.text(sealNoted, i+1, folder)
		w.text(sealNote, i+1, s.notes[folder])
	}
	for i, folder := range s.retired {
		w.text(sealRetired, i+1, folder)
	}
	w.end(sealRetired, len(s.retired))
	w.end(sealFolder, len(s.roll))
	w.end(sealMark, len(s.roll))
	w.end(sealNoted, len(s.notes))
	w.end(sealNote, len(s.notes))
	if w.err != nil {
		return w.err
	}
	return f.SetAppProps(&excelize.AppProperties{Application: program})
}

// placed returns the lines of a roll with those that stood somewhere where they stood: the order means
// nothing, and a new account in the middle would move all that come after it.
func (r roll) placed(kept []sealed) []sealed {
	lines := make([]sealed, len(r))
	stays := make(map[string]bool, len(r))
	for i := range min(len(kept), len(lines)) {
		key := nameKey(kept[i].folder)
		if line, there := r[key]; there && !stays[key] {
			lines[i], stays[key] = line, true
		}
	}
	i := 0
	for _, key := range slices.Sorted(maps.Keys(r)) {
		if stays[key] {
			continue
		}
		for lines[i].folder != "" {
			i++
		}
		lines[i] = r[key]
	}
	return lines
}

// roll returns what a seal says of the rows of these accounts.
func (r *roster) roll() roll {
	all := make(roll, len(r.byFolder))
	for key, e := range r.byFolder {
		all[key] = sealed{e.folder, e.mark()}
	}
	return all
}

func (r *roster) notes() map[string]string {
	notes := map[string]string{}
	for _, e := range r.byFolder {
		if e.note != "" {
			notes[e.folder] = e.note
		}
	}
	return notes
}

// sealWriter writes cells until one fails.
type sealWriter struct {
	f    *excelize.File
	ends [sealColumns + 1]int
	err  error
}

func (w *sealWriter) text(column, row int, text string) {
	if w.err == nil {
		w.err = setText(w.f, sheetSeal, column, row, text)
	}
}

// lines writes folders and marks where they are not what they were.
func (w *sealWriter) lines(lines, kept []sealed) {
	for i, line := range lines {
		var was sealed
		if i < len(kept) {
			was = kept[i]
		}
		if line.folder != was.folder {
			w.text(sealFolder, i+1, line.folder)
		}
		if w.err == nil && line != was {
			w.err = w.f.SetCellInt(sheetSeal, cellName(sealMark, i+1), int64(line.mark)) //nolint:gosec // 48 bits
		}
	}
}

// end empties what a longer list has left below a row.
func (w *sealWriter) end(column, row int) {
	for row++; row <= w.ends[column]; row++ {
		w.text(column, row, "")
	}
}

// setText writes a text cell, or an empty one: whatever the text begins with, it is never a formula.
func setText(f *excelize.File, sheet string, column, row int, text string) error {
	if text == "" {
		return f.SetCellDefault(sheet, cellName(column, row), "")
	}
	return f.SetCellStr(sheet, cellName(column, row), text)
}
