package preview

import (
	"slices"

	"wangpan/wire"
)

// Bounds of what is kept of items looked at.
const (
	cacheItems = 64
	cacheBytes = 48 << 20 // fetched or drawn
)

// key tells contents apart. Times are compared as instants.
type key struct {
	source  Source
	path    wire.Path
	version wire.Version
	size    int64
	changed int64 // in nanoseconds since 1970
	isDir   bool
}

func keyOf(i Item) key {
	if i.Source == nil {
		return key{}
	}
	return key{i.Source, i.Path, i.Entry.Version, i.Entry.Size, i.Entry.ModTime.UnixNano(), i.Entry.IsDir}
}

// cache keeps what was fetched and drawn of the items looked at last. Its zero
// value is empty. It belongs to the pane.
type cache struct {
	items []*cached // the one used last at the end
}

type cached struct {
	key  key
	file *file
	page *page // nil until there is one
}

// use returns what is kept of an item and makes it the one used last.
func (c *cache) use(k key) *cached {
	i := slices.IndexFunc(c.items, func(item *cached) bool { return item.key == k })
	if i < 0 {
		return nil
	}
	item := c.items[i]
	c.items = append(slices.Delete(c.items, i, i+1), item)
	return item
}

// page returns the page kept of a file, nil if there is none. What a folder
// holds may have changed without a sign of it, so it is listed anew.
func (c *cache) page(k key) *page {
	if item := c.use(k); item != nil && !k.isDir {
		return item.page
	}
	return nil
}

// file returns the file of an item, with what was fetched of it before.
func (c *cache) file(i Item) *file {
	if item := c.use(keyOf(i)); item != nil {
		return item.file
	}
	f := newFile(i)
	c.items = append(c.items, &cached{key: keyOf(i), file: f})
	c.trim()
	return f
}

// keep notes a page, if its item is still there.
func (c *cache) keep(k key, p *page) {
	if item := c.use(k); item != nil {
		item.page = p
	}
	c.trim()
}

func (c *cache) drop(k key) {
	c.items = slices.DeleteFunc(c.items, func(item *cached) bool { return item.key == k })
}

// trim drops what was used longest ago, but never what was used last.
func (c *cache) trim() {
	bytes := int64(0)
	for i, item := range slices.Backward(c.items) {
		bytes += item.file.size()
		if item.page != nil {
			bytes += item.page.bytes()
		}
		if i < len(c.items)-1 && (bytes > cacheBytes || len(c.items)-i > cacheItems) {
			c.items = slices.Delete(c.items, 0, i+1)
			return
		}
	}
}
