package accounts

import (
	"errors"
	"os"
)

// What a workbook may be, packed and unpacked, at the very most; excelize's own default is 16 GB. A
// workbook of 100,000 accounts takes 5 MiB and 45 MiB.
const (
	maxPacked   = 12 << 20 // bytes
	maxWorkbook = 64 << 20 // bytes
	maxParts    = 2_000
	maxDepth    = 256       // nested XML elements
	maxText     = 256 << 10 // bytes of one text; a cell holds 32,767 characters
)

// limits bound what reading a workbook may cost before excelize sees it: with the smallest of them it
// takes less than 200 MiB and a few seconds, whatever the workbook holds (TestHostileMemory).
type limits struct {
	room     int64 // bytes that all parts may unpack to
	unpacked int64 // what is left of room
	elements int   // of XML in sheets
	values   int   // cells that hold something: some 700 bytes each
	rows     int   // that say anything about an account: some 3,000 bytes each
	strings  int   // shared: some 250 bytes each
	others   int   // elements in other parts, such as formats: some 400 bytes each
}

// limitsOf returns those of a workbook that may be as large again as one of so many bytes, packed,
// which is known to be good. Each account takes 40 bytes, 35 elements, 13 cells and 3 shared strings; the
// smallest limits leave room for 20,000, and a book that has grown beyond has backups that prove it.
func limitsOf(known int64) limits {
	room := min(max(32<<20, 24*known), maxWorkbook)
	return limits{
		room: room, unpacked: room,
		elements: int(max(1_000_000, 3*known)),
		values:   int(max(200_000, known)),
		rows:     int(min(max(30_000, known/10), 2*maxAccounts)),
		strings:  int(max(200_000, known)),
		others:   200_000,
	}
}

// limits returns those of the workbook: of its newest backup, since the file itself may be anybody's.
func (b *Book) limits() limits {
	list, err := listBackups(b.path)
	if err != nil || len(list) == 0 {
		return limitsOf(0)
	}
	info, err := os.Stat(list[0].path)
	if err != nil {
		return limitsOf(0)
	}
	return limitsOf(info.Size())
}

// largeWorkbook is for who brings more than 20,000 accounts from elsewhere.
const largeWorkbook = "if it is good: wangpand account restore --from FILE"

var (
	errElements = errors.New("the workbook has more cells than it may without a backup as large; is there something in rows or columns that look empty? " + largeWorkbook)
	errStrings  = errors.New("the workbook has more texts than it may without a backup as large; " + largeWorkbook)
	errOthers   = errors.New("the workbook has more formats and other things beside its cells than it may")
)

// spend counts one element of XML.
func (l *limits) spend(sheet bool, name string) error {
	switch {
	case sheet && (name == "v" || name == "f" || name == "is" || name == "t"):
		l.values--
		l.elements--
	case sheet:
		l.elements--
	case name == "si":
		l.strings--
	case name == "t" || name == "r": // of a shared string; those in runs cost as much as strings
		l.elements -= 2
	default:
		l.others--
	}
	switch {
	case l.elements < 0 || l.values < 0:
		return errElements
	case l.strings < 0:
		return errStrings
	case l.others < 0:
		return errOthers
	}
	return nil
}
