package storage

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	"wangpan/wire"
)

// SetFlushEvery makes flushes so frequent that small files meet them.
func (d *Disk) SetFlushEvery(n int64) { d.flushEvery = n }

// SetSearchTurn makes turns of a search so short that small folders meet their ends.
func (d *Disk) SetSearchTurn(turn time.Duration) { d.searchTurn = turn }

// Sweep is what the sweeper does every hour.
func (d *Disk) Sweep(now time.Time) { d.sweep(now, false) }

// Expire is what the sweeper does, with the time of the store's clock.
func (d *Disk) Expire() (more bool) { return d.expire() }

// MaxExpired is how many items of an account expire at once.
const MaxExpired = maxExpired

// SweepTrash is what the sweeper does with the trash every hour.
func (d *Disk) SweepTrash(now time.Time) { d.sweepTrash(now) }

// Deafen lets the system tell nothing any more of what changes on the disk.
func (d *Disk) Deafen() error {
	if d.watches.notify == nil {
		return nil
	}
	return d.watches.notify.Close()
}

// AgeCounts makes every count of files so old that the next question for it
// counts again.
func (d *Disk) AgeCounts() {
	for _, l := range d.allLedgers() {
		l.mu.Lock()
		l.counted = l.counted.Add(-time.Hour)
		l.mu.Unlock()
	}
}

// WaitForTasks returns when all that goes on beside requests is over.
func (d *Disk) WaitForTasks() { d.tasks.Wait() }

// Counting tells whether a count is under way.
func (d *Disk) Counting() bool { return len(d.counts()) > 0 }

// WaitForCounts returns when the counts that are under way are over.
func (d *Disk) WaitForCounts() {
	for _, over := range d.counts() {
		<-over
	}
}

func (d *Disk) counts() (all []chan struct{}) {
	for _, l := range d.allLedgers() {
		l.mu.Lock()
		if l.counting != nil {
			all = append(all, l.counting)
		}
		l.mu.Unlock()
	}
	return all
}

func (d *Disk) allLedgers() []*ledger {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Values(d.ledgers))
}

// RemoveLevels is how many folders in one another a removal has open at once.
const RemoveLevels = removeLevels

// MaxUploads is how many staged uploads an account may have.
const MaxUploads = maxUploads

func FuzzRecord(f *testing.F) {
	for _, seed := range []string{
		`{"path":"/a/b","size":3,"mtime":"2026-03-02T09:14:05.123456789Z","begun":"2026-03-02T09:14:06Z"}`,
		`{"path":"/../b","size":3,"mtime":"2026-03-02T09:14:05Z"}`,
		`{"path":"/","size":3}`, `{"path":"/a","size":-3}`, `{"path":"/a","size":1e30}`, `{`, ``, "\x00\x00", `null`, `[]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := decodeRecord(text)
		if err != nil {
			if !isNoUpload(err) {
				t.Fatalf("%v does not mean that there is no upload", err)
			}
			return
		}
		if _, err := wire.ParsePath(string(r.Path)); err != nil || r.Path == wire.Root || r.Size < 0 || r.Size > wire.MaxSize {
			t.Fatalf("%+v was let through: %v", r, err)
		}
		again, err := r.encode()
		if err != nil || len(again) > maxRecord {
			t.Fatalf("%+v can not be written as it was read: %d bytes, %v", r, len(again), err)
		}
		if back, err := decodeRecord(again); err != nil || back.Path != r.Path || back.Size != r.Size || !back.ModTime.Equal(r.ModTime) {
			t.Fatalf("%+v was written and read as %+v (%v)", r, back, err)
		}
	})
}

func FuzzAttribute(f *testing.F) {
	info, err := testFile(f)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(formatAttribute(wire.Digest{1}, info))
	f.Add([]byte("  "))
	f.Add(bytes.Repeat([]byte("0"), 64))
	f.Fuzz(func(t *testing.T, value []byte) {
		d, ok := parseAttribute(value, info)
		if ok != bytes.EqualFold(value, formatAttribute(d, info)) {
			t.Fatalf("%q is taken for %s: %v", value, d, ok)
		}
	})
}

// countsBefore is how many counts there were.
func (l *ledger) countsBefore() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts
}
