package storage

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"wangpan/wire"
)

// maxVersions is how many replaced versions of one path the trash keeps: an
// editor that saves each minute must not fill the account. The oldest go first.
const maxVersions = 10

// bin knows what is in an account's trash, about 300 bytes an item, while
// somebody uses the account. An item is in it from when it can be restored to
// when somebody has restored or dropped it, which account.renames decides.
type bin struct {
	mu       sync.Mutex
	reading  *reading                    // nil when nobody reads the trash
	items    map[wire.ItemID]trashed     // nil until they were read
	order    []wire.ItemID               // the newest first; nil when it is to be sorted
	versions map[wire.Path][]wire.ItemID // what was replaced, the oldest first
	counting map[wire.ItemID]*counting   // folders of which nobody knows yet what is in them
}

// get returns an item.
func (b *bin) get(id wire.ItemID) (trashed, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, ok := b.items[id]
	return t, ok
}

// sorted returns the ids of all items, the newest first. It must not be changed.
func (b *bin) sorted() []wire.ItemID {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.order == nil {
		b.order = make([]wire.ItemID, 0, len(b.items))
		for id := range b.items {
			b.order = append(b.order, id)
		}
		slices.SortFunc(b.order, func(x, y wire.ItemID) int {
			return cmp.Or(b.items[y].Since.Compare(b.items[x].Since), cmp.Compare(y, x))
		})
	}
	return b.order
}

// surplus returns the replaced versions of a path that are too many.
func (b *bin) surplus(path wire.Path) []wire.ItemID {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.versions[path]
	return slices.Clone(all[:max(len(all)-maxVersions, 0)])
}

// put adds an item. The caller holds b.mu, or nobody else has b.
func (b *bin) put(id wire.ItemID, t trashed) {
	b.items[id], b.order = t, nil
	if !t.Replaced {
		return
	}
	all := b.versions[t.Path]
	at, _ := slices.BinarySearchFunc(all, t.Since, func(other wire.ItemID, since time.Time) int {
		return b.items[other].Since.Compare(since)
	})
	b.versions[t.Path] = slices.Insert(all, at, id)
}

// addItem puts what has just come into the trash into the bin and the ledger.
func (a *account) addItem(id wire.ItemID, t trashed) {
	a.bin.mu.Lock()
	defer a.bin.mu.Unlock()
	a.bin.put(id, t)
	a.ledger.addTrash(t.room())
}

// takeItem takes an item out of the bin and the ledger.
func (a *account) takeItem(id wire.ItemID) {
	b := &a.bin
	b.mu.Lock()
	defer b.mu.Unlock()
	t, ok := b.items[id]
	if !ok {
		return
	}
	delete(b.items, id)
	b.order = nil
	if t.Replaced {
		rest := slices.DeleteFunc(b.versions[t.Path], func(other wire.ItemID) bool { return other == id })
		if b.versions[t.Path] = rest; len(rest) == 0 {
			delete(b.versions, t.Path)
		}
	}
	a.ledger.addTrash(t.all().negative().room())
}

// reading is one of what is in the trash. It goes on beside those who wait.
type reading struct {
	over chan struct{}
	err  error // once over is closed
}

// readTrash reads what is in the trash, once while the account is in use.
// Nothing comes into it before, so what has no record or no item is what a
// crash has left: a record without an item is removed, and an item without a
// record gets one. Many items take long, and no lock is held meanwhile.
func (a *account) readTrash(ctx context.Context) error {
	r, err := a.startReading()
	if r == nil {
		return err
	}
	select {
	case <-r.over:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// startReading returns the reading under way, which it begins if there is none,
// or nil when it is over.
func (a *account) startReading() (*reading, error) {
	b := &a.bin
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.items != nil || b.reading != nil {
		return b.reading, nil
	}
	r := &reading{over: make(chan struct{})}
	if !a.disk.background(a, func() { a.readTrashNow(r) }) {
		return nil, errClosed()
	}
	b.reading = r
	return r, nil
}

func (a *account) readTrashNow(r *reading) {
	found, all, err := a.itemsOnDisk(a.disk.life)
	b := &a.bin
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		b.items, b.versions = found.items, found.versions
		a.ledger.setTrash(all)
	}
	r.err, b.reading = err, nil
	close(r.over)
}

// itemsOnDisk returns what lies in the trash, and what it takes.
func (a *account) itemsOnDisk(ctx context.Context) (found *bin, all room, err error) {
	names, err := a.trashNames()
	if err != nil {
		return nil, room{}, err
	}
	found = &bin{items: make(map[wire.ItemID]trashed), versions: make(map[wire.Path][]wire.ItemID)}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, room{}, err
		}
		id := wire.ItemID(strings.TrimSuffix(strings.TrimSuffix(name, recordSuffix), freshSuffix))
		switch {
		case !isItemID(string(id)): // put there by hand, or for the sweeper
		case name == itemName(id):
			if t, ok := a.recover(ctx, id); ok {
				found.put(id, t)
				all = all.plus(t.room())
			}
		default:
			if _, err := a.trash.Lstat(itemName(id)); errors.Is(err, fs.ErrNotExist) || name != itemRecordName(id) {
				_ = a.trash.Remove(name) // the next time is as good
			}
		}
	}
	return found, all, nil
}

func (a *account) trashNames() ([]string, error) {
	f, err := a.trash.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// recover describes what lies in the trash under an id. It is false for what is
// no item: something put there by hand, or the second name of a file that was
// to be replaced when the daemon was killed.
func (a *account) recover(ctx context.Context, id wire.ItemID) (trashed, bool) {
	info, err := a.trash.Lstat(itemName(id))
	if err != nil || !servable(info.Mode()) {
		return trashed{}, false
	}
	t, err := a.readItem(id)
	amend := err != nil || t.IsDir != info.IsDir()
	switch {
	case amend:
		a.disk.log.Warn("an item of the trash has no good record: it is kept under its own name", "drive", a.folder, "item", string(id), "error", err)
		t = trashed{
			Path: wire.Path("/" + id), Since: a.disk.now(), IsDir: info.IsDir(), Uncounted: info.IsDir(),
			Size: info.Size(), Files: 1,
		}
	case !t.IsDir && linksOf(info) > 1 && a.isAt(t.Path, info):
		if a.trash.Remove(itemName(id)) == nil {
			a.forgetItem(id)
		}
		return trashed{}, false
	}
	if t.Uncounted {
		t, amend = a.countItem(ctx, id, t), true
	}
	if amend {
		if err := a.amendItem(id, t); err != nil {
			a.cannotRecord(id, err)
		}
	}
	return t, true
}

func (a *account) cannotRecord(id wire.ItemID, err error) {
	a.disk.log.Warn("the record of an item of the trash can not be written", "drive", a.folder, "item", string(id), "error", err)
}

// isAt reports whether the file of info lies at path.
func (a *account) isAt(path wire.Path, info fs.FileInfo) bool {
	parent, found, err := a.lookup(path)
	if err != nil {
		return false
	}
	defer parent.Close()
	return os.SameFile(found, info)
}

// countItem fills in what is in a folder in the trash. When ctx ends it
// remains uncounted.
func (a *account) countItem(ctx context.Context, id wire.ItemID, t trashed) trashed {
	folder, err := enter(a.trash, itemName(id))
	if err != nil {
		a.uncounted(err)
		return t
	}
	defer folder.Close()
	all, err := a.countFolder(ctx, folder, 0)
	if err != nil {
		return t
	}
	t.Size, t.Files, t.Folders, t.Uncounted = all.bytes, all.files, all.folders, false
	return t
}
