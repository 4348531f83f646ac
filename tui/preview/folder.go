package preview

import (
	"slices"

	"wangpan/tui/text"
	"wangpan/wire"
)

// folderEntries is how many entries of a folder are asked for.
const folderEntries = 200

// folder shows the first entries of a folder, folders first as the list does.
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
	slices.SortStableFunc(listing.Entries, func(a, b wire.Entry) int {
		if a.IsDir == b.IsDir {
			return 0
		}
		if a.IsDir {
			return -1
		}
		return 1
	})
	for _, e := range listing.Entries {
		j.entry(string(e.Name), e.Size, e.IsDir)
	}
	if listing.More {
		j.row(line{{text.Ellipsis, muted}})
	}
	return nil
}

// sizeWidth is the column of sizes: 654.1 MB.
const sizeWidth = 8

// entry shows a name and its size, of a folder or of an archive.
func (j *job) entry(name string, size int64, isDir bool) {
	name = text.Visible(name)
	label, t := j.locale.Size(size), plain
	if isDir {
		name, label, t = j.theme.Glyph.Folder+" "+name+"/", "", folder
	}
	room := max(j.look.width-sizeWidth-1, 1)
	j.row(line{{text.Pad(text.CutMiddle(name, room), room), t}, {" " + text.PadLeft(label, sizeWidth), muted}})
}
