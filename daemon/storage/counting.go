package storage

import (
	"context"
	"time"

	"wangpan/wire"
)

// countedSoon is how long who removes a folder waits to hear what is in it: some
// ten thousand files are counted in that time.
const countedSoon = 50 * time.Millisecond

// counting is the count of a folder that has come into the trash. A large one
// takes seconds, for which nobody waits who only wants it gone; until then its
// bytes count among the files. Who takes it out of the trash waits for it, so
// that these bytes are nowhere twice and nowhere missing.
//
// It is in the bin from the rename on. The record on the disk says that the
// folder is uncounted: after a crash the next who reads the trash counts it.
type counting struct {
	known chan struct{} // closed when the bin and the ledger know
	over  chan struct{} // closed when the record knows, too
}

// begin notes that an item is to be counted.
func (b *bin) begin(id wire.ItemID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.counting == nil {
		b.counting = make(map[wire.ItemID]*counting)
	}
	b.counting[id] = &counting{make(chan struct{}), make(chan struct{})}
}

// end notes that an item is counted, or never will be.
func (b *bin) end(id wire.ItemID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.counting[id].over)
	delete(b.counting, id)
}

// countOf is the count of an item that is under way, or nil.
func (b *bin) countOf(id wire.ItemID) *counting {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counting[id]
}

// anyCount is a count of an item that is under way, or nil.
func (b *bin) anyCount() *counting {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.counting {
		return c
	}
	return nil
}

// settled waits until an item is counted.
func (b *bin) settled(ctx context.Context, id wire.ItemID) error {
	c := b.countOf(id)
	if c == nil {
		return nil
	}
	select {
	case <-c.over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// countRemoved has a folder counted that was taken out of the files, and returns
// what is known of it soon.
func (a *account) countRemoved(ctx context.Context, id wire.ItemID, t trashed) trashed {
	c := a.bin.countOf(id)
	if !a.disk.background(a, func() { a.countRemovedNow(a.disk.life, id, t, c) }) {
		a.bin.end(id) // the store is closed, and the next start counts
		return t
	}
	if a.disk.quick <= 0 {
		return t
	}
	soon := time.NewTimer(min(countedSoon, a.disk.quick))
	defer soon.Stop()
	select {
	case <-c.known:
	case <-soon.C:
	case <-ctx.Done():
	}
	if now, ok := a.bin.get(id); ok {
		return now
	}
	return t
}

func (a *account) countRemovedNow(ctx context.Context, id wire.ItemID, t trashed, c *counting) {
	defer a.bin.end(id)
	t = a.countItem(ctx, id, t)
	a.moveToTrash(id, t)
	close(c.known)
	if err := a.amendItem(id, t); err != nil {
		a.cannotRecord(id, err)
	}
}

// moveToTrash takes what is in a counted item from what the files take to what
// the trash takes.
func (a *account) moveToTrash(id wire.ItemID, t trashed) {
	a.renames.Lock()
	defer a.renames.Unlock()
	a.bin.mu.Lock()
	defer a.bin.mu.Unlock()
	a.bin.items[id] = t
	a.ledger.discard(t.all())
}

// lockCounted takes account.renames when no item is being counted: a count of the
// files would find its bytes no more, and the trash not have them yet.
func (a *account) lockCounted() {
	for {
		a.renames.Lock()
		c := a.bin.anyCount()
		if c == nil {
			return
		}
		a.renames.Unlock()
		<-c.over // soon after the end of the store, too
	}
}
