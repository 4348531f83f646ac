package browse

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"wangpan/tui/text"
	"wangpan/wire"
)

// By is what rows are sorted by. Folders come first in each.
type By int

// What rows are sorted by, in the sequence in which a key goes through it.
const (
	ByName By = iota // natural: file 2 before file 10
	BySize           // largest first
	ByTime           // newest first
	ByKind           // by the ending of the name
	bys              // how many there are
)

// ids are the messages that name them.
var byIDs = [bys]string{ByName: "browse.by_name", BySize: "browse.by_size", ByTime: "browse.by_time", ByKind: "browse.by_kind"}

// Order is what the rows are sorted by, and whether the other way round.
type Order struct {
	By      By
	Reverse bool
}

// next returns the order that the key changes to.
func (o Order) next() Order { return Order{By: (o.By + 1) % bys} }

// row is an entry, and the forms of its name by which it is found and sorted.
type row struct {
	wire.Entry
	id     int    // counts from 0 in the order in which a loading brought them
	folded string // shares its bytes with Name where nothing had to be folded
	key    string // shares its bytes with folded where no digits are in it
}

// newRows makes rows of entries that come after so many others.
func newRows(entries []wire.Entry, others int) []row {
	rows := make([]row, len(entries))
	for i, e := range entries {
		folded := text.Fold(string(e.Name))
		rows[i] = row{e, others + i, folded, text.NaturalKey(folded)}
	}
	return rows
}

// compare returns how a and b stand to one another. It is never 0 for two
// entries of a folder, since their names differ; so an order is the same
// however the entries arrived.
func (o Order) compare(a, b *row) int {
	if a.IsDir != b.IsDir {
		if a.IsDir {
			return -1
		}
		return 1
	}
	first := 0
	switch {
	case o.By == BySize && !a.IsDir: // a folder has no size to compare
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

// arrange merges new entries into rows that are in order already, or sorts all
// of them when they are not. It leaves what it was given untouched, because
// the pane draws from it meanwhile.
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
