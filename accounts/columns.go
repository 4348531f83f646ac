package accounts

import (
	"fmt"
	"strings"
)

// The columns of the sheet Accounts. They are found by the words in the header row, wherever an
// administrator moved them.
type column int

const (
	colUser column = iota
	colPassword
	colNewPassword
	colStatus
	colQuota
	colEntryLimit
	colUsed
	colFiles
	colEntries
	colLastLogin
	colRegistered
	colFolder
	columnCount
)

var columnTitles = [columnCount]string{
	"User", "Password", "New password", "Status", "Quota", "Entry limit", "Used", "Files", "Entries",
	"Last login", "Registered", "Folder",
}

func (c column) title() string { return columnTitles[c] }

// needed are the columns whose loss would change what accounts mean: without Status a disabled
// account would be active again. The others are put back when they are missing.
var needed = []column{colUser, colPassword, colStatus, colQuota, colFolder}

// headerRows is how far down the header is looked for; people put titles and logos above it.
const headerRows = 20

// layout says where the columns are. Positions are 1-based; 0 is missing.
type layout struct {
	row  int
	at   [columnCount]int
	last int // the rightmost column that the header row uses
}

// headerAt reads a row as the header. It is none unless it holds User and Password.
func headerAt(number int, cells []sheetCell) (layout, bool, error) {
	l := layout{row: number, last: cells[len(cells)-1].column}
	for _, cell := range cells {
		for c := range columnCount {
			if !strings.EqualFold(strings.TrimSpace(cell.text), c.title()) {
				continue
			}
			if l.at[c] != 0 {
				return l, true, fmt.Errorf("the header of the sheet %s names the column %q twice", sheetAccounts, c.title())
			}
			l.at[c] = cell.column
		}
	}
	if l.at[colUser] == 0 || l.at[colPassword] == 0 {
		return l, false, nil
	}
	for _, c := range needed {
		if l.at[c] == 0 {
			return l, true, fmt.Errorf("the header of the sheet %s has no column %q", sheetAccounts, c.title())
		}
	}
	return l, true, nil
}

// of returns which of our columns stands at a position.
func (l *layout) of(position int) (column, bool) {
	for c, at := range l.at {
		if at == position {
			return column(c), true
		}
	}
	return 0, false
}
