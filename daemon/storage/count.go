package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"wangpan/wire"
)

// People change files below drives/ by hand, and nobody tells the ledger. So a
// drive is counted again when somebody asks and before an upload is refused,
// but not sooner than it is worth: counting takes a hundredth of the time at
// most, and only what is quick is waited for by those who ask.
const (
	freshAtLeast = time.Second
	freshPerCost = 100
	quick        = 100 * time.Millisecond
)

// countTries is how often a count begins again because files came meanwhile;
// the last time they have to wait.
const countTries = 3

// maxDepth is how deep a count goes. Clients can make 64 folders in one another.
const maxDepth = 256

// Limit implements Drive.
func (d *drive) Limit(bytes int64) {
	d.ledger.mu.Lock()
	defer d.ledger.mu.Unlock()
	d.ledger.limit.bytes = bytes
}

// LimitEntries implements Drive.
func (d *drive) LimitEntries(entries int64) {
	d.ledger.mu.Lock()
	defer d.ledger.mu.Unlock()
	d.ledger.limit.entries = entries
}

// Usage implements Drive.
func (d *drive) Usage(ctx context.Context) (Usage, error) {
	if err := d.readStaged(); err != nil {
		return Usage{}, fmt.Errorf("usage: %w", err)
	}
	if err := d.knowTrash(ctx); err != nil {
		return Usage{}, fmt.Errorf("usage: %w", err)
	}
	since, cost := d.ledger.worth(time.Now())
	if cost > d.disk.quick {
		if _, old := d.countedBefore(since); old {
			d.count() // for the next time
		}
		since = time.Time{}
	}
	if err := d.counted(ctx, since); err != nil {
		return Usage{}, err
	}
	u := d.ledger.usage()
	var err error
	if u.Free, err = d.diskFree(); err != nil {
		return Usage{}, fmt.Errorf("usage: %w", err)
	}
	return u, nil
}

// reserve makes room for an upload or a request in the account, or refuses it.
// What it refuses was counted lately.
func (a *account) reserve(ctx context.Context, id wire.UploadID, need room) error {
	if err := a.readStaged(); err != nil {
		return fmt.Errorf("look through the uploads: %w", err)
	}
	a.ledger.mu.Lock()
	limited := a.ledger.limit.bytes > 0 && need.bytes > 0 || a.ledger.limit.entries > 0
	a.ledger.mu.Unlock()
	if limited {
		if err := a.counted(ctx, time.Time{}); err != nil {
			return err
		}
		if err := a.knowTrash(ctx); err != nil {
			return fmt.Errorf("look through the trash: %w", err)
		}
	}
	err := a.ledger.reserve(id, need)
	if err == nil {
		return nil
	}
	since, _ := a.ledger.worth(time.Now())
	if err := a.counted(ctx, since); err != nil {
		return err
	}
	return a.ledger.reserve(id, need)
}

// knowTrash reads what is in the trash unless the ledger knows it from before.
func (a *account) knowTrash(ctx context.Context) error {
	a.ledger.mu.Lock()
	known := a.ledger.trashKnown
	a.ledger.mu.Unlock()
	if known {
		return nil
	}
	return a.readTrash(ctx)
}

// readStaged reads the sizes that uploads announced, once. Only after it are
// uploads begun, so that none is missed.
func (a *account) readStaged() error {
	l := a.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.staged != nil {
		return nil
	}
	ids, err := a.uploadIDs()
	if err != nil {
		return err
	}
	l.staged = make(map[wire.UploadID]room)
	for _, id := range ids {
		if r, err := a.readRecord(id); err == nil { // else it is rubbish that will be swept
			l.staged[id] = uploadRoom(r.Size)
			l.reserved = l.reserved.plus(l.staged[id])
		}
	}
	return nil
}

// countedBefore tells whether the last count began before t. now is closed when
// the one under way, if any, is over.
func (a *account) countedBefore(t time.Time) (now <-chan struct{}, before bool) {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	return a.ledger.counting, a.ledger.counted.IsZero() || a.ledger.counted.Before(t)
}

// counted waits until the files were counted since t, and at all.
func (a *account) counted(ctx context.Context, t time.Time) error {
	for {
		now, before := a.countedBefore(t)
		if !before {
			return nil
		}
		if now == nil {
			if now = a.count(); now == nil {
				return errClosed()
			}
		}
		select {
		case <-now:
		case <-ctx.Done():
			return ctx.Err()
		case <-a.disk.life.Done():
			return errClosed()
		}
	}
}

