package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Registration says who may make an account.
type Registration int

const (
	RegistrationOpen    Registration = iota // anybody
	RegistrationInvited                     // who knows Options.InvitationCode
	RegistrationClosed                      // nobody; the administrator adds accounts
)

// Options of a Book. The zero value works.
type Options struct {
	Log          *slog.Logger // nil: nothing is logged
	DefaultQuota int64        // bytes, for accounts whose Quota is blank; 0 is no limit
	// DefaultEntries is the entry limit of accounts whose Entry limit is blank; 0 is no limit. Entries are
	// files, folders, items of the trash with their contents, and staged uploads.
	DefaultEntries int64
	Registration   Registration
	// InvitationCode is what RegisterInvited wants when Registration is RegistrationInvited. A blank
	// one invites nobody.
	InvitationCode string
	// Occupied reports whether a folder under drives/ holds something. Who
	// registers never gets such a folder, although no account has it: it may be
	// what somebody left whose row is lost. Nil: none is.
	Occupied func(folder string) bool

	look time.Duration    // how often the workbook is looked at; half a second
	now  func() time.Time // time.Now
}

func (o Options) complete() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Occupied == nil {
		o.Occupied = func(string) bool { return false }
	}
	if o.look == 0 {
		o.look = 500 * time.Millisecond
	}
	if o.now == nil {
		o.now = time.Now
	}
	return o
}

// Book is an open account book. Its methods may be called from any goroutine.
type Book struct {
	path   string // of the workbook, links resolved
	o      Options
	log    *slog.Logger
	lock   *flock.Flock
	hasher *hasher
	ended  *endings

	// change is held by whoever changes accounts, from the look at the index to the end of the
	// journal's fsync, so that of two registrations of one name one sees the other. Logins do not
	// need it. It guards journal and closed.
	change  sync.Mutex
	journal *journal
	closed  bool

	// mu guards the index and is held for moments only. Changing it needs change as well.
	mu     sync.RWMutex
	roster *roster
	facts  bool // Used, Files or Last login changed since the last save

	file workbookFile // of the owner goroutine alone

	again chan struct{} // capacity 1: Reload was called
	stop  func()
	done  chan struct{}
}

// Open opens the book at path, the workbook's, and starts the goroutine that owns it. It creates an
// empty workbook when there is nothing of a book at all; a workbook that is missing or damaged while
// its journal or backups are there is an error that says what to do. The caller calls Close.
func Open(path string, o Options) (*Book, error) {
	o = o.complete()
	path, err := resolve(path)
	if err != nil {
		return nil, fmt.Errorf("open accounts: %w", err)
	}
	lock, err := lockBook(path)
	if err != nil {
		return nil, err
	}
	b := &Book{path: path, o: o, log: o.Log, lock: lock, hasher: newHasher(), again: make(chan struct{}, 1), done: make(chan struct{})}
	if err := b.start(); err != nil {
		if b.journal != nil {
			_ = b.journal.close()
		}
		_ = lock.Close()
		return nil, fmt.Errorf("open accounts: %w", err)
	}
	b.ended = newEndings()
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	go b.own(ctx)
	return b, nil
}

// start reads workbook and journal, or makes them.
func (b *Book) start() error {
	for _, dir := range []string{filepath.Dir(b.path), backupFolder(b.path)} {
		if err := clearTemporary(dir); err != nil {
			return err
		}
	}
	if err := b.create(); err != nil {
		return err
	}
	data, info, err := readRegular(b.path, maxPacked)
	if err != nil {
		return b.refuse(fmt.Errorf("accounts.xlsx can not be read: %w", err))
	}
	c, err := loadWithin(b.limits(), data, nil)
	if err != nil {
		return b.refuse(fmt.Errorf("accounts.xlsx is damaged: %w", err))
	}
	book := c.seal.book
	if book == "" {
		book = newBookID()
	}
	if b.journal, err = openJournal(journalPath(b.path), book, c.seal.sequence, b.log); err != nil {
		return b.refuse(err)
	}
	joined, err := b.join(c, false)
	if err != nil {
		return err
	}
	if joined.old {
		return b.refuse(errOld)
	}
	if err := b.edited(c); err != nil {
		return b.refuse(err)
	}
	b.arrive(c.roster)
	b.roster = c.roster
	b.file.read(data, info, c)
	return nil
}

// joined says how a workbook and the journal came together.
type joined struct {
	repeated int  // operations that the workbook did not contain
	old      bool // the journal has forgotten some of these
}

// join repeats over the rows of a workbook what it has not seen of the journal. The caller holds
// change, or is alone.
func (b *Book) join(c *contents, running bool) (joined, error) {
	from, known := b.journal.seenBy(c.seal, running)
	if !known {
		b.log.Warn("accounts.xlsx was not saved by this drive; what the journal knows is added to it")
	}
	if from > b.journal.last() {
		b.journal.head.Base, b.journal.ops = from, nil
		if err := b.journal.rewrite(); err != nil {
			return joined{}, err
		}
	}
	missing := b.journal.after(from)
	for _, o := range missing {
		c.roster.apply(o)
	}
	return joined{len(missing), from < b.journal.head.Base}, nil
}

// arrive completes the accounts that were typed into the workbook.
func (b *Book) arrive(r *roster) {
	now := b.o.now().UTC().Truncate(time.Second)
	for _, e := range r.byFolder {
		if e.registered.IsZero() {
			e.registered = now
		}
	}
}

var errOld = errors.New("accounts.xlsx is an old copy, and the journal does not reach back to it: accounts may be missing")

// Close folds what is waiting into the workbook, stops the owner goroutine and releases the files.
// What can not be folded, because an editor has the workbook open, stays in the journal: that is no
// error.
func (b *Book) Close() error {
	b.change.Lock()
	if b.closed {
		b.change.Unlock()
		return nil
	}
	b.closed = true
	b.change.Unlock()
	b.stop()
	<-b.done
	err := b.fold(true)
	if errors.Is(err, errHeld) {
		b.log.Warn("accounts.xlsx was not saved; the journal keeps what is missing in it", "reason", err)
		err = nil
	}
	b.ended.close()
	return errors.Join(err, b.journal.close(), b.lock.Close())
}

// resolve follows links, so that a save replaces the file and not the link to it, and two ways to one
// book meet at one lock.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if there, err := exists(path); err != nil {
		return "", err
	} else if there {
		return filepath.EvalSymlinks(path)
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}
