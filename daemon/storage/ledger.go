package storage

import (
	"sync"
	"time"

	"github.com/dustin/go-humanize"

	"wangpan/wire"
)

// ledger counts what one account takes. It outlives the account's open folders:
// a drive is looked through once after the start, and not at each login.
type ledger struct {
	mu    sync.Mutex
	limit int64 // bytes; 0: none

	used, files int64
	changes     uint64        // of used and files; also guarded by account.renames
	counted     time.Time     // when the last count began
	cost        time.Duration // how long it took
	counts      uint64        // how many there were
	counting    chan struct{} // closed when the count under way is over; nil when none is

	staged   map[wire.UploadID]int64 // sizes announced by uploads; nil until they were read
	reserved int64                   // their sum

	trash      int64 // bytes in the trash
	trashKnown bool  // it was read since the start
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

// reserve counts all of an upload at once, so that uploads side by side do not
// together become more than each alone was allowed. It refuses what the account
// has no room for; an upload of nothing always has.
func (l *ledger) reserve(id wire.UploadID, size int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	free := l.limit - l.used - l.reserved - l.trash + l.staged[id]
	if l.limit > 0 && size > 0 && size > free {
		need, room := sizes(size, max(free, 0))
		advice := "remove something and empty the trash"
		if l.trash > 0 {
			advice = "the trash holds " + humanize.Bytes(uint64(l.trash)) + ": empty it"
		}
		return wire.Errorf(wire.QuotaExceeded, "this needs %s and %s are free in your account; %s, or ask the administrator for more", need, room, advice).
			WithDetails(wire.Details{Unit: wire.UnitBytes, Needed: size, Available: max(free, 0), Limit: l.limit})
	}
	l.reserved += size - l.staged[id]
	l.staged[id] = size
	return nil
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
	l.reserved -= l.staged[id]
	delete(l.staged, id)
}

// commit turns an upload into a file that replaces one of so many bytes, or
// none when it is negative. The caller holds account.renames.
func (l *ledger) commit(id wire.UploadID, size, replaced int64) {
	files := int64(0)
	if replaced < 0 {
		files = 1
	}
	l.arrive(id, size-max(replaced, 0), files)
}

// arrive turns what was reserved under id into so many more bytes and files, in
// one step: whoever asks for room meanwhile finds it reserved or used. The
// caller holds account.renames.
func (l *ledger) arrive(id wire.UploadID, used, files int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(id)
	l.changes++
	l.used += used
	l.files += files
}

// move changes what the files take otherwise than by a commit: by so much, or
// less when negative. The caller holds account.renames.
func (l *ledger) move(used, files int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes++
	l.used += used
	l.files += files
}

// discard takes so much from what the files take to what the trash takes, in one
// step. The caller holds account.renames.
func (l *ledger) discard(used, files int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes++
	l.used -= used
	l.files -= files
	l.trash += used
}

// setTrash is what was read to be in the trash.
func (l *ledger) setTrash(size int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trash, l.trashKnown = size, true
}

func (l *ledger) addTrash(size int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trash += size
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
	return Usage{Used: max(l.used, 0), Staged: l.reserved, Trash: l.trash, Files: max(l.files, 0)}
}
