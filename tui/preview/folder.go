package preview

import (
	"cmp"
	"slices"

	"wangpan/tui/text"
	"wangpan/wire"
)

// folderEntries is the number of entries requested.
const folderEntries = 500

// folder shows the first entries of a folder in the order of the list.
func (j *job) folder() error {
	item := j.file.item
	listing, err := item.Source.List(j.ctx, item.Path, folderEntries)
	if err != nil {
		return &sourceError{err}
	}
	count := j.locale.N("preview.items", len(listing.Entries))
	if listing.More {
		count = j.locale.N("preview.items_more", len(listing.Entries))
	}
	j.fact(count)
	if len(listing.Entries) == 0 {
		sentence := j.locale.T("preview.nothing")
		if listing.Unlisted > 0 {
			sentence = j.locale.N("browse.unlisted", listing.Unlisted)
		}
		j.say(muted, sentence)
		return nil
	}
	sorted(listing.Entries)
	for _, e := range listing.Entries {
		j.entry(string(e.Name), e.Size, e.IsDir)
	}
	if listing.More {
		j.row(line{{text.Ellipsis, muted}})
	}
	return nil
}

// sorted sorts entries as the list does: folders first, then by name, with numbers
// in names by value.
func sorted(entries []wire.Entry) {
	keys := make(map[wire.Name]string, len(entries))
	for _, e := range entries {
		keys[e.Name] = text.NaturalKey(text.Fold(string(e.Name)))
	}
	slices.SortFunc(entries, func(a, b wire.Entry) int {
		switch {
		case a.IsDir && !b.IsDir:
			return -1
		case b.IsDir && !a.IsDir:
			return 1
		}
		return cmp.Or(cmp.Compare(keys[a.Name], keys[b.Name]), cmp.Compare(a.Name, b.Name))
	})
}

// sizeWidth is the width of the size column, for example of "654.1 MB".
const sizeWidth = 8

// entry shows one entry of a folder or an archive.
func (j *job) entry(name string, size int64, isDir bool) {
	name = text.Visible(name)
	label, t := j.locale.Size(size), plain
	if isDir {
		name, label, t = j.theme.Glyph.Folder+" "+name+"/", "", folder
	}
	room := max(j.look.width-sizeWidth-1, 1)
	j.row(line{{text.Pad(text.CutMiddle(name, room), room), t}, {" " + text.PadLeft(label, sizeWidth), muted}})
}
