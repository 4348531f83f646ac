package daemon

import (
	"context"
	"maps"
	"sync"
	"time"
)

// sightings are what the account book is still to be told of: who logged in,
// and who changed what they take. Many of one account become one.
type sightings struct {
	wake chan struct{} // capacity 1: there are some

	mu     sync.Mutex
	logins map[string]time.Time // by account; the zero time where nobody logged in
}

const (
	// tellAfter is how long sightings gather. The book writes them once a minute.
	tellAfter = time.Second
	// tellLastFor is how long a daemon that goes down takes for the last ones,
	// since it may have to count.
	tellLastFor = 2 * time.Second
)

func newSightings() *sightings {
	return &sightings{wake: make(chan struct{}, 1), logins: map[string]time.Time{}}
}

// note notes that an account takes something else now or, unless login is the
// zero time, that its owner logged in.
func (s *sightings) note(account string, login time.Time) {
	s.mu.Lock()
	if was, ok := s.logins[account]; !ok || login.After(was) {
		s.logins[account] = login
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// take returns what there is and begins anew.
func (s *sightings) take() map[string]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := maps.Clone(s.logins)
	clear(s.logins)
	return taken
}

// tellAccounts tells the account book of sightings until the daemon goes down.
func (d *Daemon) tellAccounts() {
	for {
		select {
		case <-d.ctx.Done():
			return
		case <-d.sightings.wake:
		}
		select {
		case <-d.ctx.Done(): // tellLast tells them
			return
		case <-time.After(tellAfter):
		}
		d.tell(d.ctx)
	}
}

// tellLast tells what came before all connections had ended.
func (d *Daemon) tellLast() {
	ctx, cancel := context.WithTimeout(context.Background(), tellLastFor)
	defer cancel()
	d.tell(ctx)
}

// tell tells all that there is. What can not be told when ctx ends is kept.
func (d *Daemon) tell(ctx context.Context) {
	for account, login := range d.sightings.take() {
		err := d.tellOf(ctx, account, login)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			d.sightings.note(account, login)
		default:
			d.log.Debug("the account book is not told what an account takes", "account", account, "error", err)
		}
	}
}

func (d *Daemon) tellOf(ctx context.Context, account string, login time.Time) error {
	folder, err := d.config.Accounts.Folder(account)
	if err != nil {
		return err // disabled or removed since
	}
	drive, err := d.store.Drive(folder)
	if err != nil {
		return err
	}
	defer drive.Close()
	taken, err := drive.Usage(ctx)
	if err != nil {
		return err
	}
	// All that counts against the quota, so that the book's reader can compare.
	d.config.Accounts.Seen(account, taken.Used+taken.Staged+taken.Trash, taken.Files, taken.Entries, login)
	return nil
}
