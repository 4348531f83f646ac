package preview

import (
	"slices"

	"wangpan/wire"
)

// Bounds of the cache.
const (
	cacheItems = 64
	cacheBytes = 48 << 20 // of files and pages
)

// key identifies one content of an item.
type key struct {
	source  source
	path    wire.Path
	version wire.Version
	size    int64
	changed int64 // in nanoseconds since 1970
	isDir   bool
}

func keyOf(i target) key {
	if i.Source == nil {
		return key{}
	}
	return key{i.Source, i.Path, i.Entry.Version, i.Entry.Size, i.Entry.ModTime.UnixNano(), i.Entry.IsDir}
}

// cache stores the files and pages of the items shown last. Its zero value is
// empty. It is not safe for concurrent use.
type cache struct {
	items []*cached // in the order of their last use
}

type cached struct {
	key  key
	file *file
	page *page // nil until it is ready
}

// use returns a stored item and moves it to the end; nil if it is not stored.
func (c *cache) use(k key) *cached {
	i := slices.IndexFunc(c.items, func(item *cached) bool { return item.key == k })
	if i < 0 {
		return nil
	}
	item := c.items[i]
	c.items = append(slices.Delete(c.items, i, i+1), item)
	return item
}

// page returns the stored page of a file, nil if there is none. It returns none
// of a folder, because the entry of a folder does not tell whether its content
// changed.
func (c *cache) page(k key) *page {
	if item := c.use(k); item != nil && !k.isDir {
		return item.page
	}
	return nil
}

// file returns the file of an item with the blocks fetched before.
func (c *cache) file(i target) *file {
	if item := c.use(keyOf(i)); item != nil {
		return item.file
	}
	f := newFile(i)
	c.items = append(c.items, &cached{key: keyOf(i), file: f})
	c.trim()
	return f
}

// keep stores a page, if its item is still stored.
func (c *cache) keep(k key, p *page) {
	if item := c.use(k); item != nil {
		item.page = p
	}
	c.trim()
}

func (c *cache) drop(k key) {
	c.items = slices.DeleteFunc(c.items, func(item *cached) bool { return item.key == k })
}

// trim removes the items used longest ago, but never the one used last.
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
