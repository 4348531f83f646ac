package browse

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"wangpan/tui/text"
	"wangpan/wire"
)

// By is the property by which rows are sorted. Folders come first in any case.
type By int

// The properties, in the order in which a key selects them.
const (
	ByName By = iota // natural: file 2 before file 10
	BySize           // largest first
	ByTime           // newest first
	ByKind           // by the extension of the name
	bys              // their number
)

// byIDs are the message ids of the properties.
var byIDs = [bys]string{ByName: "browse.by_name", BySize: "browse.by_size", ByTime: "browse.by_time", ByKind: "browse.by_kind"}

// Order is the order of the rows.
type Order struct {
	By      By
	Reverse bool
}

// next returns the order that the key selects.
func (o Order) next() Order { return Order{By: (o.By + 1) % bys} }

// row is an entry with the forms of its name for searching and sorting.
type row struct {
	wire.Entry
	id     int    // from 0 in the order in which the listing brought the entries
	folded string // shares the bytes of Name when they are equal
	key    string // shares the bytes of folded when it has no digits
}

// newRows returns rows for entries. Their ids start at others.
func newRows(entries []wire.Entry, others int) []row {
	rows := make([]row, len(entries))
	for i, e := range entries {
		folded := text.Fold(string(e.Name))
		rows[i] = row{e, others + i, folded, text.NaturalKey(folded)}
	}
	return rows
}

// compare compares two rows of a folder. It is never 0, since their names differ: the
// order does not depend on the order of arrival.
func (o Order) compare(a, b *row) int {
	if a.IsDir != b.IsDir {
		if a.IsDir {
			return -1
		}
		return 1
	}
	first := 0
	switch {
	case o.By == BySize && !a.IsDir: // folders have no size
		first = cmp.Compare(b.Size, a.Size)
	case o.By == ByTime:
		first = b.ModTime.Compare(a.ModTime)
	case o.By == ByKind && !a.IsDir:
		first = strings.Compare(path.Ext(a.folded), path.Ext(b.folded))
	}
	if first == 0 {
		first = strings.Compare(a.key, b.key)
	}
	if first == 0 {
		first = strings.Compare(string(a.Name), string(b.Name))
	}
	if o.Reverse {
		return -first
	}
	return first
}

// arrange merges new entries into rows, which it sorts first when they are not sorted.
// It does not change its arguments: the pane draws them at the same time.
func (o Order) arrange(rows []row, add []wire.Entry, sorted bool) []row {
	added := newRows(add, len(rows))
	slices.SortFunc(added, o.compareRows)
	if !sorted {
		rows = slices.Clone(rows)
		slices.SortFunc(rows, o.compareRows)
	}
	merged := make([]row, 0, len(rows)+len(added))
	for len(rows) > 0 && len(added) > 0 {
		if o.compare(&rows[0], &added[0]) < 0 {
			merged, rows = append(merged, rows[0]), rows[1:]
		} else {
			merged, added = append(merged, added[0]), added[1:]
		}
	}
	return append(append(merged, rows...), added...)
}

func (o Order) compareRows(a, b row) int { return o.compare(&a, &b) }
