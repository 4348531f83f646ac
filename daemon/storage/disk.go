package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wangpan/daemon/clock"
	"wangpan/wire"
)

// Bounds of what is remembered between requests.
const (
	maxNames  = 256 << 10 // names of folders listed last, about 30 MiB
	maxFacts  = 256 << 10 // block digests of files read last, 8 MiB
	maxWarm   = 128 << 10 // blocks of uploads that wait to go on, about 13 MiB
	maxLogged = 4096      // folders of which the log has named what is not listed
)

// hasherCost is what a hasher counts in maxWarm, as it takes about 20 KiB.
const hasherCost = 200

// flushEvery is how many bytes of an upload arrive between two flushes. While
// one goes on the next may arrive, so twice as much may have to be read again
// after a crash.
const flushEvery = 64 << 20

// Disk is the Store on the local disk.
type Disk struct {
	log             *slog.Logger
	dir             string // on the host
	drives, uploads *os.Root
	trash           *os.Root
	flushEvery      int64
	searchTurn      time.Duration
	quick           time.Duration
	reserve         int64 // bytes of the disk that files do not take
	clock           atomic.Pointer[clock.Guard]
	damaged         atomic.Int64 // how often a file was not what its digest says

	names  *cache[place, *names]        // sorted names of folders
	facts  *cache[wire.Version, *facts] // what reading a file has told
	warm   *cache[uploadKey, *pieces]   // what is there of uploads that wait to go on
	logged *cache[place, struct{}]      // folders whose unlisted names are in the log

	mu       sync.Mutex
	closed   bool
	accounts map[string]*account // those in use
	ledgers  map[string]*ledger  // all since the start, by folder

	watches *watches

	life context.Context // ends when the store is closed
	end  context.CancelFunc

	sweeper sync.WaitGroup
	tasks   sync.WaitGroup // what goes on beside requests, see background
}

// place is a path in an account's folder.
type place struct {
	folder string
	path   wire.Path
}

type uploadKey struct {
	folder string
	id     wire.UploadID
}

var _ Store = (*Disk)(nil)

// Open opens the store in the host's folder dir, which is made when missing and
// from now on belongs to this process alone. What a crash left is cleared away.
func Open(dir string, log *slog.Logger) (*Disk, error) {
	d, err := open(dir, log)
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	d.watches = newWatches(d)
	d.sweep(time.Time{}, true) // nothing expires before UseClock can be called
	d.sweeper.Go(d.sweepHourly)
	return d, nil
}

// KeepFree leaves so many bytes of the disk to what is small and must not fail:
// the account book, the sessions, the records of the trash. It is called before
// the store is used.
func (d *Disk) KeepFree(bytes int64) { d.reserve = max(bytes, 0) }

// UseClock makes uploads and the trash expire by g. It is called before the store
// is used; without it the system clock is trusted.
func (d *Disk) UseClock(g *clock.Guard) { d.clock.Store(g) }

// now is the time of new records.
func (d *Disk) now() time.Time { return d.clock.Load().Now() }

func open(dir string, log *slog.Logger) (_ *Disk, err error) {
	// The working directory may change; nobody should have to think of that.
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder is of use with x only
		return nil, err
	}
	top, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer top.Close()
	d := &Disk{
		log:        log,
		dir:        dir,
		flushEvery: flushEvery,
		searchTurn: searchTurn,
		quick:      quick,
		names:      newCache[place, *names](maxNames),
		facts:      newCache[wire.Version, *facts](maxFacts),
		warm:       newCache[uploadKey, *pieces](maxWarm),
		logged:     newCache[place, struct{}](maxLogged),
		accounts:   make(map[string]*account),
		ledgers:    make(map[string]*ledger),
	}
	d.clock.Store(clock.New(clock.System()))
	d.life, d.end = context.WithCancel(context.Background())
	if d.drives, err = makeFolder(top, "drives"); err != nil {
		return nil, err
	}
	if d.uploads, err = makeFolder(top, "uploads"); err != nil {
		return nil, errors.Join(err, d.drives.Close())
	}
	if d.trash, err = makeFolder(top, "trash"); err != nil {
		return nil, errors.Join(err, d.drives.Close(), d.uploads.Close())
	}
	return d, nil
}

// Drive implements Store.
func (d *Disk) Drive(folder string) (Drive, error) {
	name, err := wire.ParseName(folder)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(folder, ".") {
		return nil, wire.Errorf(wire.Invalid, "a drive's folder does not begin with a dot")
	}
	if err := checkHostName(name); err != nil {
		return nil, err
	}
	a, err := d.acquire(folder, makeFolder)
	if err != nil {
		return nil, err
	}
	if _, never := a.countedBefore(time.Time{}); never {
		a.count() // beside what the drive was opened for
	}
	return &drive{account: a}, nil
}

// Close stops the sweeper and what goes on beside requests, waits for them, and
// opens no more drives.
func (d *Disk) Close() error {
	d.mu.Lock()
	closed := d.closed
	d.closed = true
	d.mu.Unlock()
	if closed {
		return nil
	}
	d.end()
	d.sweeper.Wait()
	d.tasks.Wait()
	return errors.Join(d.watches.close(), d.drives.Close(), d.uploads.Close(), d.trash.Close())
}

// acquire opens an account's folders or shares those already open; each
// acquire is paid back with a release.
// The folders are opened by enter, or by makeFolder if they are to be made.
func (d *Disk) acquire(folder string, open func(*os.Root, string) (*os.Root, error)) (*account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, errClosed()
	}
	if a := d.accounts[folder]; a != nil {
		a.uses++
		return a, nil
	}
	a := &account{
		disk: d, folder: folder, ledger: d.ledgerOf(folder), uses: 1,
		open: make(map[wire.UploadID]*opened), looks: make(map[*look]struct{}),
	}
	var err error
	if a.files, err = open(d.drives, folder); err != nil {
		return nil, fmt.Errorf("open the drive %s: %w", folder, err)
	}
	if a.staged, err = open(d.uploads, folder); err != nil {
		return nil, fmt.Errorf("open the uploads of %s: %w", folder, errors.Join(err, a.files.Close()))
	}
	// It is made in any case: drives that are older than the trash have none.
	if a.trash, err = makeFolder(d.trash, folder); err != nil {
		return nil, fmt.Errorf("open the trash of %s: %w", folder, errors.Join(err, a.files.Close(), a.staged.Close()))
	}
	d.accounts[folder] = a
	return a, nil
}

// makeFolder opens a folder that is made, 0700, when it is missing. A link in
// its place is refused, so that one account's folder never leads to another's.
func makeFolder(parent *os.Root, name string) (*os.Root, error) {
	switch err := parent.Mkdir(name, 0o700); {
	case err == nil:
		if err := parent.Chmod(name, 0o700); err != nil { // the umask may have taken some
			return nil, err
		}
		if err := syncRoot(parent); err != nil {
			return nil, err
		}
	case !errors.Is(err, fs.ErrExist):
		return nil, err
	}
	return enter(parent, name)
}