// count begins to count the files, unless somebody does already, in a goroutine
// that Disk.Close waits for. It is nil when the store is closed.
func (a *account) count() <-chan struct{} {
	l := a.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counting != nil {
		return l.counting
	}
	over := make(chan struct{})
	if !a.disk.background(a, func() { a.countNow(over) }) {
		return nil
	}
	l.counting = over
	return over
}

// background runs something on an account that stays open for it. It is false
// when the store is closed.
func (d *Disk) background(a *account, do func()) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	a.uses++
	d.tasks.Go(func() {
		defer a.release() //nolint:errcheck // folders that were only read
		do()
	})
	return true
}

// beside does what may take long in the background, where only the end of the
// store stops it, and waits for it as long as ctx lasts. So neither a client
// that leaves cuts it short, nor has a daemon that goes down to wait for it.
func (a *account) beside(ctx context.Context, do func(life context.Context)) error {
	over := make(chan struct{})
	if !a.disk.background(a, func() {
		defer close(over)
		do(a.disk.life)
	}) {
		return errClosed()
	}
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// countNow counts and closes over. A commit that comes meanwhile may have been
// seen or not: then it begins again, the last time with commits kept waiting, if
// that is quick. A large drive that changes all the while is not counted anew: what
// was known is kept up to date, and only what hands have done is found later.
func (a *account) countNow(over chan struct{}) {
	l := a.ledger
	_, never := a.countedBefore(time.Time{})
	for try := 1; try <= countTries; try++ {
		began := time.Now()
		if a.countOnce(began, try == countTries) {
			break
		}
		took := time.Since(began)
		if try == countTries-1 && took > a.disk.quick && !never {
			l.mu.Lock()
			l.counted, l.cost = began, took
			l.mu.Unlock()
			break
		}
	}
	l.mu.Lock()
	l.counting = nil
	l.mu.Unlock()
	close(over)
}

// countOnce counts, with commits kept waiting if alone. It is false when
// something has changed meanwhile.
func (a *account) countOnce(began time.Time, alone bool) bool {
	l := a.ledger
	a.lockCounted()
	defer a.renames.Unlock()
	before := l.changes
	if !alone {
		a.renames.Unlock()
	}
	all, err := a.countFolder(a.disk.life, a.files, 0)
	if !alone {
		a.renames.Lock()
	}
	if before != l.changes {
		return false
	}
	if err == nil {
		l.mu.Lock()
		l.used, l.counted, l.cost = all, began, time.Since(began)
		l.counts++
		l.mu.Unlock()
	}
	return true
}

// sum is what is below a folder.
type sum struct{ bytes, files, folders int64 }

func (s sum) room() room { return room{s.bytes, s.files + s.folders} }

func (s sum) negative() sum { return sum{-s.bytes, -s.files, -s.folders} }

func (s *sum) add(other sum) {
	s.bytes += other.bytes
	s.files += other.files
	s.folders += other.folders
}

// countFolder adds up the regular files below a folder, also those that can not
// be listed. What can not be looked at is logged and not counted. The only error
// is the end of ctx.
func (a *account) countFolder(ctx context.Context, folder *os.Root, depth int) (all sum, err error) {
	f, err := folder.Open(".")
	if err != nil {
		a.uncounted(err)
		return sum{}, nil
	}
	defer f.Close()
	for {
		if err := pace(ctx); err != nil {
			return sum{}, err
		}
		batch, err := f.ReadDir(readBatch)
		for _, entry := range batch {
			one, err := a.countEntry(ctx, folder, entry, depth)
			if err != nil {
				return sum{}, err
			}
			all.add(one)
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				a.uncounted(err)
			}
			return all, nil
		}
	}
}

func (a *account) countEntry(ctx context.Context, folder *os.Root, entry os.DirEntry, depth int) (sum, error) {
	switch {
	case entry.Type().IsRegular():
		info, err := folder.Lstat(entry.Name())
		if err != nil || !info.Mode().IsRegular() {
			return sum{}, nil // removed or replaced just now
		}
		return sum{bytes: info.Size(), files: 1}, nil
	case entry.IsDir() && depth < maxDepth:
		below, err := enter(folder, entry.Name())
		if err != nil {
			if !isMissing(err) {
				a.uncounted(err)
			}
			return sum{}, nil
		}
		defer below.Close()
		all, err := a.countFolder(ctx, below, depth+1)
		all.folders++
		return all, err
	}
	return sum{}, nil
}

func (a *account) uncounted(err error) {
	a.disk.log.Warn("a folder can not be looked through and is not counted", "drive", a.folder, "error", err)
}

func errClosed() error {
	return wire.Errorf(wire.Unavailable, "the server is going down: try again later")
}
