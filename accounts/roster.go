package accounts

import (
	"cmp"
	"maps"
	"slices"
)

// roster is the index of all accounts. It has no lock of its own.
type roster struct {
	byKey    map[string]*entry // by nameKey of the name
	byFolder map[string]*entry // by nameKey of the folder
	loose    []*entry          // rows that have no valid folder: nobody can log in
	retired  map[string]string // folders of accounts that are gone, by nameKey: never given again
	next     int               // order of the next account without a row
}

func newRoster() *roster {
	return &roster{byKey: map[string]*entry{}, byFolder: map[string]*entry{}, retired: map[string]string{}}
}

// copy returns a roster that shares nothing with r.
func (r *roster) copy() *roster {
	c := newRoster()
	c.retired, c.next = maps.Clone(r.retired), r.next
	twin := make(map[*entry]*entry, r.size())
	for key, e := range r.byFolder {
		twin[e] = e.copy()
		c.byFolder[key] = twin[e]
	}
	for _, e := range r.loose {
		twin[e] = e.copy()
		c.loose = append(c.loose, twin[e])
	}
	for key, e := range r.byKey {
		c.byKey[key] = twin[e]
	}
	return c
}

// all returns every account: those of the workbook first, in no order that matters, then the new
// ones in the order in which they came.
func (r *roster) all() []*entry {
	list := slices.Concat(slices.Collect(maps.Values(r.byFolder)), r.loose)
	slices.SortFunc(list, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.folder, b.folder))
	})
	return list
}

func (r *roster) size() int { return len(r.byFolder) + len(r.loose) }

// insert puts an entry into the index. The caller made sure that name and folder are free, or noted
// in bad that they are not.
func (r *roster) insert(e *entry) {
	if key := nameKey(e.name); e.name != "" && r.byKey[key] == nil {
		r.byKey[key] = e
	}
	if key := nameKey(e.folder); e.folder != "" && r.byFolder[key] == nil {
		r.byFolder[key] = e
		delete(r.retired, key) // an administrator gave it back by hand
	} else {
		r.loose = append(r.loose, e)
	}
}

// named finds an account by its canonical name.
func (r *roster) named(name string) *entry { return r.byKey[nameKey(name)] }

// nameTaken tells whether a new account may not have this name.
func (r *roster) nameTaken(name string) bool { return r.byKey[nameKey(name)] != nil }

// folderTaken tells whether a folder is or was somebody's; key is its nameKey.
func (r *roster) folderTaken(key string) bool {
	return r.byFolder[key] != nil || r.retired[key] != ""
}

// remove takes an account out and retires its folder: whoever registers the name next must not find
// the files of somebody else.
func (r *roster) remove(e *entry) {
	if r.byKey[nameKey(e.name)] == e {
		delete(r.byKey, nameKey(e.name))
	}
	if key := nameKey(e.folder); r.byFolder[key] == e {
		delete(r.byFolder, key)
		r.retired[key] = e.folder
	}
}

// retiredFolders returns them in order.
func (r *roster) retiredFolders() []string { return slices.Sorted(maps.Values(r.retired)) }
