package accounts

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// parse turns the cells of a row into its entry. What is wrong is noted in the entry, and the other
// cells are read all the same: one bad cell must not lose the rest of the account.
func (r *sheetRow) parse() {
	e := r.entry
	if user := r.cells[colUser]; user == "" {
		e.complain(colUser, "it is blank")
	} else if name, err := canonicalName(strings.TrimSpace(user)); err != nil {
		e.complain(colUser, "%v", err)
	} else {
		e.name = name
	}
	e.hash = strings.TrimSpace(r.cells[colPassword])
	if _, err := parsePHC(e.hash); e.hash != "" && err != nil {
		e.hash = ""
		e.complain(colPassword, "%v; type a password into %s instead", err, colNewPassword.title())
	}
	switch status := strings.ToLower(strings.TrimSpace(r.cells[colStatus])); status {
	case "", "active":
	case "disabled":
		e.disabled = true
	default:
		e.complain(colStatus, "%q is neither active nor disabled", shorten(status, inCell))
	}
	var err error
	if e.quota, err = parseQuota(r.cells[colQuota]); err != nil {
		e.complain(colQuota, "%v", err)
	}
	if e.entryLimit, err = parseEntryLimit(r.cells[colEntryLimit]); err != nil {
		e.complain(colEntryLimit, "%v", err)
	}
	e.folder = strings.TrimSpace(r.cells[colFolder])
	if e.folder != "" && !validFolder(e.folder) {
		e.complain(colFolder, "%q is not a folder that this drive made", shorten(e.folder, inCell))
		e.folder = ""
	}
	r.parseNewPassword()
	e.used, e.files, e.entries = parseCount(r.cells[colUsed]), parseCount(r.cells[colFiles]), parseCount(r.cells[colEntries])
	e.lastLogin, e.registered = parseTime(r.cells[colLastLogin]), parseTime(r.cells[colRegistered])
}

// parseNewPassword takes what the administrator typed. What can not be a password is refused: the former
// one stays in use, the cell is wiped all the same, since it may be nearly what was meant, and the
// sheet Problems says so.
func (r *sheetRow) parseNewPassword() {
	typed := r.cells[colNewPassword]
	why, noText := r.entry.bad[colNewPassword]
	if typed == "" && !noText {
		return
	}
	if _, err := preparePassword(typed); err != nil && !noText {
		why = err.Error()
	}
	if why == "" {
		r.newPassword = typed
		return
	}
	if typed == "" {
		r.cells[colNewPassword] = why // so that the formula is seen as something to wipe
	}
	delete(r.entry.bad, colNewPassword)
	r.entry.note = "the one typed last was refused and wiped, and the former password stays: " + why
}

// inCell is how much of a cell is repeated in a sentence about it, in characters.
const inCell = 40

// shorten keeps a text to a length that a log line can take.
func shorten(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// parseCount reads a number that the daemon wrote; anything else is 0, and written again.
func parseCount(s string) int64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f > math.MaxInt64/2 {
		return 0
	}
	return int64(f)
}

// parseTime reads a date as Excel stores it, days since 1900; anything else is no date.
func parseTime(s string) time.Time {
	days, err := strconv.ParseFloat(s, 64)
	if err != nil || days < 1 || days > 2_958_465 { // the year 9999
		return time.Time{}
	}
	t, err := excelize.ExcelDateToTime(days, false)
	if err != nil {
		return time.Time{}
	}
	return t.UTC().Round(time.Second)
}

// serial is the reverse of parseTime.
func serial(t time.Time) float64 {
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	return float64(t.Unix()-epoch.Unix()) / 86400
}

// index decides which row owns which name and folder, and fills the roster.
func (c *contents) index(earlier *roster) {
	c.roster = newRoster()
	for _, folder := range c.seal.retired {
		c.roster.retired[nameKey(folder)] = folder
	}
	if earlier != nil { // the seal may be lost, or an old one
		maps.Copy(c.roster.retired, earlier.retired)
	}
	claims := c.byClaim(earlier)
	c.oneFolderEach(claims)
	c.oneNameEach(claims)
	c.newFolders(earlier)
	for _, r := range c.rows {
		if r.entry.note == "" {
			r.entry.note = c.seal.notes[r.entry.folder]
		}
		c.roster.insert(r.entry)
	}
}

// byClaim returns the rows in the order in which they may have a name or a folder that several of them
// say: the one that had both before, then the one whose folder has its name, then as they stand. So
// a copy of a row takes nothing from the row that it was made of, wherever it was put.
func (c *contents) byClaim(earlier *roster) []sheetRow {
	rank := func(r sheetRow) int {
		if earlier != nil && r.entry.folder != "" {
			if known := earlier.named(r.entry.name); known != nil && known.folder == r.entry.folder {
				return 0
			}
		}
		if r.entry.folder == r.entry.name {
			return 1
		}
		return 2
	}
	order := slices.Clone(c.rows)
	slices.SortStableFunc(order, func(a, b sheetRow) int { return rank(a) - rank(b) })
	return order
}

// oneFolderEach lets one row keep a folder that several name: two people in one folder would read each
// other's files.
func (c *contents) oneFolderEach(claims []sheetRow) {
	owner := map[string]int{}
	for _, r := range claims {
		key := nameKey(r.entry.folder)
		if r.entry.folder == "" {
			continue
		}
		if row, taken := owner[key]; taken {
			r.entry.complain(colFolder, "it belongs to row %d already; empty this cell for a folder of its own", row)
			r.entry.folder = ""
			continue
		}
		owner[key] = r.number
	}
}

// oneNameEach lets one row keep a name that several have.
func (c *contents) oneNameEach(claims []sheetRow) {
	owner := map[string]int{}
	for _, r := range claims {
		if r.entry.name == "" {
			continue
		}
		key := nameKey(r.entry.name)
		if row, taken := owner[key]; taken {
			r.entry.complain(colUser, "row %d has this name already", row)
			continue
		}
		owner[key] = r.number
	}
}

// newFolders gives a folder to each row that has a name and none yet: a person typed it. An account
// that memory knows keeps the folder that it got when the row was first seen.
func (c *contents) newFolders(earlier *roster) {
	used := map[string]bool{}
	for key := range c.roster.retired {
		used[key] = true
	}
	for _, r := range c.rows {
		used[nameKey(r.entry.folder)] = true
	}
	for _, r := range c.rows {
		if r.entry.folder != "" || r.entry.name == "" || r.entry.bad[colFolder] != "" || r.entry.bad[colUser] != "" {
			continue
		}
		folder := ""
		if earlier != nil {
			if known := earlier.named(r.entry.name); known != nil && !used[nameKey(known.folder)] {
				folder = known.folder
			}
		}
		if folder == "" {
			folder = folderFor(r.entry.name, func(folder string) bool {
				key := nameKey(folder)
				return used[key] || earlier != nil && earlier.folderTaken(key)
			})
		}
		used[nameKey(folder)] = true
		r.entry.folder = folder
	}
}
