package accounts

import (
	"context"
	"fmt"
	"time"
)

// Authenticate compares a password and returns the account's canonical name. An unknown name and a
// wrong password get the same ErrCredentials after the same work. ErrGone, which says that the account
// is disabled, is returned only for the right password. Authenticate honours ctx while it waits for its turn.
func (b *Book) Authenticate(ctx context.Context, name, password string) (account string, err error) {
	account, _, err = b.verify(ctx, name, password)
	return account, err
}

// verify is Authenticate; it returns also the hash that the password matched.
func (b *Book) verify(ctx context.Context, name, password string) (account, stored string, err error) {
	canonical, badName := canonicalName(name)
	prepared, badPassword := preparePassword(password)
	b.mu.RLock()
	if e := b.roster.named(canonical); badName == nil && badPassword == nil && e != nil {
		stored, account = e.hash, e.name
	}
	b.mu.RUnlock()
	if badPassword != nil {
		prepared = "not a password" // costs the same, and matches no dummy
	}
	ok, err := b.hasher.verify(ctx, stored, prepared)
	if err != nil {
		return "", "", fmt.Errorf("authenticate: %w", err)
	}
	if !ok {
		return "", "", errCredentials
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := b.roster.named(account)
	if e == nil || e.hash != stored { // removed, or given another password, while the hash was computed
		return "", "", errCredentials
	}
	if err := e.refusal(); err != nil {
		return "", "", err
	}
	return account, stored, nil
}

// ChangePassword replaces the password of an account whose owner knows the former one.
func (b *Book) ChangePassword(ctx context.Context, account, former, password string) error {
	prepared, err := preparePassword(password)
	if err != nil {
		return err
	}
	_, stored, err := b.verify(ctx, account, former)
	if err != nil {
		return err
	}
	hash, err := b.hasher.hash(ctx, prepared)
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	return b.alter(account, func(e *entry) (op, error) {
		if e.hash != stored || !e.usable() {
			return op{}, errCredentials // the administrator was quicker
		}
		return op{Kind: opPassword, Hash: hash}, nil
	})
}

// Folder returns the account's folder under drives/, or an ErrGone that says why the account cannot be used.
func (b *Book) Folder(account string) (string, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := b.roster.named(account)
	if err := e.refusal(); err != nil {
		return "", err
	}
	return e.folder, nil
}

// Quota returns how many bytes the account may store; 0 is no limit.
func (b *Book) Quota(account string) (int64, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := b.roster.named(account)
	if err := e.refusal(); err != nil {
		return 0, err
	}
	return e.quota.or(b.o.DefaultQuota), nil
}

// EntryLimit returns how many entries the account may have; 0 is no limit.
func (b *Book) EntryLimit(account string) (int64, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := b.roster.named(account)
	if err := e.refusal(); err != nil {
		return 0, err
	}
	return e.entryLimit.or(b.o.DefaultEntries), nil
}

// Seen records the values of the columns Used (bytes), Files, Entries and Last login. A zero time keeps the
// former login. The workbook is saved for it at most once a minute.
func (b *Book) Seen(account string, usedBytes, files, entries int64, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.roster.named(account)
	if e == nil {
		return
	}
	e.used, e.files, e.entries = max(usedBytes, 0), max(files, 0), max(entries, 0)
	if !at.IsZero() {
		e.lastLogin = at.UTC().Round(time.Second)
	}
	b.facts = true
}
