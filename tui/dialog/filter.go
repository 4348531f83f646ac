package dialog

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
)

// maxFilter is the largest number of characters in a filter.
const maxFilter = 255

// filter is a text field that narrows the rows of a dialog. While the user types
// in it, it takes the keys that the rows do not take.
type filter struct {
	*field.Field
	typing bool
}

// update edits the filter and reports whether the rows must be narrowed again.
// Enter keeps the filter, Esc clears it.
func (f *filter) update(msg tea.Msg) bool {
	press, _ := msg.(command.Press)
	switch press.Name {
	case "dialog.close":
		f.typing = false
		cleared := f.Value() != ""
		f.SetValue("")
		return cleared
	case "dialog.press":
		f.typing = false
		return false
	}
	return f.typing && f.Update(msg)
}

// shown reports whether the filter takes a line of the dialog.
func (f *filter) shown() bool { return f.typing || f.Value() != "" }

// folderOrder sorts rows in the order of a folder: folders first, then names in
// natural order. It returns the names in the form in which filters search them.
// It takes time for a large folder, so commands call it.
func folderOrder[T any](rows []T, of func(T) (name string, folder bool)) (folded []string) {
	type keyed struct {
		row         T
		folded, key string
		folder      bool
	}
	all := make([]keyed, len(rows))
	for i, row := range rows {
		name, folder := of(row)
		all[i] = keyed{row: row, folded: text.Fold(name), folder: folder}
		all[i].key = text.NaturalKey(all[i].folded)
	}
	slices.SortStableFunc(all, func(a, b keyed) int {
		switch {
		case a.folder == b.folder:
			return strings.Compare(a.key, b.key)
		case a.folder:
			return -1
		}
		return 1
	})
	folded = make([]string, len(rows))
	for i := range all {
		rows[i], folded[i] = all[i].row, all[i].folded
	}
	return folded
}
