package browse

import (
	"cmp"
	"slices"
	"strings"

	"github.com/maruel/natural"

	"wangpan/wire"
)

// Order is what the rows are sorted by. Folders come first in each.
type Order int

// The orders, in the sequence in which a key goes through them.
const (
	ByName Order = iota // natural: file 2 before file 10
	BySize              // largest first
	ByTime              // newest first
	orders              // how many there are
)

// ids are the messages that name the orders.
var orderIDs = [orders]string{ByName: "browse.by_name", BySize: "browse.by_size", ByTime: "browse.by_time"}

// Next returns the order that the key changes to.
func (o Order) Next() Order { return (o + 1) % orders }

// row is an entry, and the form of its name by which it is sorted.
type row struct {
	wire.Entry
	folded string // shares its bytes with Name where nothing had to be folded
}

func newRows(entries []wire.Entry) []row {
	rows := make([]row, len(entries))
	for i, e := range entries {
		rows[i] = row{e, strings.ToLower(string(e.Name))}
	}
	return rows
}

// compare returns how a and b stand to one another. It is never 0 for two
// entries of a folder, since their names differ; so an order is the same
// however the entries arrived.
func (o Order) compare(a, b row) int {
	if a.IsDir != b.IsDir {
		if a.IsDir {
			return -1
		}
		return 1
	}
	first := 0
	switch {
	case o == BySize && !a.IsDir: // a folder has no size to compare
		first = cmp.Compare(b.Size, a.Size)
	case o == ByTime:
		first = b.ModTime.Compare(a.ModTime)
	}
	return cmp.Or(first, natural.Compare(a.folded, b.folded), strings.Compare(string(a.Name), string(b.Name)))
}

// arrange merges new entries into rows that are in order already, or sorts all
// of them when they are not. It leaves what it was given untouched, because
// the pane draws from it meanwhile.
func (o Order) arrange(rows []row, add []wire.Entry, sorted bool) []row {
	added := newRows(add)
	slices.SortFunc(added, o.compare)
	if !sorted {
		rows = slices.Clone(rows)
		slices.SortFunc(rows, o.compare)
	}
	merged := make([]row, 0, len(rows)+len(added))
	for len(rows) > 0 && len(added) > 0 {
		if o.compare(rows[0], added[0]) < 0 {
			merged, rows = append(merged, rows[0]), rows[1:]
		} else {
			merged, added = append(merged, added[0]), added[1:]
		}
	}
	return append(append(merged, rows...), added...)
}
