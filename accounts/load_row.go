package accounts

import (
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
		e.complain(colStatus, "%q is neither active nor disabled", shorten(status))
	}
	var err error
	if e.quota, err = parseQuota(r.cells[colQuota]); err != nil {
		e.complain(colQuota, "%v", err)
	}
	e.folder = strings.TrimSpace(r.cells[colFolder])
	if e.folder != "" && !validFolder(e.folder) {
		e.complain(colFolder, "%q is not a folder that this drive made", shorten(e.folder))
		e.folder = ""
	}
	r.newPassword = r.cells[colNewPassword]
	if _, err := preparePassword(r.newPassword); err != nil && r.newPassword != "" {
		e.complain(colNewPassword, "%v", err)
	}
	if _, bad := e.bad[colNewPassword]; bad {
		r.newPassword = ""
	}
	e.used, e.files = parseCount(r.cells[colUsed]), parseCount(r.cells[colFiles])
	e.lastLogin, e.registered = parseTime(r.cells[colLastLogin]), parseTime(r.cells[colRegistered])
}

// shorten keeps what a cell says to a length that a log line can take.
func shorten(s string) string {
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:40]) + "…"
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
	c.oneFolderEach()
	c.oneNameEach(earlier)
	c.newFolders(earlier)
	for _, r := range c.rows {
		c.roster.insert(r.entry)
	}
}

// oneFolderEach lets the first row keep a folder that several name: two people in one folder would
// read each other's files.
func (c *contents) oneFolderEach() {
	owner := map[string]int{}
	for _, r := range c.rows {
		key := nameKey(r.entry.folder)
		if r.entry.folder == "" {
			continue
		}
		if row, taken := owner[key]; taken {
			r.entry.complain(colFolder, "it belongs to row %d already", row)
			r.entry.folder = ""
			continue
		}
		owner[key] = r.number
	}
}

// oneNameEach lets one row keep a name that several have: the one that had it before, else the one
// whose folder has that name, else the first.
func (c *contents) oneNameEach(earlier *roster) {
	rank := func(r sheetRow) int {
		if earlier != nil {
			if known := earlier.named(r.entry.name); known != nil && known.folder != "" && known.folder == r.entry.folder {
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
	owner := map[string]int{}
	for _, r := range order {
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
			folder = folderFor(r.entry.name, func(key string) bool {
				return used[key] || earlier != nil && earlier.folderTaken(key)
			})
		}
		used[nameKey(folder)] = true
		r.entry.folder = folder
	}
}
