package accounts

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"time"
)

// Register makes an account, when the book is open for registrations, and returns its canonical
// name. When it returns without an error the account is on the disk. Of several registrations of one
// name at once, in any case or normalisation, exactly one succeeds; the others get ErrTaken.
func (b *Book) Register(ctx context.Context, name, password string) (account string, err error) {
	return b.RegisterInvited(ctx, name, password, "")
}

// RegisterInvited is Register with an invitation code, which books with RegistrationInvited want.
func (b *Book) RegisterInvited(ctx context.Context, name, password, code string) (account string, err error) {
	switch b.o.Registration {
	case RegistrationOpen:
	case RegistrationInvited:
		// Hashes have one length: the comparison tells nothing about the code's.
		given, want := sha256.Sum256([]byte(code)), sha256.Sum256([]byte(b.o.InvitationCode))
		if b.o.InvitationCode == "" || subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
			return "", errInvitation
		}
	default:
		return "", errNotOpen
	}
	return b.add(ctx, name, password, b.o.Occupied)
}

// Add is Register for the administrator: it works whatever Options.Registration says, and a folder
// of that name which no account ever had becomes the new account's with what is in it.
func (b *Book) Add(ctx context.Context, name, password string) (account string, err error) {
	return b.add(ctx, name, password, func(string) bool { return false })
}

func (b *Book) add(ctx context.Context, name, password string, occupied func(folder string) bool) (account string, err error) {
	canonical, err := canonicalName(name)
	if err != nil {
		return "", err
	}
	prepared, err := preparePassword(password)
	if err != nil {
		return "", err
	}
	b.mu.RLock()
	err = b.roster.room(canonical)
	b.mu.RUnlock()
	if err != nil {
		return "", err // before a hash is spent on it
	}
	hash, err := b.hasher.hash(ctx, prepared)
	if err != nil {
		return "", fmt.Errorf("register: %w", err)
	}
	b.change.Lock()
	defer b.change.Unlock()
	if err := b.roster.room(canonical); err != nil {
		return "", err
	}
	folder := folderFor(canonical, func(folder string) bool {
		return b.roster.folderTaken(nameKey(folder)) || occupied(folder)
	})
	if folder != canonical && !b.roster.folderTaken(nameKey(canonical)) {
		b.log.Warn("a new account does not get the folder of its name, which holds files of nobody: "+
			"to give it to somebody, type its name into Folder", "user", canonical, "folder", folder)
	}
	if err := b.record(op{Kind: opRegister, Folder: folder, Name: canonical, Hash: hash}); err != nil {
		return "", err
	}
	return canonical, nil
}

// room tells why there is none for a new account of this name.
func (r *roster) room(name string) error {
	switch {
	case r.nameTaken(name):
		return errTaken
	case r.size() >= maxAccounts:
		return errFull
	}
	return nil
}

// record puts operations into the journal and, once they are on the disk, into the index. The caller
// holds change.
func (b *Book) record(ops ...op) error {
	if b.closed {
		return errClosed
	}
	now := b.o.now().UTC().Truncate(time.Second) // as exact as the workbook
	for i := range ops {
		ops[i].At = now
	}
	if err := b.journal.append(ops...); err != nil {
		b.log.Error("accounts can not be changed", "error", err)
		return errJournal
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range ops {
		b.roster.apply(o)
	}
	return nil
}

// alter records one change of an existing account. The function gets the account as it is.
func (b *Book) alter(account string, change func(*entry) (op, error)) error {
	b.change.Lock()
	defer b.change.Unlock()
	e := b.roster.named(account)
	if e == nil || e.folder == "" {
		return errGone
	}
	o, err := change(e)
	if err != nil {
		return err
	}
	o.Folder = e.folder
	return b.record(o)
}
