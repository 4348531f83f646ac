package storage

import (
	"sync"
	"time"

	"github.com/dustin/go-humanize"

	"wangpan/wire"
)

// room is what files, the trash and staged uploads take, or what a request needs.
type room struct {
	bytes   int64
	entries int64 // files, folders, items of the trash and their contents, staged uploads
}

func (r room) plus(other room) room { return room{r.bytes + other.bytes, r.entries + other.entries} }

func (r room) minus(other room) room { return room{r.bytes - other.bytes, r.entries - other.entries} }

// ledger counts what one account takes. It outlives the account's open folders:
// a drive is looked through once after the start, and not at each login.
type ledger struct {
	mu    sync.Mutex
	limit room // 0: none

	used     sum           // the files and folders of the drive
	changes  uint64        // of used; also guarded by account.renames
	counted  time.Time     // when the last count began
	cost     time.Duration // how long it took
	counts   uint64        // how many there were
	counting chan struct{} // closed when the count under way is over; nil when none is

	staged   map[wire.UploadID]room // of uploads, and of requests at work; nil until the uploads were read
	reserved room                   // the sum of staged

	trash      room
	trashKnown bool // it was read since the start
}

// ledgerOf returns the one of a folder. The caller holds d.mu.
func (d *Disk) ledgerOf(folder string) *ledger {
	l := d.ledgers[folder]
	if l == nil {
		l = new(ledger)
		d.ledgers[folder] = l
	}
	return l
}

// reserve counts all that an upload or a request needs, so that several side by
// side do not together become more than each alone was allowed. It refuses what
// the account has no room for. What the upload has reserved before is not counted
// twice; an upload of nothing needs no bytes.
func (l *ledger) reserve(id wire.UploadID, need room) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.staged[id]
	free := l.limit.minus(l.total()).plus(before)
	switch {
	case l.limit.bytes > 0 && need.bytes > 0 && need.bytes > free.bytes:
		return l.errBytes(need.bytes, max(free.bytes, 0))
	case l.limit.entries > 0 && need.entries > before.entries && need.entries > free.entries:
		return l.errEntries(need.entries, max(free.entries, 0))
	}
	l.reserved = l.reserved.plus(need).minus(before)
	l.staged[id] = need
	return nil
}

// total is what the account takes. The caller holds l.mu.
func (l *ledger) total() room { return l.used.room().plus(l.reserved).plus(l.trash) }

func (l *ledger) errBytes(needed, free int64) error {
	need, available := sizes(needed, free)
	advice := "remove something and empty the trash"
	if l.trash.bytes > 0 {
		advice = "the trash holds " + humanize.Bytes(uint64(l.trash.bytes)) + ": empty it"
	}
	return wire.Errorf(wire.QuotaExceeded, "this needs %s and %s are free in your account; %s, or ask the administrator for more", need, available, advice).
		WithDetails(wire.Details{Unit: wire.UnitBytes, Needed: needed, Available: free, Limit: l.limit.bytes})
}

func (l *ledger) errEntries(needed, free int64) error {
	advice := "remove some and empty the trash"
	if l.trash.entries > 0 {
		advice = "the trash holds " + humanize.Comma(l.trash.entries) + ": empty it, or remove more"
	}
	return wire.Errorf(wire.QuotaExceeded, "your account may have %s files and folders, the trash included, and this needs %s more where %s are free; %s",
		humanize.Comma(l.limit.entries), humanize.Comma(needed), humanize.Comma(free), advice).
		WithDetails(wire.Details{Unit: wire.UnitEntries, Needed: needed, Available: free, Limit: l.limit.entries})
}

// sizes writes two sizes for people, exactly when they would look the same.
func sizes(a, b int64) (string, string) {
	first, second := humanize.Bytes(uint64(a)), humanize.Bytes(uint64(b)) //nolint:gosec // neither is negative
	if first == second && a != b {
		return humanize.Comma(a) + " bytes", humanize.Comma(b) + " bytes"
	}
	return first, second
}

// release counts an upload no more.
func (l *ledger) release(id wire.UploadID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(id)
}

// forget takes an upload out. The caller holds l.mu.
func (l *ledger) forget(id wire.UploadID) {
	l.reserved = l.reserved.minus(l.staged[id])
	delete(l.staged, id)
}

// commit turns an upload into a file that replaces one of so many bytes, or
// none when it is negative. The caller holds account.renames.
func (l *ledger) commit(id wire.UploadID, size, replaced int64) {
	files := int64(0)
	if replaced < 0 {
		files = 1
	}
	l.arrive(id, sum{bytes: size - max(replaced, 0), files: files})
}

// arrive turns what was reserved under id into what has come into the drive, in
// one step: whoever asks for room meanwhile finds it reserved or used. The
// caller holds account.renames.
func (l *ledger) arrive(id wire.UploadID, came sum) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(id)
	l.changes++
	l.used.add(came)
}

// arrivePart is arrive for a part of what was reserved under id.
func (l *ledger) arrivePart(id wire.UploadID, came sum) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.staged[id] = l.staged[id].minus(came.room())
	l.reserved = l.reserved.minus(came.room())
	l.changes++
	l.used.add(came)
}

// move changes what the files take otherwise than by a commit: by so much, or
// less when negative. The caller holds account.renames.
func (l *ledger) move(by sum) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes++
	l.used.add(by)
}

// discard takes so much from what the files take to what the trash takes, in one
// step. The caller holds account.renames.
func (l *ledger) discard(went sum) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes++
	l.used.add(went.negative())
	l.trash = l.trash.plus(went.room())
}

// setTrash is what was read to be in the trash.
func (l *ledger) setTrash(all room) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trash, l.trashKnown = all, true
}

func (l *ledger) addTrash(item room) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trash = l.trash.plus(item)
}

// worth returns since when the files should have been counted for somebody who
// asks now, and how long counting them takes.
func (l *ledger) worth(now time.Time) (since time.Time, cost time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Add(-max(freshAtLeast, freshPerCost*l.cost)), l.cost
}

// usage is what the account takes as far as it was counted.
func (l *ledger) usage() Usage {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Usage{
		Used: max(l.used.bytes, 0), Staged: l.reserved.bytes, Trash: l.trash.bytes, Files: max(l.used.files, 0),
		Entries: max(l.total().entries, 0),
	}
}
